"""/v1/users, /v1/keys, /v1/audit: who may do what, and who did what."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import SecretStr
from sqlalchemy import RowMapping

from api import cursors
from api.identity import CurrentCaller
from api.parameters import Limit, Next, Written
from api.refusals import OF_CHANGES, refusals
from api.schemas.access import (
    AuditEntry,
    AuditPage,
    CallerView,
    KeyList,
    KeyView,
    MadeKey,
    MadeUser,
    NewKey,
    NewPassword,
    NewUser,
    Rotation,
    UserList,
    UserView,
)
from api.service import CurrentService
from zhibiao.credentials import hash_password, new_key, new_password
from zhibiao.rendering import instant
from zhibiao.store.access import audit, keys, users

router = APIRouter(tags=["access"])

_DAY_SECONDS = 86_400.0
_SECRET = {"Cache-Control": "no-store"}

Named = Annotated[Written, Path(max_length=64, description="Of a user or a key.")]


@router.get("/me", operation_id="get_caller", summary="Who asks, and what they may do")
def get_caller(caller: CurrentCaller) -> CallerView:
    return CallerView(name=caller.name, owner=caller.owner, scopes=sorted(caller.scopes))


@router.get("/users", operation_id="list_users", summary="Users, revoked ones too")
def list_users(service: CurrentService) -> UserList:
    with service.store.read() as connection:
        return UserList(users=[user_view(row) for row in users.all_of(connection)])


@router.post(
    "/users",
    operation_id="create_user",
    status_code=201,
    summary="A user who logs in with a password",
    responses=OF_CHANGES | refusals(409),
)
def create_user(service: CurrentService, response: Response, wanted: NewUser) -> MadeUser:
    """A name is never given again, not even after the user was revoked."""
    password, shown = _password(wanted.password)
    hashed = hash_password(password)
    with service.store.write() as connection:
        now = service.store.now(connection)
        row = users.create(
            connection,
            wanted.name,
            password_hash=hashed,
            scopes=wanted.scopes,
            now=now,
            expires_at=_end(now, wanted.expires_days),
        )
    response.headers.update(_SECRET)
    return MadeUser(**user_view(row).model_dump(), password=shown)


@router.delete(
    "/users/{name}",
    operation_id="revoke_user",
    summary="End a user's log-ins and keys, for good",
    responses=OF_CHANGES,
)
def revoke_user(service: CurrentService, name: Named) -> UserView:
    with service.store.write() as connection:
        return user_view(users.revoke(connection, name, now=service.store.now(connection)))


@router.post(
    "/users/{name}/rotate",
    operation_id="rotate_user",
    summary="Give a user another password",
    responses=OF_CHANGES,
)
def rotate_user(
    service: CurrentService, response: Response, name: Named, wanted: NewPassword | None = None
) -> MadeUser:
    """Their log-ins end; their keys stay."""
    password, shown = _password(None if wanted is None else wanted.password)
    hashed = hash_password(password)
    with service.store.write() as connection:
        row = users.set_password(connection, name, hashed)
    response.headers.update(_SECRET)
    return MadeUser(**user_view(row).model_dump(), password=shown)


@router.get("/keys", operation_id="list_keys", summary="API keys, revoked ones too")
def list_keys(service: CurrentService) -> KeyList:
    with service.store.read() as connection:
        return KeyList(keys=[key_view(row) for row in keys.all_of(connection)])


@router.post(
    "/keys",
    operation_id="create_key",
    status_code=201,
    summary="An API key",
    responses=OF_CHANGES | refusals(409),
)
def create_key(service: CurrentService, response: Response, wanted: NewKey) -> MadeKey:
    """The answer is the only one that holds the key. A name is never given again."""
    key = new_key()
    with service.store.write() as connection:
        now = service.store.now(connection)
        user = None if wanted.user is None else users.get(connection, wanted.user)["id"]
        row = keys.create(
            connection,
            wanted.name,
            key=key,
            scopes=wanted.scopes,
            now=now,
            user_id=user,
            expires_at=_end(now, wanted.expires_days),
        )
    response.headers.update(_SECRET)
    return MadeKey(**key_view(row).model_dump(), key=key)


@router.delete(
    "/keys/{name}",
    operation_id="revoke_key",
    summary="End a key, for good",
    responses=OF_CHANGES,
)
def revoke_key(service: CurrentService, name: Named) -> KeyView:
    with service.store.write() as connection:
        return key_view(keys.revoke(connection, name, now=service.store.now(connection)))


@router.post(
    "/keys/{name}/rotate",
    operation_id="rotate_key",
    summary="Another key under the same name",
    responses=OF_CHANGES,
)
def rotate_key(
    service: CurrentService, response: Response, name: Named, wanted: Rotation | None = None
) -> MadeKey:
    """With a grace, programs have that time to take the new one."""
    key = new_key()
    with service.store.write() as connection:
        row = keys.rotate(
            connection,
            name,
            key=key,
            now=service.store.now(connection),
            grace_seconds=0 if wanted is None else wanted.grace_seconds,
        )
    response.headers.update(_SECRET)
    return MadeKey(**key_view(row).model_dump(), key=key)


@router.get("/audit", operation_id="list_audit", summary="Who did what, the last first")
def list_audit(
    service: CurrentService,
    caller: Annotated[Written | None, Query(description="Only of this one: user:li.")] = None,
    action: Annotated[Written | None, Query(description="Only this: submit, delete, …")] = None,
    limit: Limit = 50,
    after: Next = None,
) -> AuditPage:
    last = cursors.decode(after)
    with service.store.read() as connection:
        rows = audit.newest(
            connection, limit=limit + 1, before=last or None, caller=caller, action=action
        )
    entries = [AuditEntry(**{**row, "at": instant(row["at"])}) for row in rows[:limit]]
    more = len(rows) > limit
    return AuditPage(entries=entries, next=cursors.encode(entries[-1].id) if more else None)


def user_view(row: RowMapping) -> UserView:
    return UserView(name=row["name"], scopes=row["scopes"], **_times(row))


def key_view(row: RowMapping) -> KeyView:
    return KeyView(
        name=row["name"],
        scopes=row["scopes"],
        user=row["user"],
        prefix=row["prefix"],
        **_times(row),
    )


def _times(row: RowMapping) -> dict[str, Any]:
    return {name: instant(row[name]) for name in ("created_at", "expires_at", "revoked_at")}


def _end(now: float, days: int | None) -> float | None:
    return None if days is None else now + days * _DAY_SECONDS


def _password(given: SecretStr | None) -> tuple[str, str | None]:
    """What is stored hashed, and what is shown of it: only one that was made here."""
    if given is not None:
        return given.get_secret_value(), None
    made = new_password()
    return made, made
