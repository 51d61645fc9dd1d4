"""API keys: made, rotated, revoked. Only the digest of a key is stored; a name is never given
again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from zhibiao.credentials import digest_of, prefix_of
from zhibiao.domain.access import AccessScope
from zhibiao.store.access_tables import api_keys, users
from zhibiao.store.errors import NameTaken, NotFound


def create(
    connection: Connection,
    name: str,
    *,
    key: str,
    scopes: Collection[AccessScope],
    now: float,
    user_id: int | None = None,
    expires_at: float | None = None,
) -> RowMapping:
    """Raises NameTaken, also where the one of that name is revoked."""
    if _row(connection, name) is not None:
        raise NameTaken(f"There is, or was, a key {name}; choose another name.", name=name)
    connection.execute(
        insert(api_keys).values(
            name=name,
            user_id=user_id,
            prefix=prefix_of(key),
            digest=digest_of(key),
            scopes=sorted(scopes),
            created_at=now,
            expires_at=expires_at,
        )
    )
    return get(connection, name)


def get(connection: Connection, name: str) -> RowMapping:
    """With `user`, the name of whom it belongs to. Raises NotFound."""
    row = _row(connection, name)
    if row is None:
        raise NotFound(f"There is no key {name}.", key=name)
    return row


def all_of(connection: Connection) -> list[RowMapping]:
    return list(connection.execute(_with_user().order_by(api_keys.c.name)).mappings())


def revoke(connection: Connection, name: str, *, now: float) -> RowMapping:
    """For good, and at once. Raises NotFound."""
    return _change(connection, name, revoked_at=now)


def rotate(
    connection: Connection, name: str, *, key: str, now: float, grace_seconds: float
) -> RowMapping:
    """Another key in place of the present one, which counts for as long as the grace lasts.

    Raises NotFound.
    """
    return _change(
        connection,
        name,
        previous_digest=api_keys.c.digest,
        previous_until=now + grace_seconds,
        prefix=prefix_of(key),
        digest=digest_of(key),
    )


def with_digest(connection: Connection, digest: str, *, now: float) -> RowMapping | None:
    """The key with this digest, or whose digest it was until a moment ago; valid or not."""
    row = connection.execute(select(api_keys).where(api_keys.c.digest == digest)).mappings()
    found = row.one_or_none()
    if found is not None:
        return found
    before = select(api_keys).where(
        api_keys.c.previous_digest == digest, api_keys.c.previous_until > now
    )
    return connection.execute(before).mappings().one_or_none()


def _change(connection: Connection, name: str, **values: Any) -> RowMapping:
    if get(connection, name)["revoked_at"] is not None:
        raise NotFound(f"The key {name} is revoked.", key=name)
    connection.execute(update(api_keys).where(api_keys.c.name == name).values(**values))
    return get(connection, name)


def _row(connection: Connection, name: str) -> RowMapping | None:
    return connection.execute(_with_user().where(api_keys.c.name == name)).mappings().one_or_none()


def _with_user() -> Any:
    return select(api_keys, users.c.name.label("user")).select_from(
        api_keys.outerjoin(users, users.c.id == api_keys.c.user_id)
    )
