"""The audit log: who did what. Rows are added and read, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from zhibiao.store.database.access_tables import audit


def record(
    connection: Connection,
    *,
    caller: str,
    action: str,
    path: str,
    status: int,
    facts: Mapping[str, Any],
    address: str,
    request_id: str,
    now: float,
) -> None:
    """`status`: of the answer; `address`: where the request came from."""
    connection.execute(
        insert(audit).values(
            at=now,
            caller=caller,
            action=action,
            path=path,
            status=status,
            facts=dict(facts),
            address=address,
            request_id=request_id,
        )
    )


def newest(
    connection: Connection,
    *,
    limit: int,
    before: int | None = None,
    caller: str | None = None,
    action: str | None = None,
) -> list[RowMapping]:
    """The last first; `before`: only those with a smaller id."""
    asked = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        asked = asked.where(audit.c.id < before)
    if caller is not None:
        asked = asked.where(audit.c.caller == caller)
    if action is not None:
        asked = asked.where(audit.c.action == action)
    return list(connection.execute(asked).mappings())
