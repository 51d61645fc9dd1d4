"""What people correct of reports' metadata, and what has to be made anew because of it.

A correction is put over what was given and found whenever a report is cleaned. So a corrected
report is cleaned and extracted again, and readers see its new region, years and observations at
once, when that is done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, case, insert, literal, select, update

from zhibiao.domain import Stage, State
from zhibiao.metadata.corrected import check_years
from zhibiao.metadata.presumed import presumed
from zhibiao.store import reprocessing
from zhibiao.store.batches import in_batches
from zhibiao.store.corrected_reports import of_report, original
from zhibiao.store.correction_tables import metadata_corrections
from zhibiao.store.errors import NotCorrectable
from zhibiao.store.locks import keep_outputs, start_work
from zhibiao.store.outdated import Current, Selection
from zhibiao.store.results import corrected_in, described
from zhibiao.store.schema import IN_FLIGHT, documents, work

_IN_FORCE = metadata_corrections.c.ended_at.is_(None)
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
    query = query.join(metadata_corrections, _OF_DOCUMENT).where(_IN_FORCE)
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


def correct(
    connection: Connection,
    document: int,
    changes: Mapping[str, Any],
    *,
    by: str,
    now: float,
    current: Current,
) -> int | None:
    """Note new values (of `metadata.corrected.checked_corrections`), and process again with them.

    None ends the correction of a field. Holds for all documents of the same bytes. The run that
    processes those at rest; None: there are none, or nothing has changed. Work that is under way
    begins anew at cleaning, in its own run. Raises NotFound, NotCorrectable and MetadataError.
    """
    keep_outputs(connection)
    start_work(connection)
    row = _corrected_row(connection, document)
    known = of(connection, [document]).get(document, {})
    new = {
        field: value
        for field, value in changes.items()
        if value != known.get(field) and (value is not None or field in known)
    }
    if not new:
        return None
    told = {field: value for field, value in {**known, **new}.items() if value is not None}
    check_years(told.get("year", row["year"]), told.get("review_year"))
    ids = _of_same_bytes(connection, row)
    run = _process_again(connection, ids, document, by, now, current)
    _note(connection, row, new, by, now)
    _presume(connection, ids)
    return run


def _corrected_row(connection: Connection, document: int) -> RowMapping:
    row = original(connection, document)
    if row["sha256"] is None:
        raise NotCorrectable(
            f"The bytes of document {document} were not kept: submit its file again.",
            document=document,
        )
    return row


def _of_same_bytes(connection: Connection, row: RowMapping) -> list[int]:
    return list(
        connection.scalars(
            select(documents.c.id)
            .where(of_report(documents, row), documents.c.duplicate_of.is_(None))
            .order_by(documents.c.id)
        )
    )


def _process_again(
    connection: Connection,
    ids: Sequence[int],
    document: int,
    by: str,
    now: float,
    current: Current,
) -> int | None:
    resting = list(
        connection.scalars(
            select(documents.c.id)
            .join(work, work.c.id == documents.c.work_id)
            .where(
                documents.c.id.in_(ids),
                documents.c.read_hash.is_not(None),
                work.c.state.in_([State.DONE, State.FAILED, State.QUARANTINED]),
            )
        )
    )
    run = None
    if resting:
        run = reprocessing.begin(
            connection,
            Selection(documents=tuple(resting), first=Stage.CLEAN),
            current,
            now=now,
            label=f"document {document} corrected",
            owner=by,
            options={"corrected": document},
            priority="interactive",
        )
    # Whoever holds one now works with what was known before.
    connection.execute(
        update(work)
        .where(work.c.document_id.in_(ids), IN_FLIGHT)
        .values(
            state=State.PENDING,
            stage=case((work.c.stage == Stage.READ, literal(Stage.READ.value)), else_="clean"),
            clean_version=None,
            attempts=0,
            not_before=0,
            sent_until=0,
            lease=None,
            lease_until=0,
            changed_at=now,
        )
    )
    return run


def _note(
    connection: Connection, row: RowMapping, new: Mapping[str, Any], by: str, now: float
) -> None:
    connection.execute(
        update(metadata_corrections)
        .where(
            of_report(metadata_corrections, row), metadata_corrections.c.field.in_(new), _IN_FORCE
        )
        .values(ended_by=by, ended_at=now)
    )
    rows = [
        {
            "sha256": row["sha256"],
            "part": row["part"],
            "field": field,
            "value": value,
            "before": row[field],
            "made_by": by,
            "made_at": now,
        }
        for field, value in new.items()
        if value is not None
    ]
    if rows:
        connection.execute(insert(metadata_corrections), rows)


def _presume(connection: Connection, ids: Sequence[int]) -> None:
    """Of documents without a text, what is presumed is all that is known."""
    corrected = of(connection, ids)
    bare = select(documents.c.id, documents.c.name, documents.c.given).where(
        documents.c.id.in_(ids), documents.c.clean_hash.is_(None)
    )
    for row in connection.execute(bare).all():
        known = described(presumed(row.name, row.given, corrected.get(row.id)))
        connection.execute(update(documents).where(documents.c.id == row.id).values(known))


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
