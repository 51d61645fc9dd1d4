"""Correct what is known of a report, and have it processed again with that.

A corrected report is cleaned and extracted again. Readers see its new region, years and
observations at once, when that is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, case, insert, literal, select, update

from zhibiao.domain import Stage, State
from zhibiao.metadata.corrected import check_years
from zhibiao.metadata.presumed import presumed
from zhibiao.store.corrections.corrected_reports import of_report, original
from zhibiao.store.corrections.metadata_corrections import IN_FORCE
from zhibiao.store.corrections.metadata_corrections import of as corrections_of
from zhibiao.store.database.correction_tables import metadata_corrections
from zhibiao.store.database.errors import NotCorrectable
from zhibiao.store.database.locks import keep_outputs, start_work
from zhibiao.store.database.metadata_columns import described
from zhibiao.store.database.schema import IN_FLIGHT, documents, work
from zhibiao.store.reprocessing import reruns
from zhibiao.store.reprocessing.outdated import Current, Selection


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
    known = corrections_of(connection, [document]).get(document, {})
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
        run = reruns.begin(
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
            of_report(metadata_corrections, row), metadata_corrections.c.field.in_(new), IN_FORCE
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
    corrected = corrections_of(connection, ids)
    bare = select(documents.c.id, documents.c.name, documents.c.given).where(
        documents.c.id.in_(ids), documents.c.clean_hash.is_(None)
    )
    for row in connection.execute(bare).all():
        known = described(presumed(row.name, row.given, corrected.get(row.id)))
        connection.execute(update(documents).where(documents.c.id == row.id).values(known))
