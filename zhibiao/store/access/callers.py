"""Who a key or a log-in stands for, as long as it counts."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select

from zhibiao.credentials import digest_of
from zhibiao.domain.access import AccessScope, Caller
from zhibiao.store.access import keys
from zhibiao.store.access.holders import is_valid
from zhibiao.store.database.access_tables import api_keys, logins, users

TOKEN = "token"  # the name of whoever has the admin token


def of_token(token: str) -> Caller:
    """Whoever has the admin token, which is a setting and stands in no table."""
    return Caller(name=TOKEN, owner=TOKEN, scopes=frozenset(AccessScope), credential=token)


def of_user(row: RowMapping) -> Caller:
    name = f"user:{row['name']}"
    return Caller(
        name=name,
        owner=name,
        scopes=_scopes(row),
        credential=row["password_hash"],
        user=row["id"],
    )


def with_key(connection: Connection, key: str, *, now: float) -> Caller | None:
    """Whoever has this key; None where there is none such that counts."""
    row = keys.with_digest(connection, digest_of(key), now=now)
    return None if row is None else _of_key(connection, row, now)


def begin_login(
    connection: Connection, caller: Caller, cookie: str, *, now: float, seconds: float
) -> None:
    """Note a log-in, and forget those whose time is over."""
    connection.execute(delete(logins).where(logins.c.expires_at <= now))
    connection.execute(
        insert(logins).values(
            digest=digest_of(cookie),
            proof=_proof(cookie, caller),
            user_id=caller.user,
            key_id=caller.key,
            created_at=now,
            expires_at=now + seconds,
        )
    )


def end_login(connection: Connection, cookie: str) -> None:
    connection.execute(delete(logins).where(logins.c.digest == digest_of(cookie)))


def logged_in(connection: Connection, cookie: str, *, token: str, now: float) -> Caller | None:
    """Who has logged in with this cookie; None where that does not count any more.

    A log-in ends with the token, the password or the key that it was made with.
    """
    asked = select(logins).where(logins.c.digest == digest_of(cookie), logins.c.expires_at > now)
    login = connection.execute(asked).mappings().one_or_none()
    if login is None:
        return None
    caller: Caller | None
    if login["key_id"] is not None:
        row = _by_id(connection, api_keys, login["key_id"])
        caller = None if row is None else _of_key(connection, row, now)
    elif login["user_id"] is not None:
        row = _by_id(connection, users, login["user_id"])
        caller = None if row is None or not is_valid(row, now) else of_user(row)
    else:
        caller = of_token(token)
    if caller is None or not hmac.compare_digest(login["proof"], _proof(cookie, caller)):
        return None
    return caller


def _of_key(connection: Connection, row: RowMapping, now: float) -> Caller | None:
    if not is_valid(row, now):
        return None
    name, scopes = f"key:{row['name']}", _scopes(row)
    owner = name
    if row["user_id"] is not None:
        user = _by_id(connection, users, row["user_id"])
        if user is None or not is_valid(user, now):
            return None
        owner = f"user:{user['name']}"
        if AccessScope.ADMIN not in _scopes(user):
            scopes = scopes & _scopes(user)
    return Caller(name=name, owner=owner, scopes=scopes, credential=row["digest"], key=row["id"])


def _scopes(row: RowMapping) -> frozenset[AccessScope]:
    return frozenset(AccessScope(each) for each in row["scopes"])


def _proof(cookie: str, caller: Caller) -> str:
    # By the cookie, which is not stored: what is stored tells nothing about a token that is short.
    said = f"{caller.name}\n{caller.credential}"
    return hmac.new(cookie.encode(), said.encode(), hashlib.sha256).hexdigest()


def _by_id(connection: Connection, table: Table, row_id: int) -> RowMapping | None:
    found = connection.execute(select(table).where(table.c.id == row_id))
    return found.mappings().one_or_none()
