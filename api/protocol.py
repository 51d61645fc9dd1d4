"""HTTP/1.1 as it comes over the wire: what is no request, or never becomes one, is answered here.

uvicorn answers in plain text what is malformed, and waits without a limit for the rest of a
request's head.
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_HEAD_SECONDS = 30.0  # for request line and headers to arrive


class Protocol(H11Protocol):
    """uvicorn's own, with the API's shape for errors and a bound on waiting."""

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_head()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with the request, where an answer can still begin."""
        self._forget_head()
        error = sys.exception()
        status, why = HTTPStatus.BAD_REQUEST, msg
        if isinstance(error, h11.RemoteProtocolError):
            status, why = HTTPStatus(error.error_status_hint), str(error)
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._answer(status, "malformed_request", _explained(why))
        self.transport.close()

    def _watch_head(self) -> None:
        """Give a request that has begun, or is the connection's first, its time to become whole."""
        begun = bool(self.conn.trailing_data[0]) or self.cycle is None
        if self.conn.their_state is not h11.IDLE or not begun or self.transport.is_closing():
            self._forget_head()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(_HEAD_SECONDS, self._give_up)

    def _forget_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            waited = f"No whole request has arrived within {_HEAD_SECONDS:.0f} s."
            self._answer(HTTPStatus.REQUEST_TIMEOUT, "request_timeout", waited)
            self.transport.close()

    def _answer(self, status: HTTPStatus, code: str, message: str) -> None:
        request_id = uuid.uuid4().hex
        error = {"code": code, "message": message, "details": {}, "request_id": request_id}
        body = json.dumps({"error": error}).encode()
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close",
            "X-Request-ID": request_id,
        }
        for event in (
            h11.Response(
                status_code=status, headers=list(headers.items()), reason=status.phrase.encode()
            ),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event))


def _explained(why: str) -> str:
    return (
        f"The request is not valid HTTP/1.1 ({why}). Characters beyond ASCII in an address must be "
        "percent-encoded, which `curl -G --data-urlencode 'region=…'` does."
    )
