"""A person's log-in: a random cookie, whose digest the store knows with whoever logged in."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from fastapi import Request
from starlette.responses import Response

SECONDS = 7 * 24 * 3600  # a session's length
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
_LONGEST = 200  # characters of a cookie that is looked at


def cookie_name(request: Request) -> str:
    """Of its own for each port: browsers share cookies among the ports of a host."""
    port = request.url.port
    return "zhibiao_session" if port is None else f"zhibiao_session_{port}"


def new_cookie() -> str:
    return secrets.token_urlsafe(32)


def begin(response: Response, request: Request, cookie: str) -> None:
    """Log in: set the cookie."""
    response.set_cookie(
        cookie_name(request),
        cookie,
        max_age=SECONDS,
        httponly=True,
        samesite="lax",  # strict: a link in a mail would lead to the log-in
        secure=request.url.scheme == "https",
    )


def end(response: Response, request: Request) -> None:
    """Log out."""
    response.delete_cookie(cookie_name(request), httponly=True, samesite="lax")


def cookie_of(request: Request) -> str | None:
    written = request.cookies.get(cookie_name(request), "")
    return written if 0 < len(written) <= _LONGEST else None


def csrf_of(cookie: str) -> str:
    """What a form of this session has to say."""
    return hmac.new(cookie.encode(), b"csrf", hashlib.sha256).hexdigest()


def is_csrf(cookie: str, given: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), csrf_of(cookie).encode())
