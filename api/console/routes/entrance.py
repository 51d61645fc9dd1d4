"""Log-in, log-out, the language, and the files that every page loads."""

from __future__ import annotations

import threading
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from api import auditing
from api.console import sessions
from api.console.forms import check_form, local_path
from api.console.language import COOKIE
from api.console.pages import page, static_files
from api.identity import by_key, by_token
from api.limits import address_of
from api.service import CurrentService, Service
from zhibiao.credentials import LONGEST_PASSWORD, is_password
from zhibiao.domain.access import Caller
from zhibiao.store.access import callers, users

open_router = APIRouter(include_in_schema=False)  # needs no session
router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

LOGIN = "/login"
_YEAR_SECONDS = 365 * 24 * 3600
_HASHING = threading.Semaphore(2)  # a password's hash takes 64 MiB


def login_page(
    request: Request,
    service: Service,
    *,
    to: str,
    wrong: bool = False,
    name: str = "",
    problem: str | None = None,
    status: int = 200,
) -> Response:
    """`wrong`: the token, or the password of `name`; `problem`: of a log-in at the provider."""
    return page(
        request,
        "login.html",
        status=status,
        to=local_path(to),
        wrong=wrong,
        name=name[:100],
        problem=problem,
        provider=service.settings.oidc_name if service.provider is not None else None,
    )


@open_router.get(LOGIN)
def show_login(request: Request, service: CurrentService, to: str = "/") -> Response:
    return login_page(request, service, to=to)


# Without a secret of a session, which there is none of yet: who can log in has a secret.
@open_router.post(LOGIN)
def log_in(
    request: Request,
    service: CurrentService,
    token: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = "/",
) -> Response:
    """With the token, a key, or a user's name and password."""
    name, address = name.strip(), address_of(request)
    service.limits.check_login(address, name)
    caller = _known(service, name, password) if name else _holding(service, token.strip())
    if caller is None:
        service.limits.count_wrong_login(address, name)
        return login_page(request, service, to=to, wrong=True, name=name, status=401)
    return let_in(request, service, caller, to=to)


def let_in(request: Request, service: Service, caller: Caller, *, to: str) -> Response:
    """Begin the log-in of whoever has shown who they are, and send them on."""
    cookie = sessions.new_cookie()
    with service.store.write() as connection:
        now = service.store.now(connection)
        callers.begin_login(connection, caller, cookie, now=now, seconds=sessions.SECONDS)
        auditing.record_login(connection, request, caller, now=now)
    answer = RedirectResponse(local_path(to), 303)
    sessions.begin(answer, request, cookie)
    return answer


def _holding(service: Service, secret: str) -> Caller | None:
    """Whoever has this token or key."""
    return by_token(service, secret) or by_key(service, secret)


def _known(service: Service, name: str, password: str) -> Caller | None:
    """The user with this password. As slow where there is none of that name."""
    if len(password) > LONGEST_PASSWORD or not name.isprintable():
        return None
    with service.store.read() as connection:
        row = users.find(connection, name, now=service.store.now(connection))
    with _HASHING:
        right = is_password(None if row is None else row["password_hash"], password)
    return callers.of_user(row) if right and row is not None else None


@router.post("/logout")
def log_out(request: Request, service: CurrentService) -> Response:
    cookie = sessions.cookie_of(request)
    if cookie is not None:
        with service.store.write() as connection:
            callers.end_login(connection, cookie)
    answer = RedirectResponse(LOGIN, 303)
    sessions.end(answer, request)
    return answer


@open_router.get("/language/{language}")
def choose_language(language: Literal["zh", "en"], to: str = "/") -> Response:
    answer = RedirectResponse(local_path(to), 303)
    answer.set_cookie(COOKIE, language, max_age=_YEAR_SECONDS, samesite="lax", httponly=True)
    return answer


@open_router.get("/static/{name}")
def get_static(name: str) -> Response:
    path = static_files().get(f"/static/{name}")
    if path is None:
        raise HTTPException(404)
    # Addresses carry a digest, so what is at one never changes.
    return FileResponse(path, headers={"Cache-Control": "public, max-age=31536000, immutable"})
