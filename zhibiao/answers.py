"""What an HTTP answer says: the service's own, a refusal, or another program's page."""

from __future__ import annotations

from typing import Any

import httpx

from zhibiao.errors import ZhibiaoError

LONGEST_WAIT_SECONDS = 60.0

Json = dict[str, Any]


class ServiceUnreachable(ZhibiaoError):
    """The service does not answer."""

    code = "service_unreachable"
    retryable = True


class Refused(ZhibiaoError):
    """The service refused the request."""

    code = "refused"

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.details["status"])

    @property
    def reason(self) -> str:
        """The service's own error code, as in docs/errors.md."""
        return str(self.details["code"])


def content(answer: httpx.Response, *, holds: tuple[str, ...] = ()) -> Json:
    """The JSON object that an answer is, with at least the fields of `holds`. Raises Refused."""
    if not answer.is_success:
        raise refusal(answer)
    try:
        found = answer.json()
    except ValueError as error:
        raise another_program(answer) from error
    if not isinstance(found, dict) or any(name not in found for name in holds):
        raise another_program(answer)
    return found


def refusal(answer: httpx.Response) -> Refused:
    """What an answer that is no success says; its body has been read."""
    try:
        error = answer.json()["error"]
        message, code, reasons = error["message"], error["code"], error["details"]
        request_id = error.get("request_id")
    except (ValueError, KeyError, TypeError, AttributeError):  # a proxy's page
        return another_program(answer)
    return Refused(
        str(message),
        status=answer.status_code,
        code=str(code),
        reasons=reasons,
        request_id=request_id,
        retry_after_seconds=_asked_to_wait(answer),
    )


def another_program(answer: httpx.Response) -> Refused:
    """An answer that is not of zhibiao's making: a proxy, a portal, another service."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    status = f"{answer.status_code} {answer.reason_phrase}".strip()
    return Refused(
        f"{answer.url} answered {status}{f' with {kind}' if kind else ''}: that is not zhibiao's "
        "answer. Does ZHIBIAO_URL say where it runs?",
        status=answer.status_code,
        code="not_zhibiao",
        reasons={},
        request_id=None,
        retry_after_seconds=_asked_to_wait(answer),
    )


def _asked_to_wait(answer: httpx.Response) -> float | None:
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), LONGEST_WAIT_SECONDS) if asked.isdecimal() else None
