"""Who may ask, and with how much: decided before a byte of a body is read.

FastAPI reads and parses a request's body before any dependency of its route runs.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

import anyio
from fastapi import Request
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.console import sessions
from api.console.refusing import API_PREFIX, is_page, to_login
from api.errors import (
    ForeignOrigin,
    RequestTimeout,
    RequestTooLarge,
    Unauthorised,
    UnknownHost,
    refused,
)
from zhibiao.errors import ZhibiaoError
from zhibiao.settings import Settings

# Room for the largest lists that a route takes: 10,000 keywords of 100 Chinese characters.
_BODY_BYTES = 4_000_000
_FORM_BYTES = 10_000  # from whoever has not logged in yet
_BODY_SECONDS = 30.0
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_PORTS = {"http": 80, "https": 443}

# For the description only: the gate has looked at the token by then.
bearer = HTTPBearer(auto_error=False, description="The token in the data dir's file `token`.")


class Gate:
    """Checks host, origin and token, and holds the bodies of all but uploads to a small size.

    Plain ASGI: the usual base class would hold back streamed bodies.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        open_paths: Collection[str],
        open_forms: Collection[str],
        uploads: Collection[tuple[str, str]],
    ) -> None:
        """`open_paths` need no token, and of them only `open_forms` take a body, a small one;
        `uploads` (method and path) bound their bodies themselves."""
        self.app = app
        self._settings = settings
        self._open_paths = open_paths
        self._open_forms = open_forms
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        path = request.url.path
        try:
            _check_host(request, self._settings)
            _check_origin(request, self._settings)
            if path not in self._open_paths:
                _check_access(request)
                if (request.method, path) not in self._uploads:
                    receive = await _received(request, receive, limit=_BODY_BYTES)
            elif path in self._open_forms:
                receive = await _received(request, receive, limit=_FORM_BYTES)
        except ClientDisconnect:
            return
        except Unauthorised as error:
            answer = to_login(request) if is_page(request) else refused(request, error)
            await answer(scope, receive, send)
            return
        except ZhibiaoError as error:
            await refused(request, error)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _check_host(request: Request, settings: Settings) -> None:
    """Raises UnknownHost where a name was asked for that is not this service's.

    A page whose own name was made to point to this machine (DNS rebinding) is of the same origin
    for its browser; only the name gives it away.
    """
    written = request.headers.get("host")
    known = settings.allowed_host_names
    if written is None or "*" in known:
        return  # without one it is HTTP/1.0, which no browser speaks
    name, _ = _address(written, "http")
    server = request.scope.get("server") or ("", None)
    ours = {*known, settings.host.lower(), str(server[0]).lower()} - {""}
    if name not in ours and not _is_loopback(name):
        raise UnknownHost(
            f"This service is not known as {written!r}. Where it is to be, add the name to "
            "ZHIBIAO_ALLOWED_HOSTS.",
            host=written,
        )


def _check_origin(request: Request, settings: Settings) -> None:
    """Raises ForeignOrigin where another site's page asks for a change."""
    origin = request.headers.get("origin")
    if origin is None or request.method in _SAFE_METHODS:
        return
    scheme, _, written = origin.partition("://")
    theirs = _address(written, scheme)
    ours = _address(request.headers.get("host", ""), scheme)
    if theirs[0] not in settings.allowed_host_names and (theirs != ours or not theirs[0]):
        raise ForeignOrigin(f"A page of {origin!r} may not change anything here.", origin=origin)


def _check_access(request: Request) -> None:
    """Raises Unauthorised unless the request carries the token, or the cookie of a log-in.

    A browser sends the cookie by itself, whoever made the page that asks. So where something
    changes, the page has to show that it is one of ours: here by a header, in the console's forms
    by a field of theirs.
    """
    token = request.app.state.service.token
    session = None
    if "authorization" not in request.headers:
        session = sessions.session_of(request, token)
    if session is None:
        _check_token(request)
        return
    if request.method not in _SAFE_METHODS and request.url.path.startswith(API_PREFIX):
        given = request.headers.get(sessions.CSRF_HEADER, "")
        if not sessions.is_csrf(token, session, given):
            raise ForeignOrigin(f"A log-in's cookie needs the header {sessions.CSRF_HEADER} too.")
    request.state.session = session


def _check_token(request: Request) -> None:
    """Raises Unauthorised unless the request carries the token."""
    scheme, given = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() != "bearer" or not given:
        raise Unauthorised
    if not hmac.compare_digest(given.encode(), request.app.state.service.token.encode()):
        raise Unauthorised("The bearer token is not the right one.")


async def _received(request: Request, receive: Receive, *, limit: int) -> Receive:
    """The body, whole, as what is received from now on.

    Raises RequestTooLarge, RequestTimeout and ClientDisconnect.
    """
    if not has_body(request.headers):
        return receive
    announced = request.headers.get("content-length", "")
    body = bytearray()
    try:
        with anyio.fail_after(_BODY_SECONDS):
            more = True
            while more:
                if max(len(body), int(announced or 0)) > limit:
                    raise RequestTooLarge(
                        f"The body is larger than the {limit:,} bytes that "
                        f"{request.url.path} takes.",
                        limit=limit,
                    )
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                body += message.get("body", b"")
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise RequestTimeout(
            f"The body has not arrived within {_BODY_SECONDS:.0f} s.", seconds=_BODY_SECONDS
        ) from error
    whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def again() -> Message:
        return whole.pop() if whole else await receive()

    return again


def has_body(headers: Headers) -> bool:
    """Whether a body follows a request's head."""
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _address(written: str, scheme: str) -> tuple[str, int | None]:
    """Name and port of what a Host header or an Origin says; ("", None) where it says nothing."""
    try:
        found = urlsplit(f"//{written}")
        return (found.hostname or "").rstrip("."), found.port or _PORTS.get(scheme)
    except ValueError:
        return "", None


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
