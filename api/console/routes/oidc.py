"""Log-in at an OpenID provider: there, and back."""

from __future__ import annotations

import logging
import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.console.forms import local_path
from api.console.routes.entrance import let_in, login_page
from api.limits import address_of
from api.oidc import Identity, InvalidToken, Provider, ProviderUnavailable
from api.schemas.access import NAME_PATTERN
from api.service import CurrentService, Service
from zhibiao.domain.access import Caller
from zhibiao.store.access import callers, sign_ins, users
from zhibiao.store.access.sign_ins import SignIn
from zhibiao.store.database.errors import NameTaken

log = logging.getLogger(__name__)

open_router = APIRouter(include_in_schema=False)  # needs no session

START = "/login/oidc"
BACK = "/login/oidc/back"
_COOKIE = "zhibiao_oidc"
_LONGEST = 4000  # characters of a code that is looked at


@open_router.get(START)
def start(request: Request, service: CurrentService, to: str = "/") -> Response:
    """Send the person to the provider."""
    if service.provider is None:
        return login_page(request, service, to=to, status=404)
    state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    agreed = SignIn(
        nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(64), path=local_path(to)
    )
    try:
        address = service.provider.address(
            back=_back(request), state=state, nonce=agreed.nonce, verifier=agreed.verifier
        )
    except ProviderUnavailable as error:
        log.warning("log-in at the provider: %s", error)
        return login_page(request, service, to=to, problem="unavailable", status=502)
    with service.store.write() as connection:
        now = service.store.now(connection)
        sign_ins.begin(connection, agreed, state=state, browser=browser, now=now)
    answer = RedirectResponse(address, 303)
    answer.set_cookie(
        _COOKIE,
        browser,
        max_age=int(sign_ins.SECONDS),
        path=START,
        httponly=True,
        samesite="lax",  # it has to come along from the provider's page
        secure=request.url.scheme == "https",
    )
    return answer


@open_router.get(BACK)
def come_back(
    request: Request,
    service: CurrentService,
    state: Annotated[str, Query(max_length=_LONGEST)] = "",
    code: Annotated[str, Query(max_length=_LONGEST)] = "",
) -> Response:
    """The provider has sent the person back: log in whom it says, or say why not."""
    if service.provider is None:
        return login_page(request, service, to="/", status=404)
    address = address_of(request)
    service.limits.check_login(address, "")
    browser = request.cookies.get(_COOKIE, "")
    with service.store.write() as connection:
        now = service.store.now(connection)
        agreed = sign_ins.take(connection, state=state, browser=browser, now=now)
    found: Caller | str = "state"
    if agreed is not None:
        found = _logged_in(request, service, service.provider, agreed, code)
    to = "/" if agreed is None else agreed.path
    if isinstance(found, Caller):
        answer = let_in(request, service, found, to=to)
    else:
        if found != "unavailable":
            service.limits.count_wrong_login(address, "")
        answer = login_page(request, service, to=to, problem=found, status=401)
    answer.delete_cookie(_COOKIE, path=START)
    return answer


def _logged_in(
    request: Request, service: Service, provider: Provider, agreed: SignIn, code: str
) -> Caller | str:
    """Who has logged in, or the problem."""
    if not code:  # the person has said no there, or may not
        return "refused"
    try:
        identity = provider.identity(
            back=_back(request), code=code, nonce=agreed.nonce, verifier=agreed.verifier
        )
    except InvalidToken as error:
        log.warning("log-in at the provider: %s", error)
        return "token"
    except ProviderUnavailable as error:
        log.warning("log-in at the provider: %s", error)
        return "unavailable"
    caller = _caller(service, identity)
    return "unknown" if caller is None else caller


def _caller(service: Service, identity: Identity) -> Caller | None:
    """The user that this is: one whom somebody has made, or one of a group that may come in."""
    if identity.name is None or not re.fullmatch(NAME_PATTERN, identity.name):
        return None
    with service.store.write() as connection:
        now = service.store.now(connection)
        if not service.settings.oidc_scopes_of_groups:
            row = users.find(connection, identity.name, now=now)
        elif not identity.scopes:
            return None
        else:
            try:
                row = users.of_provider(
                    connection,
                    identity.name,
                    subject=identity.subject,
                    scopes=identity.scopes,
                    now=now,
                )
            except NameTaken:
                return None
    return None if row is None else callers.of_user(row)


def _back(request: Request) -> str:
    """The address that the provider knows; the gate has looked at the host's name."""
    return str(request.url.replace(path=BACK, query="", fragment=""))
