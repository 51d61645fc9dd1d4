"""A person's log-in: a signed cookie, so that every API process knows it and none has to store it.

The key is the token: a new token ends all sessions.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

from fastapi import Request
from starlette.responses import Response

SECONDS = 7 * 24 * 3600  # a session's length
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"


def cookie_name(token: str) -> str:
    """Of its own for each service: browsers share cookies among the ports of a host."""
    return f"zhibiao_session_{hashlib.sha256(token.encode()).hexdigest()[:8]}"


def begin(response: Response, request: Request, token: str) -> None:
    """Log in: set the cookie."""
    said = f"{int(time.time()) + SECONDS}.{secrets.token_urlsafe(16)}"
    response.set_cookie(
        cookie_name(token),
        f"{said}.{_signed(token, 'session', said)}",
        max_age=SECONDS,
        httponly=True,
        samesite="lax",  # strict: a link in a mail would lead to the log-in
        secure=request.url.scheme == "https",
    )


def end(response: Response, token: str) -> None:
    """Log out."""
    response.delete_cookie(cookie_name(token), httponly=True, samesite="lax")


def session_of(request: Request, token: str) -> str | None:
    """The request's session; None where it has none, or one that is not valid any more."""
    written = request.cookies.get(cookie_name(token), "")
    said, _, signature = written.rpartition(".")
    until = said.partition(".")[0]
    if not hmac.compare_digest(signature.encode(), _signed(token, "session", said).encode()):
        return None
    return written if until.isdecimal() and int(until) > time.time() else None


def csrf_of(token: str, session: str) -> str:
    """What a form of this session has to say."""
    return _signed(token, "csrf", session)


def is_csrf(token: str, session: str, given: str) -> bool:
    return hmac.compare_digest(given.encode(), csrf_of(token, session).encode())


def _signed(token: str, use: str, said: str) -> str:
    return hmac.new(token.encode(), f"{use}:{said}".encode(), hashlib.sha256).hexdigest()
