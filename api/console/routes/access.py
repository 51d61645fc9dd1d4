"""Users, keys, and who did what: for admins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ValidationError

from api.console.choices import ListChoice, chosen
from api.console.forms import check_form
from api.console.messages import fields_told, told
from api.console.pages import form_page
from api.routes import access as routes
from api.schemas.access import NewKey, NewUser
from api.service import CurrentService, Service
from zhibiao.errors import ZhibiaoError

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_ENTRIES = 100

Kind = Literal["users", "keys"]
Written = Annotated[str, Form(max_length=300)]


@router.get("/access")
def show_access(request: Request, service: CurrentService) -> Response:
    return _shown(request, service)


@router.post("/access/{kind}")
def make(
    request: Request,
    service: CurrentService,
    kind: Kind,
    name: Written = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    password: Written = "",
    user: Written = "",
    expires_days: Written = "",
) -> Response:
    """One more user or key; a secret that was made is shown in the answer, this once."""
    asked = {"name": name.strip(), "scopes": scopes or [], "expires_days": expires_days or None}

    def made() -> BaseModel:
        if kind == "users":
            wanted = NewUser.model_validate({**asked, "password": password or None})
            return routes.create_user(service, Response(), wanted)
        key = NewKey.model_validate({**asked, "user": user.strip() or None})
        return routes.create_key(service, Response(), key)

    return _done(request, service, made)


@router.post("/access/{kind}/{name}/{lever}")
def change(
    request: Request,
    service: CurrentService,
    kind: Kind,
    name: routes.Named,
    lever: Literal["rotate", "revoke"],
) -> Response:
    """Another secret, shown this once; or the end of a user or key."""
    levers: dict[tuple[str, str], Callable[[], BaseModel]] = {
        ("users", "rotate"): lambda: routes.rotate_user(service, Response(), name),
        ("users", "revoke"): lambda: routes.revoke_user(service, name),
        ("keys", "rotate"): lambda: routes.rotate_key(service, Response(), name),
        ("keys", "revoke"): lambda: routes.revoke_key(service, name),
    }
    return _done(request, service, levers[kind, lever])


@router.get("/audit")
def show_audit(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, ListChoice)
    found = routes.list_audit(service, limit=_ENTRIES, after=asked.choice.next)
    return form_page(
        request,
        "audit.html",
        problem=asked.problem,
        entries=found.entries,
        following=found.next,
        written=asked.written,
    )


def _done(request: Request, service: Service, work: Callable[[], BaseModel]) -> Response:
    """The page with what was made, or with what is wrong."""
    try:
        made = work().model_dump()
    except ZhibiaoError as error:
        return _shown(request, service, problem=told(request, error))
    except ValidationError as error:
        # Without what was typed, which may be a password.
        return _shown(request, service, problem=fields_told(request, error))
    secret = made.get("key") or made.get("password")
    return _shown(request, service, made=made["name"], secret_made=secret)


def _shown(
    request: Request,
    service: Service,
    *,
    problem: str | None = None,
    made: str | None = None,
    secret_made: str | None = None,
) -> HTMLResponse:
    return form_page(
        request,
        "access.html",
        users=routes.list_users(service).users,
        keys=routes.list_keys(service).keys,
        problem=problem,
        made=made,
        secret_made=secret_made,
    )
