"""What people correct of reports' metadata, kept apart from what the stages find.

A correction is put over what was given and found whenever a report is cleaned. Who makes one has
the report processed again: `zhibiao.store.reprocessing.corrected_metadata`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from zhibiao.store.corrections.corrected_reports import of_report
from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.correction_tables import metadata_corrections
from zhibiao.store.database.metadata_columns import corrected_in
from zhibiao.store.database.schema import documents

IN_FORCE = metadata_corrections.c.ended_at.is_(None)
_OF_DOCUMENT = of_report(metadata_corrections, documents.c)


@dataclass(frozen=True, kw_only=True, slots=True)
class MetadataCorrection:
    """One field that a person decided."""

    field: str
    value: Any
    before: Any  # what readers saw then
    made_by: str
    made_at: float
    ended_by: str | None
    ended_at: float | None
    applied: bool  # readers see it; otherwise the report is still to be processed with it


def of(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The corrections in force by document id and field; documents without any are left out."""
    query = select(documents.c.id, metadata_corrections.c.field, metadata_corrections.c.value)
    query = query.join(metadata_corrections, _OF_DOCUMENT).where(IN_FORCE)
    found: dict[int, dict[str, Any]] = {}
    for batch in in_batches(ids):
        for row in connection.execute(query.where(documents.c.id.in_(batch))):
            found.setdefault(row.id, {})[row.field] = row.value
    return found


def history(connection: Connection, document: Mapping[Any, Any]) -> list[MetadataCorrection]:
    """All corrections of a row of documents, the newest first, those that have ended too."""
    if document["sha256"] is None:
        return []
    rows = connection.execute(
        select(metadata_corrections)
        .where(of_report(metadata_corrections, document))
        .order_by(metadata_corrections.c.id.desc())
    ).all()
    return [
        MetadataCorrection(
            field=row.field,
            value=row.value,
            before=row.before,
            made_by=row.made_by,
            made_at=row.made_at,
            ended_by=row.ended_by,
            ended_at=row.ended_at,
            applied=row.ended_at is None and _shows(document, {row.field: row.value}),
        )
        for row in rows
    ]


def outdate(connection: Connection, ids: Collection[int]) -> None:
    """After a rollback: what was made before a correction, or with one that has ended, is outdated.

    The next reprocessing makes it anew.
    """
    wanted = sorted(ids)
    for batch in in_batches(wanted):
        in_force = of(connection, batch)
        rows = connection.execute(
            select(documents)
            .join(metadata_corrections, _OF_DOCUMENT)
            .where(documents.c.id.in_(batch))
        ).mappings()
        stale = {row["id"] for row in rows if not _shows(row, in_force.get(row["id"], {}), True)}
        connection.execute(
            update(documents).where(documents.c.id.in_(sorted(stale))).values(clean_version=None)
        )


def _shows(document: Mapping[Any, Any], corrected: Mapping[str, Any], alone: bool = False) -> bool:
    """Has a document these corrections, and, `alone`, no others?"""
    shown = corrected_in(document)
    return all(
        field in shown and document[field] == value for field, value in corrected.items()
    ) and not (alone and set(shown) - corrected.keys())
