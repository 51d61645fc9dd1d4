"""People who log in: made, given another password, revoked."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, RowMapping, select

from zhibiao.domain.access import AccessScope
from zhibiao.store.access_tables import users
from zhibiao.store.holders import Holders, is_valid

_USERS = Holders(kind="user", table=users, rows=select(users))

get = _USERS.get
all_of = _USERS.all_of
revoke = _USERS.revoke


def create(
    connection: Connection,
    name: str,
    *,
    password_hash: str,
    scopes: Collection[AccessScope],
    now: float,
    expires_at: float | None = None,
) -> RowMapping:
    """Raises NameTaken."""
    return _USERS.create(
        connection,
        name,
        scopes=scopes,
        now=now,
        expires_at=expires_at,
        password_hash=password_hash,
    )


def find(connection: Connection, name: str, *, now: float) -> RowMapping | None:
    """The user of that name who may log in."""
    row = _USERS.find(connection, name)
    return row if row is not None and is_valid(row, now) else None


def set_password(connection: Connection, name: str, password_hash: str) -> RowMapping:
    """Log-ins with the former password end. Raises NotFound."""
    return _USERS.change(connection, name, password_hash=password_hash)
