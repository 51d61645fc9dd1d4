"""Users, keys and the audit log: what is asked and answered. A secret is answered once, when it is
made."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.parameters import Written
from zhibiao.credentials import LONGEST_PASSWORD, SHORTEST_PASSWORD
from zhibiao.domain.access import AccessScope

NAME_PATTERN = r"^[\w][\w.@-]{0,63}$"
Name = Annotated[Written, Field(pattern=NAME_PATTERN)]
Password = Annotated[SecretStr, Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)]
_Scopes = Annotated[
    set[AccessScope], Field(min_length=1, description="What one may do; admin: everything.")
]
_Days = Annotated[
    int | None,
    Field(default=None, ge=1, le=3650, description="It ends after so many days; null: never."),
]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewUser(_Asked):
    name: Name
    scopes: _Scopes
    password: Password | None = Field(default=None, description="Null: one is made.")
    expires_days: _Days


class NewPassword(_Asked):
    password: Password | None = Field(default=None, description="Null: one is made.")


class NewKey(_Asked):
    name: Name
    scopes: _Scopes
    user: Name | None = Field(
        default=None, description="Whose it is: it may do no more than they, and ends with them."
    )
    expires_days: _Days


class Rotation(_Asked):
    grace_seconds: int = Field(
        default=0, ge=0, le=30 * 86_400, description="How long the key of before still counts."
    )


class UserView(BaseModel):
    name: str
    scopes: list[AccessScope]
    created_at: str
    expires_at: str | None
    revoked_at: str | None


class MadeUser(UserView):
    password: str | None = Field(description="The one that was made; it is not shown again.")


class KeyView(BaseModel):
    name: str
    scopes: list[AccessScope]
    user: str | None
    prefix: str = Field(description="What the key begins with, to know it by.")
    created_at: str
    expires_at: str | None
    revoked_at: str | None


class MadeKey(KeyView):
    key: str = Field(description="It is not shown again.")


class UserList(BaseModel):
    users: list[UserView]


class KeyList(BaseModel):
    keys: list[KeyView]


class CallerView(BaseModel):
    name: str = Field(description="token, user:NAME or key:NAME.")
    owner: str = Field(description="Whose runs are one's own.")
    scopes: list[AccessScope]


class AuditEntry(BaseModel):
    id: int
    at: str
    caller: str
    action: str
    path: str
    status: int = Field(description="Of the answer; 403: it was refused.")
    facts: dict[str, Any]
    address: str
    request_id: str


class AuditPage(BaseModel):
    entries: list[AuditEntry]
    next: str | None = Field(description="Cursor of the next page; null at the end.")
