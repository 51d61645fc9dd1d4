"""People who log in: made, given another password, revoked."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, RowMapping, select

from zhibiao.credentials import digest_of
from zhibiao.domain.access import AccessScope
from zhibiao.store.access.holders import Holders, is_valid
from zhibiao.store.database.access_tables import users
from zhibiao.store.database.errors import NameTaken

_USERS = Holders(kind="user", table=users, rows=select(users))

get = _USERS.get
all_of = _USERS.all_of
revoke = _USERS.revoke

_PROVIDED = "oidc:"  # in the place of a password's hash, which no password has


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


def of_provider(
    connection: Connection,
    name: str,
    *,
    subject: str,
    scopes: Collection[AccessScope],
    now: float,
) -> RowMapping | None:
    """The user that an OpenID provider has logged in, made where there is none; scopes as it says.

    `subject`: who it is at which provider. None: revoked or expired. Raises NameTaken where the
    name is a user's with a password, or another person's at the provider.
    """
    mark = f"{_PROVIDED}{digest_of(subject)}"
    row = _USERS.find(connection, name)
    if row is None:
        return create(connection, name, password_hash=mark, scopes=scopes, now=now)
    if row["password_hash"] != mark:
        raise NameTaken(f"The user {name} is not the one of that provider.", name=name)
    if not is_valid(row, now):
        return None
    return _USERS.change(connection, name, scopes=sorted(scopes))


def set_password(connection: Connection, name: str, password_hash: str) -> RowMapping:
    """Log-ins with the former password end. Raises NotFound."""
    return _USERS.change(connection, name, password_hash=password_hash)
