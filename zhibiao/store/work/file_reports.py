"""Reports that share a file with others: their documents, their work, and what becomes of them.

A file's first report keeps the file's document; every further one has a document of its own, known
by (run, file, part), and work that begins when the file has been read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from zhibiao.domain import Stage, State
from zhibiao.domain.stage_outputs import StageOutputs
from zhibiao.store.database.schema import documents, work
from zhibiao.store.work import progress
from zhibiao.store.work.control import supersede
from zhibiao.store.work.queue import Claim, Move, columns_of, outputs_of
from zhibiao.store.work.runs import PART_VANISHED


def _siblings(home: Row[Any]) -> ColumnElement[bool]:
    return and_(documents.c.run_id == home.run_id, documents.c.file == home.file)


def document_of_report(connection: Connection, home: Row[Any], part: int, now: float) -> int:
    """The document of a further report of the file that `home` is the first report of."""
    known = connection.execute(
        select(documents.c.id).where(_siblings(home), documents.c.part == part)
    ).scalar_one_or_none()
    if known is not None:
        return int(known)
    made: int = connection.execute(
        insert(documents)
        .values(
            run_id=home.run_id,
            file=home.file,
            part=part,
            name=home.name,
            sha256=home.sha256,
            given=home.given,
            created_at=now,
        )
        .returning(documents.c.id)
    ).scalar_one()
    return made


def work_of_report(
    connection: Connection,
    held: Claim,
    home: Row[Any],
    document: int,
    made: str,
    current: Mapping[Stage, str],
    now: float,
    sent: float,
) -> Move:
    """Give a further report work at the first stage that its new raw text makes outdated."""
    supersede(connection, document, by_run=held.run, now=now)
    live = connection.execute(select(documents).where(documents.c.id == document)).one()
    outputs = forced(outputs_of(live), home.options)
    outputs = outputs.after(Stage.READ, version=current[Stage.READ], made=made)
    to = outputs.next_stage(current, after=Stage.READ)
    values = columns_of(outputs) | {
        "state": State.DONE if to is None else State.PENDING,
        "stage": to or Stage.READ,
        "attempts": 0,
        "sent_until": sent,
        "lease": None,  # whoever holds it works on what the file held before
        "lease_until": 0,
        "error_code": None,
        "error_message": None,
        "extraction_id": live.extraction_id,
        "changed_at": now,
    }
    known = connection.execute(
        select(work.c.id).where(work.c.run_id == held.run, work.c.document_id == document)
    ).scalar_one_or_none()
    if known is None:
        known = connection.execute(
            insert(work)
            .values(
                run_id=held.run,
                document_id=document,
                priority=home.priority,
                previous_id=live.work_id,
                created_at=now,
                **values,
            )
            .returning(work.c.id)
        ).scalar_one()
        progress.found(connection, held.run, 1)
    else:
        connection.execute(update(work).where(work.c.id == known).values(**values))
    connection.execute(update(documents).where(documents.c.id == document).values(work_id=known))
    return Move(work_id=known, to=to)


def forced(outputs: StageOutputs, options: Mapping[str, Any]) -> StageOutputs:
    """In a run that is to execute a stage and all after it, whatever their outputs are."""
    first = options.get("from")
    if first is None:
        return outputs
    stages = list(Stage)[list(Stage).index(Stage(first)) :]
    return replace(outputs, versions=dict(outputs.versions) | dict.fromkeys(stages))


def vanish(
    connection: Connection, held: Claim, home: Row[Any], reports: int, now: float
) -> list[Move]:
    """Reports beyond the last one of the file: cancelled, without observations from now on."""
    gone = connection.execute(
        select(documents).where(_siblings(home), documents.c.part >= reports)
    ).all()
    moves = []
    for live in gone:
        supersede(connection, live.id, by_run=held.run, now=now)
        values = columns_of(outputs_of(live)) | {
            "state": State.CANCELLED,
            "stage": Stage.READ,
            "error_code": PART_VANISHED,
            "error_message": f"The file holds only {reports} reports now.",
            "extraction_id": None,
            "extract_hash": None,
            "previous_id": None,
            "lease": None,
            "changed_at": now,
        }
        mine = (work.c.run_id == held.run) & (work.c.document_id == live.id)
        if not connection.execute(update(work).where(mine).values(**values)).rowcount:
            connection.execute(
                insert(work).values(
                    run_id=held.run,
                    document_id=live.id,
                    priority=home.priority,
                    created_at=now,
                    **values,
                )
            )
            progress.found(connection, held.run, 1)
        work_id = connection.execute(select(work.c.id).where(mine)).scalar_one()
        connection.execute(
            update(documents).where(documents.c.id == live.id).values(work_id=work_id)
        )
        moves.append(Move(work_id=work_id, to=None))
    return moves
