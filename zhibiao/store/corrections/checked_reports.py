"""Reports that somebody has read in full: their observations are right, and none is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from zhibiao.store.corrections.corrected_reports import of_report
from zhibiao.store.database.correction_tables import checked_reports


def mark(connection: Connection, document: Mapping[Any, Any], *, by: str, now: float) -> None:
    """Note who has checked a row of documents; whoever did so before is forgotten."""
    unmark(connection, document)
    connection.execute(
        insert(checked_reports).values(
            sha256=document["sha256"], part=document["part"], checked_by=by, checked_at=now
        )
    )


def unmark(connection: Connection, document: Mapping[Any, Any]) -> None:
    """Note that it is not checked."""
    connection.execute(delete(checked_reports).where(of_report(checked_reports, document)))


def get(connection: Connection, document: Mapping[Any, Any]) -> Row[Any] | None:
    """Who has checked it (`checked_by`), and when (`checked_at`)."""
    return connection.execute(
        select(checked_reports).where(of_report(checked_reports, document))
    ).one_or_none()
