"""Who asks: found by the gate once for each request, and told to whatever is kept with a name."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security.utils import get_authorization_scheme_param

from api.console import sessions
from api.errors import Unauthorised
from api.service import Service
from zhibiao.domain.access import Caller
from zhibiao.store.access import callers
from zhibiao.store.work import runs


def caller_of(request: Request) -> Caller:
    """Who makes this request, with what they may do."""
    caller: Caller = request.state.caller
    return caller


def who(request: Request) -> str:
    """The name under which a request's changes are kept: of a person, whichever key they use."""
    return caller_of(request).owner


CurrentCaller = Annotated[Caller, Depends(caller_of)]
Who = Annotated[str, Depends(who)]


def by_token(service: Service, given: str) -> Caller | None:
    """Whoever has the admin token. Asks no database: it counts also while that is away."""
    token = service.token()
    if hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token.encode()):
        return callers.of_token(token)
    return None


def by_key(service: Service, given: str) -> Caller | None:
    """Whoever has this key."""
    with service.store.read() as connection:
        return callers.with_key(connection, given, now=service.store.now(connection))


def by_cookie(service: Service, cookie: str) -> Caller | None:
    """Whoever has logged in with this cookie."""
    with service.store.read() as connection:
        return callers.logged_in(
            connection, cookie, token=service.token(), now=service.store.now(connection)
        )


def owner_of(service: Service, run: int) -> str | None:
    """Who began a run; None where nobody did, or there is none."""
    with service.store.read() as connection:
        return runs.owner_of(connection, run)


def credential_of(request: Request) -> tuple[str | None, str | None]:
    """The bearer token and the log-in's cookie that a request carries; at most one of them.

    Raises Unauthorised where its Authorization is no bearer token.
    """
    written = request.headers.get("authorization")
    if written is not None:
        scheme, given = get_authorization_scheme_param(written)
        if scheme.lower() != "bearer" or not given:
            raise Unauthorised
        return given, None
    return None, sessions.cookie_of(request)
