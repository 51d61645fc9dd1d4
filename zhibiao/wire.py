"""Requests to one service, repeated through what passes; the answers' shape is looked at."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx

from zhibiao.answers import (
    LONGEST_WAIT_SECONDS,
    Json,
    Refused,
    ServiceUnreachable,
    content,
    refusal,
)

_TRIES = 7  # over half a minute: a service that is started anew is back by then
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)

Answer = TypeVar("Answer")


class Wire:
    """A connection to one service. Raises ServiceUnreachable and Refused."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        transport: httpx.BaseTransport | None,
        sleep: Callable[[float], None],
    ) -> None:
        self.url = url.rstrip("/")
        self._sleep = sleep
        self._reached = False
        try:
            self.http = httpx.Client(
                base_url=self.url,
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
                timeout=_TIMEOUT,
                transport=transport,
                trust_env=False,  # a proxy setting must not come between a person and localhost
            )
        except httpx.InvalidURL as error:
            raise ServiceUnreachable(
                f"{self.url} is no address ({error}): set ZHIBIAO_URL to where the service runs.",
                url=self.url,
            ) from error

    def json(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json_body: Any = None,
        body: Callable[[], Iterator[bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: httpx.Timeout = _TIMEOUT,
        holds: tuple[str, ...] = (),
    ) -> Json:
        def send() -> Json:
            answer = self.http.request(
                method,
                path,
                params=known(query or {}),
                json=json_body,
                content=None if body is None else body(),
                headers=headers,
                timeout=timeout,
            )
            return content(answer, holds=holds)

        return self.trying(send)

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any],
        json_body: Any = None,
        timeout: httpx.Timeout = _TIMEOUT,
    ) -> Iterator[httpx.Response]:
        """A success whose body is read as it comes; asked for once. Raises Refused."""
        with self.http.stream(
            method, path, params=known(query), json=json_body, timeout=timeout
        ) as answer:
            if not answer.is_success:
                answer.read()
                raise refusal(answer)
            yield answer

    def trying(self, send: Callable[[], Answer]) -> Answer:
        tries = 0
        while True:
            tries += 1
            try:
                answer = send()
            except httpx.TransportError as error:
                # Where nobody ever answered, the address is wrong or nothing runs: say so now.
                never = isinstance(error, httpx.ConnectError) and not self._reached
                hopeless = isinstance(error, httpx.UnsupportedProtocol)
                if never or hopeless or tries >= _TRIES:
                    raise self.unreachable(error) from error
                self._sleep(_back_off(tries))
            except (httpx.InvalidURL, UnicodeEncodeError) as error:
                raise Refused(
                    f"The request cannot be sent: {error}.",
                    status=422,
                    code="invalid_request",
                    reasons={},
                ) from error
            except Refused as error:
                # A full backlog drains, and an upload under the same key ends or is given up, in
                # its own time: that is waited for without a limit.
                if error.status == 429 or error.reason == "idempotency_key_in_use":
                    tries = 0
                elif not _passing(error) or tries >= _TRIES:
                    raise
                self._reached = True
                asked = error.details.get("retry_after_seconds")
                self._sleep(_back_off(tries) if asked is None else asked)
            else:
                self._reached = True
                return answer

    def unreachable(self, error: httpx.TransportError) -> ServiceUnreachable:
        return ServiceUnreachable(
            f"No service answers at {self.url} ({error}). Start one with `zhibiao up`, or set "
            "ZHIBIAO_URL to where it runs.",
            url=self.url,
        )


def _passing(error: Refused) -> bool:
    """May the same request succeed in a moment?"""
    return error.status in (502, 503, 504)


def _back_off(tries: int) -> float:
    """Seconds: doubling, with jitter, so that many clients do not come back at once."""
    return min(LONGEST_WAIT_SECONDS, 0.25 * float(2**tries)) * random.uniform(0.75, 1.25)


def known(query: Mapping[str, Any]) -> dict[str, Any]:
    """What is not None."""
    return {name: value for name, value in query.items() if value is not None}
