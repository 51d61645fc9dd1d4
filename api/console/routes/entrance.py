"""Log-in, log-out, the language, and the files that every page loads."""

from __future__ import annotations

import hmac
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from api.console import sessions
from api.console.forms import check_form, local_path
from api.console.language import COOKIE
from api.console.pages import page, static_files
from api.service import CurrentService

open_router = APIRouter(include_in_schema=False)  # needs no session
router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

LOGIN = "/login"
LANGUAGES = ("/language/zh", "/language/en")
_YEAR_SECONDS = 365 * 24 * 3600


@open_router.get(LOGIN)
def show_login(request: Request, to: str = "/") -> Response:
    return page(request, "login.html", to=local_path(to), wrong=False)


# Without a secret of a session, which there is none of yet: who can log in has the token.
@open_router.post(LOGIN)
def log_in(
    request: Request,
    service: CurrentService,
    token: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = "/",
) -> Response:
    if not hmac.compare_digest(token.strip().encode("utf-8", "replace"), service.token.encode()):
        return page(request, "login.html", status=401, to=local_path(to), wrong=True)
    answer = RedirectResponse(local_path(to), 303)
    sessions.begin(answer, request, service.token)
    return answer


@router.post("/logout")
def log_out(service: CurrentService) -> Response:
    answer = RedirectResponse(LOGIN, 303)
    sessions.end(answer, service.token)
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
