"""What the stages read and write. Every verb here runs inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from zhibiao.domain import (
    CleanText,
    Decoding,
    Extraction,
    Metadata,
    Observation,
    OffsetMap,
    RawDocument,
    Stage,
    State,
)
from zhibiao.store.queue import Claim
from zhibiao.store.schema import (
    clean_texts,
    documents,
    extractions,
    observations,
    raw_texts,
    sources,
    term_counts,
    work,
)


def source_of(connection: Connection, document: int) -> bytes:
    """The bytes that a document was submitted as."""
    content: bytes = connection.execute(
        select(sources.c.content)
        .join(documents, documents.c.sha256 == sources.c.sha256)
        .where(documents.c.id == document)
    ).scalar_one()
    return content


def raw_of(connection: Connection, ids: Sequence[int]) -> dict[int, RawDocument]:
    """Documents as they were read, by id."""
    query = (
        select(raw_texts, documents.c.name, documents.c.part)
        .join(documents, documents.c.id == raw_texts.c.document_id)
        .where(raw_texts.c.document_id.in_(ids))
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
    query = select(documents.c.id, documents.c.given).where(documents.c.id.in_(ids))
    return {row.id: row.given for row in connection.execute(query)}


def clean_of(connection: Connection, ids: Sequence[int]) -> dict[int, CleanText]:
    """Documents as they were cleaned, by id."""
    query = select(clean_texts).where(clean_texts.c.document_id.in_(ids))
    return {
        row.document_id: CleanText(text=row.text, offsets=OffsetMap.from_bytes(row.offsets))
        for row in connection.execute(query)
    }


def metadata_of(connection: Connection, ids: Sequence[int]) -> dict[int, Metadata]:
    """What is known about each document."""
    query = select(documents).where(documents.c.id.in_(ids))
    return {row["id"]: as_metadata(row) for row in connection.execute(query).mappings()}


def as_metadata(row: RowMapping) -> Metadata:
    notes = row["metadata_notes"] or {}
    return Metadata(
        **{name: row[name] for name in _PLAIN_METADATA},
        delivered_on=None
        if row["delivered_on"] is None
        else date.fromisoformat(row["delivered_on"]),
        candidates=tuple(notes.get("candidates", ())),
        decided_by=notes.get("decided_by", {}),
    )


_PLAIN_METADATA = (
    "title",
    "region",
    "region_code",
    "province",
    "level",
    "year",
    "review_year",
    "speaker",
    "meeting",
    "partial",
)


def save_raw(
    connection: Connection,
    held: Claim,
    parts: Sequence[RawDocument],
    *,
    version: str,
    now: float,
    sent: float,
) -> list[int]:
    """Store what a file was read into; the work ids of all its reports, for the next stage.

    The first report keeps the file's document; every further one becomes a document, with work
    of its own in the same run. Reading the file again finds them by (run, file, part).
    """
    home = (
        connection.execute(select(documents).where(documents.c.id == held.document_id))
        .mappings()
        .one()
    )
    priority = connection.execute(
        select(work.c.priority).where(work.c.id == held.work_id)
    ).scalar_one()
    work_ids = [held.work_id]
    for part in parts:
        document = held.document_id
        if part.part > 0:
            document = _part_document(connection, home, part.part, now)
            work_ids.append(_part_work(connection, held.run, document, priority, now, sent))
        _upsert(
            connection,
            raw_texts,
            {
                "document_id": document,
                "text": part.text,
                "characters": len(part.text),
                "media_type": part.media_type,
                "title": part.title,
                "split_by": part.split_by,
                "decoding": None if part.decoding is None else asdict(part.decoding),
                "given": dict(part.given),
            },
        )
        connection.execute(
            update(documents).where(documents.c.id == document).values(read_version=version)
        )
    return work_ids


def _part_document(connection: Connection, home: RowMapping, part: int, now: float) -> int:
    same = (
        (documents.c.run_id == home["run_id"])
        & (documents.c.file == home["file"])
        & (documents.c.part == part)
    )
    known = connection.execute(select(documents.c.id).where(same)).scalar_one_or_none()
    if known is not None:
        return int(known)
    made: int = connection.execute(
        insert(documents)
        .values(
            run_id=home["run_id"],
            file=home["file"],
            part=part,
            name=home["name"],
            sha256=home["sha256"],
            given=home["given"],
            created_at=now,
        )
        .returning(documents.c.id)
    ).scalar_one()
    return made


def _part_work(
    connection: Connection, run: int, document: int, priority: str, now: float, sent: float
) -> int:
    values = {
        "state": State.PENDING,
        "stage": Stage.CLEAN,
        "attempts": 0,
        "sent_until": sent,
        "changed_at": now,
    }
    known = connection.execute(
        select(work.c.id).where(work.c.run_id == run, work.c.document_id == document)
    ).scalar_one_or_none()
    if known is not None:
        connection.execute(update(work).where(work.c.id == known).values(**values))
        return int(known)
    made: int = connection.execute(
        insert(work)
        .values(run_id=run, document_id=document, priority=priority, created_at=now, **values)
        .returning(work.c.id)
    ).scalar_one()
    connection.execute(update(documents).where(documents.c.id == document).values(work_id=made))
    return made


def save_clean(
    connection: Connection,
    document: int,
    clean: CleanText,
    metadata: Metadata,
    *,
    sketch: bytes,
    version: str,
) -> None:
    _upsert(
        connection,
        clean_texts,
        {
            "document_id": document,
            "text": clean.text,
            "characters": len(clean.text),
            "offsets": clean.offsets.to_bytes(),
            "sketch": sketch,
        },
    )
    delivered_on = metadata.delivered_on
    connection.execute(
        update(documents)
        .where(documents.c.id == document)
        .values(
            **{name: getattr(metadata, name) for name in _PLAIN_METADATA},
            delivered_on=None if delivered_on is None else delivered_on.isoformat(),
            metadata_notes={
                "decided_by": dict(metadata.decided_by),
                "candidates": list(metadata.candidates),
            },
            clean_version=version,
        )
    )


def save_terms(
    connection: Connection, document: int, counts: Mapping[str, int], *, version: str
) -> None:
    _upsert(
        connection,
        term_counts,
        {"document_id": document, "tokens": sum(counts.values()), "counts": dict(counts)},
    )
    connection.execute(
        update(documents).where(documents.c.id == document).values(segment_version=version)
    )


def save_extraction(
    connection: Connection,
    document: int,
    extraction: Extraction,
    *,
    run: int,
    version: str,
    now: float,
) -> int:
    """Store a generation of observations and show it to readers; its id.

    Earlier generations stay, so that runs can be compared and rolled back.
    """
    generation: int = connection.execute(
        insert(extractions)
        .values(
            document_id=document,
            run_id=run,
            version=version,
            made_at=now,
            numbers=len(extraction.observations) + len(extraction.rejections),
            rejections=[
                {
                    "start": rejection.span.start,
                    "end": rejection.span.end,
                    "surface": rejection.surface,
                    "reason": rejection.reason,
                }
                for rejection in extraction.rejections
            ],
        )
        .returning(extractions.c.id)
    ).scalar_one()
    if extraction.observations:
        connection.execute(
            insert(observations),
            [
                _observation_row(observation, ordinal)
                | {"extraction_id": generation, "document_id": document}
                for ordinal, observation in enumerate(extraction.observations)
            ],
        )
    connection.execute(
        update(documents)
        .where(documents.c.id == document)
        .values(extraction_id=generation, extract_version=version)
    )
    return generation


_PLAIN_OBSERVATION = (
    "indicator",
    "subject",
    "measure",
    "value",
    "value_high",
    "unit",
    "bound",
    "status",
    "period_start",
    "period_end",
    "scope",
    "evidence",
    "base_value",
    "base_unit",
    "tone",
    "conflict",
    "rule",
)


def _observation_row(observation: Observation, ordinal: int) -> dict[str, Any]:
    row = {name: getattr(observation, name) for name in _PLAIN_OBSERVATION}
    name_span = observation.name_span
    return row | {
        "ordinal": ordinal,
        "start": observation.span.start,
        "end": observation.span.end,
        "number_start": observation.number_span.start,
        "number_end": observation.number_span.end,
        "name_start": None if name_span is None else name_span.start,
        "name_end": None if name_span is None else name_span.end,
        "flags": list(observation.flags),
    }


def _upsert(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """One row a document, replaced as a whole."""
    if connection.dialect.name == "postgresql":
        statement = postgresql.insert(table).values(**row)
    else:
        statement = sqlite.insert(table).values(**row)  # type: ignore[assignment]
    changed = {name: value for name, value in row.items() if name != "document_id"}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["document_id"], set_=changed)
    )


def forget_extractions(connection: Connection, document: int, *, keep: Sequence[int]) -> int:
    """Delete a document's generations except these; how many were deleted."""
    return connection.execute(
        delete(extractions).where(
            extractions.c.document_id == document, extractions.c.id.not_in(keep)
        )
    ).rowcount
