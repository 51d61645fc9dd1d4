"""What the stages read and write. Every verb here runs inside the caller's transaction.

What is saved is gathered in a `Batch`, and written with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    select,
    tuple_,
    update,
)

from zhibiao.domain import (
    CleanText,
    Decoding,
    Extraction,
    Metadata,
    OffsetMap,
    RawDocument,
    Stage,
)
from zhibiao.store.database.metadata_columns import as_metadata, described
from zhibiao.store.database.schema import (
    clean_texts,
    documents,
    extractions,
    raw_texts,
    runs,
    sources,
    term_counts,
    work,
)
from zhibiao.store.database.types import ready_bytes, ready_json, ready_json_text, ready_text
from zhibiao.store.outputs.batch import Batch
from zhibiao.store.work.file_reports import document_of_report, vanish, work_of_report
from zhibiao.store.work.queue import Claim, Move
from zhibiao.text.chinese import CHINESE

_SMALL_SOURCE_BYTES = 256 * 1024


def source_of(connection: Connection, document: int) -> bytes:
    """The bytes that a document was submitted as."""
    content: bytes = connection.execute(_SOURCE, {"document": document}).scalar_one()
    return content


# Statements that every document takes are made once: to make one takes as long as to execute it.
_SOURCE = (
    select(sources.c.content)
    .join(documents, documents.c.sha256 == sources.c.sha256)
    .where(documents.c.id == bindparam("document"))
)


def small_sources(connection: Connection, ids: Sequence[int]) -> dict[int, bytes]:
    """The bytes of those documents whose sources are small: all of a chunk's fit into memory."""
    rows = connection.execute(_SMALL_SOURCES, {"ids": ids}).all()
    return {row.id: row.content for row in rows}


_SMALL_SOURCES = (
    select(documents.c.id, sources.c.content)
    .join(sources, documents.c.sha256 == sources.c.sha256)
    .where(
        documents.c.id.in_(bindparam("ids", expanding=True)), sources.c.size <= _SMALL_SOURCE_BYTES
    )
)


def raw_of(connection: Connection, claims: Sequence[Claim]) -> dict[int, RawDocument]:
    """What each claim has been read into, by document id."""
    query = (
        select(raw_texts, documents.c.name, documents.c.part)
        .join(documents, documents.c.id == raw_texts.c.document_id)
        .where(_outputs_of(raw_texts, claims, Stage.READ))
    )
    return {
        row.document_id: RawDocument(
            name=row.name,
            part=row.part,
            text=row.text,
            media_type=row.media_type,
            title=row.title,
            decoding=None if row.decoding is None else Decoding(**row.decoding),
            split_by=row.split_by,
            given=row.given,
        )
        for row in connection.execute(query)
    }


def given_of(connection: Connection, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """The metadata that came with each document at submission."""
    return {row.id: row.given for row in connection.execute(_GIVEN, {"ids": ids})}


_GIVEN = select(documents.c.id, documents.c.given).where(
    documents.c.id.in_(bindparam("ids", expanding=True))
)


def clean_of(
    connection: Connection, claims: Sequence[Claim]
) -> dict[int, tuple[CleanText, Metadata]]:
    """What each claim has been cleaned to, and what is known about it, by document id."""
    query = select(clean_texts).where(_outputs_of(clean_texts, claims, Stage.CLEAN))
    return {
        row["document_id"]: (
            CleanText(text=row["text"], offsets=OffsetMap.from_bytes(row["offsets"])),
            as_metadata(row),
        )
        for row in connection.execute(query).mappings()
    }


def _outputs_of(table: Table, claims: Sequence[Claim], stage: Stage) -> ColumnElement[bool]:
    wanted = [(held.document_id, held.hash_of(stage)) for held in claims]
    return tuple_(table.c.document_id, table.c.hash).in_(wanted)


Row = Mapping[str, Any]  # as it is written, but for what only its transaction knows


def save_raw(
    batch: Batch,
    held: Claim,
    reports: Sequence[Row],
    *,
    current: Mapping[Stage, str],
    now: float,
    sent: float,
) -> list[Move]:
    """Store what a file was read into (`raw_row`); where the work of further reports goes.

    The first report keeps the file's document; every further one becomes a document, with work
    of its own in the same run. Reading the file again finds them by (run, file, part). A report
    that the file does not hold any more keeps its texts and loses its observations.
    """
    if len(reports) == 1 and held.outputs.hashes.get(Stage.READ) is None:
        # No other report came of this file, and none does now.
        batch.keep(raw_texts, held.document_id, reports[0])
        return []
    connection = batch.connection
    home = connection.execute(
        select(documents.c.run_id, documents.c.file, documents.c.name, documents.c.sha256)
        .add_columns(documents.c.given, work.c.priority, runs.c.options)
        .join(work, work.c.document_id == documents.c.id)
        .join(runs, runs.c.id == work.c.run_id)
        .where(work.c.id == held.work_id)
    ).one()
    moves = []
    for part, report in enumerate(reports):
        document, made = held.document_id, report["hash"]
        if part > 0:
            document = document_of_report(connection, home, part, now)
            moves.append(work_of_report(connection, held, home, document, made, current, now, sent))
        batch.keep(raw_texts, document, report)
    return moves + vanish(connection, held, home, len(reports), now)


def raw_row(report: RawDocument, *, made: str) -> Row:
    """What is stored of a report that was read, `made` its hash."""
    return {
        "hash": made,
        "text": ready_text(report.text),
        "characters": len(report.text),
        "media_type": report.media_type,
        "title": report.title,
        "split_by": report.split_by,
        "decoding": None if report.decoding is None else asdict(report.decoding),
        "given": dict(report.given),
    }


def as_stored(document: RawDocument, *, name: str) -> RawDocument:
    """What `raw_of` gives back of a file's first report, once that is saved."""
    return replace(document, name=name, given=json.loads(json.dumps(dict(document.given))))


def save_clean(batch: Batch, held: Claim, cleaned: Row) -> None:
    """Store a cleaned text and what is known about it (`clean_row`)."""
    batch.keep(clean_texts, held.document_id, cleaned)


def clean_row(clean: CleanText, metadata: Metadata, *, sketch: bytes, made: str) -> Row:
    """What is stored of a cleaned text and of what is known about it, `made` the hash of both."""
    return {
        "hash": made,
        "text": ready_text(clean.text),
        "characters": len(clean.text),
        "offsets": ready_bytes(clean.offsets.to_bytes()),
        "sketch": sketch,
        "chinese": CHINESE.search(clean.text) is not None,
        **described(metadata),
    }


def save_terms(batch: Batch, held: Claim, terms: Row) -> None:
    """Store term counts and where words end (`terms_row`)."""
    batch.keep(term_counts, held.document_id, terms)


def terms_row(counts: str, cut: bytes, *, tokens: int, made: str) -> Row:
    """What is stored of term counts (see `digests.written_terms`) and of where words end.

    `tokens`: the sum of all counts; `made`: the hash of both.
    """
    return {
        "hash": made,
        "tokens": tokens,
        "counts": ready_json_text(counts),
        "cut": ready_bytes(cut),
    }


def save_extraction(
    batch: Batch, held: Claim, extraction: Extraction, generation: Row, *, now: float
) -> None:
    """Store a generation of observations (`generation_row`).

    `publications.publish` gives it to the work. Earlier generations stay, so that runs can be
    compared and rolled back; one that is equal to an earlier one is that one.
    """
    own = {"document_id": held.document_id, "run_id": held.run, "made_at": now}
    batch.keep_generation({**own, **generation}, extraction)


def generation_row(extraction: Extraction, *, made: str, version: str) -> Row:
    """What is stored of an extraction beside its observations, `made` its hash."""
    return {
        "version": version,
        "hash": made,
        "numbers": len(extraction.observations) + len(extraction.rejections),
        "rejections": ready_json(
            [
                {
                    "start": rejection.span.start,
                    "end": rejection.span.end,
                    "surface": rejection.surface,
                    "reason": rejection.reason,
                }
                for rejection in extraction.rejections
            ]
        ),
    }


def find_generations(connection: Connection, work_ids: Sequence[int]) -> None:
    """Let work refer to the generation of its hash: one statement, however many were extracted."""
    connection.execute(_FIND_GENERATIONS, {"work_ids": work_ids})


_FIND_GENERATIONS = (
    update(work)
    .where(
        work.c.id.in_(bindparam("work_ids", expanding=True)),
        extractions.c.document_id == work.c.document_id,
        extractions.c.hash == work.c.extract_hash,
        work.c.extraction_id.is_distinct_from(extractions.c.id),
    )
    .values(extraction_id=extractions.c.id)
)
