"""API keys: made, rotated, revoked. Only the digest of a key is stored."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, RowMapping, select

from zhibiao.credentials import digest_of, prefix_of
from zhibiao.domain.access import AccessScope
from zhibiao.store.access.holders import Holders
from zhibiao.store.database.access_tables import api_keys, users

_KEYS = Holders(
    kind="key",
    table=api_keys,
    rows=select(api_keys, users.c.name.label("user")).select_from(  # of whom it is
        api_keys.outerjoin(users, users.c.id == api_keys.c.user_id)
    ),
)

get = _KEYS.get
all_of = _KEYS.all_of
revoke = _KEYS.revoke


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
    """Raises NameTaken."""
    return _KEYS.create(
        connection,
        name,
        scopes=scopes,
        now=now,
        expires_at=expires_at,
        user_id=user_id,
        prefix=prefix_of(key),
        digest=digest_of(key),
    )


def rotate(
    connection: Connection, name: str, *, key: str, now: float, grace_seconds: float
) -> RowMapping:
    """Another key in place of the present one, which counts for as long as the grace lasts.

    Raises NotFound.
    """
    return _KEYS.change(
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
