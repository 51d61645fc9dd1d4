"""People who log in: made, given another password, revoked. A name is never given again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from zhibiao.domain.access import AccessScope
from zhibiao.store.access_tables import users
from zhibiao.store.errors import NameTaken, NotFound


def create(
    connection: Connection,
    name: str,
    *,
    password_hash: str,
    scopes: Collection[AccessScope],
    now: float,
    expires_at: float | None = None,
) -> RowMapping:
    """Raises NameTaken, also where the one of that name is revoked."""
    if _row(connection, name) is not None:
        raise NameTaken(f"There is, or was, a user {name}; choose another name.", name=name)
    connection.execute(
        insert(users).values(
            name=name,
            password_hash=password_hash,
            scopes=sorted(scopes),
            created_at=now,
            expires_at=expires_at,
        )
    )
    return get(connection, name)


def get(connection: Connection, name: str) -> RowMapping:
    """Raises NotFound."""
    row = _row(connection, name)
    if row is None:
        raise NotFound(f"There is no user {name}.", user=name)
    return row


def find(connection: Connection, name: str, *, now: float) -> RowMapping | None:
    """The user of that name who may log in."""
    row = _row(connection, name)
    return row if row is not None and is_valid(row, now) else None


def all_of(connection: Connection) -> list[RowMapping]:
    return list(connection.execute(select(users).order_by(users.c.name)).mappings())


def revoke(connection: Connection, name: str, *, now: float) -> RowMapping:
    """For good: log-ins and keys of theirs end at once. Raises NotFound."""
    return _change(connection, name, revoked_at=now)


def set_password(connection: Connection, name: str, password_hash: str) -> RowMapping:
    """Log-ins with the former password end. Raises NotFound."""
    return _change(connection, name, password_hash=password_hash)


def is_valid(row: RowMapping, now: float) -> bool:
    """Of a user or a key: neither revoked nor expired."""
    expires_at = row["expires_at"]
    return row["revoked_at"] is None and (expires_at is None or expires_at > now)


def _change(connection: Connection, name: str, **values: Any) -> RowMapping:
    if get(connection, name)["revoked_at"] is not None:
        raise NotFound(f"The user {name} is revoked.", user=name)
    connection.execute(update(users).where(users.c.name == name).values(**values))
    return get(connection, name)


def _row(connection: Connection, name: str) -> RowMapping | None:
    return connection.execute(select(users).where(users.c.name == name)).mappings().one_or_none()
