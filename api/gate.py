"""Who may ask, and with how much: decided before a byte of a body is read.

FastAPI reads and parses a request's body before any dependency of its route runs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

import anyio
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import Asked, forbidden
from api.auditing import audited
from api.console import sessions
from api.console.refusing import API_PREFIX, is_page, to_login
from api.errors import (
    STORE_ERRORS,
    ForeignOrigin,
    RequestTimeout,
    RequestTooLarge,
    Unauthorised,
    UnknownHost,
    refused,
    store_failed,
)
from api.identity import by_cookie, by_key, by_token, credential_of, owner_of
from api.limits import address_of
from zhibiao.domain.access import Caller
from zhibiao.errors import ZhibiaoError
from zhibiao.settings import Settings
from zhibiao.tokens import is_loopback

_WRONG_TOKEN = (
    "The bearer token is not the right one. Is ZHIBIAO_TOKEN that of this service? `zhibiao token` "
    "prints it where the service runs."
)
_BODY_BYTES = 4_000_000
_FORM_BYTES = 10_000  # from whoever has not logged in yet
_BODY_SECONDS = 30.0
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_PROBED = "/healthz"
_PORTS = {"http": 80, "https": 443}

# For the description only: the gate has looked at the key by then.
bearer = HTTPBearer(
    auto_error=False,
    description="An API key (`zhibiao keys create`), or the token in the data dir's file `token`.",
)


class Gate:
    """Checks host, origin, who asks and what they may, and holds bodies to a small size.

    Plain ASGI: the usual base class would hold back streamed bodies.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        open_forms: Collection[str],
        bodies: Mapping[tuple[str, str], int | None],
    ) -> None:
        """Of the routes that are open to all only `open_forms` take a body, a small one.

        `bodies`: by method and path, how many bytes another route takes where it takes more than
        most; None: it bounds them itself.
        """
        self.app = app
        self._settings = settings
        self._open_forms = open_forms
        self._bodies = bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks WebSocket
            await send({"type": "websocket.close", "code": 1008})
            return
        request = Request(scope)
        path = scope["path"]
        try:
            _check_host(request, self._settings)
            _check_origin(request, self._settings)
            asked = request.app.state.routes.find(request.method, path)
            if not asked.rule.is_open:
                caller = await _admitted(request)
                send = audited(request, asked.rule, caller, send)
                await _check_rule(request, asked, caller)
                limit = self._bodies.get((request.method, path), _BODY_BYTES)
                if limit is not None:
                    receive = await _received(request, receive, limit=limit)
            else:
                _count_stranger(request)
                if path in self._open_forms:
                    receive = await _received(request, receive, limit=_FORM_BYTES)
        except ClientDisconnect:
            return
        except Unauthorised as error:
            answer = to_login(request) if is_page(request) else refused(request, error)
            await answer(scope, receive, send)
            return
        except STORE_ERRORS as error:
            await store_failed(request, error)(scope, receive, send)
            return
        except ZhibiaoError as error:
            await refused(request, error)(scope, receive, send)
            return
        await self.app(scope, receive, send)


async def _admitted(request: Request) -> Caller:
    """Who asks. Raises Unauthorised, ForeignOrigin and TooManyRequests."""
    service = request.app.state.service
    try:
        given, cookie = credential_of(request)
        caller = None
        if given is not None:
            caller = by_token(service, given) or await run_sync(by_key, service, given)
        elif cookie is not None:
            caller = await run_sync(by_cookie, service, cookie)
        if caller is None:
            raise (Unauthorised(_WRONG_TOKEN) if given else Unauthorised())
    except Unauthorised:
        _count_stranger(request)
        raise
    service.limits.count_request(caller.name)
    request.state.caller = caller
    if cookie is not None:
        _check_csrf(request, cookie)
        request.state.session = cookie
    return caller


async def _check_rule(request: Request, asked: Asked, caller: Caller) -> None:
    """Raises Forbidden. Of a run that is not the caller's it does not tell whether there is one."""
    rule = asked.rule
    if rule.allows(caller):
        return
    if asked.run is not None and caller.may(rule.own):
        owner = await run_sync(owner_of, request.app.state.service, asked.run)
        if rule.allows(caller, owner=owner):
            return
    raise forbidden(rule, caller)


def _count_stranger(request: Request) -> None:
    """Raises TooManyRequests."""
    if request.scope["path"] != _PROBED:  # whoever restarts what does not answer asks here
        request.app.state.service.limits.count_request(address_of(request))


def _check_csrf(request: Request, cookie: str) -> None:
    """A browser sends the cookie by itself, whoever made the page that asks. So where something
    changes, the page has to show that it is one of ours: here by a header, in the console's forms
    by a field of theirs.

    Raises ForeignOrigin.
    """
    if request.method in _SAFE_METHODS or not request.scope["path"].startswith(API_PREFIX):
        return
    if not sessions.is_csrf(cookie, request.headers.get(sessions.CSRF_HEADER, "")):
        raise ForeignOrigin(f"A log-in's cookie needs the header {sessions.CSRF_HEADER} too.")


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
    if name not in ours and not is_loopback(name):
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
