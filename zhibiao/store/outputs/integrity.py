"""Is what is stored what was stored? Every source and output is read and its hash made anew.

Nothing is changed here. A hash covers a Python value, so that an output of an earlier version of
its stage may come out otherwise without being damaged: such ones are counted, not reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import zstandard
from sqlalchemy import Connection, RowMapping, Select, Table, and_, func, select

from zhibiao.domain import (
    CleanText,
    Decoding,
    Extraction,
    Observation,
    OffsetMap,
    RawDocument,
    Rejection,
    Span,
    Stage,
    digests,
)
from zhibiao.store.corrections.correction_layer import extracted
from zhibiao.store.database.engine import Store
from zhibiao.store.database.joins import current
from zhibiao.store.database.metadata_columns import as_metadata
from zhibiao.store.database.schema import (
    clean_texts,
    documents,
    extractions,
    raw_texts,
    sources,
    statements,
    term_counts,
)

_BATCH = 50
_UNREADABLE = (zstandard.ZstdError, ValueError, TypeError, KeyError)
_OUTPUTS: Mapping[Stage, Table] = {
    Stage.READ: raw_texts,
    Stage.CLEAN: clean_texts,
    Stage.SEGMENT: term_counts,
    Stage.EXTRACT: extractions,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Damage:
    """Something stored that is not what it was."""

    kind: str  # source | read | clean | segment | extract
    key: str  # the source's hash, or the output's
    document: int | None  # whose output it is
    why: str


@dataclass(slots=True)
class Checked:
    """How far checking has come."""

    sources: int = 0
    outputs: int = 0
    earlier: int = 0  # outputs of earlier versions that cannot be compared any more


def check_all(store: Store, versions: Mapping[Stage, str], checked: Checked) -> Iterator[Damage]:
    """Every damage, while `checked` counts; in short transactions. `versions`: the current ones."""
    yield from _check_sources(store, checked)
    for stage, table in _OUTPUTS.items():
        yield from _check_outputs(store, stage, table, versions[stage], checked)


def _check_sources(store: Store, checked: Checked) -> Iterator[Damage]:
    last = ""
    while True:
        query = select(sources.c.sha256).where(sources.c.sha256 > last).order_by("sha256")
        with store.read() as connection:
            keys = list(connection.scalars(query.limit(_BATCH)))
            for key in keys:
                why = _source_fault(connection, key)
                checked.sources += 1
                if why is not None:
                    yield Damage(kind="source", key=key, document=None, why=why)
        if not keys:
            return
        last = keys[-1]


def _source_fault(connection: Connection, key: str) -> str | None:
    query = select(sources.c.size, sources.c.content).where(sources.c.sha256 == key)
    try:
        row = connection.execute(query).one_or_none()
    except _UNREADABLE as error:
        return f"cannot be decompressed: {error}"
    if row is None:  # deleted meanwhile
        return None
    if hashlib.sha256(row.content).hexdigest() != key:
        return "other bytes than were submitted"
    return None if len(row.content) == row.size else f"{len(row.content)} bytes, not {row.size}"


def _check_outputs(
    store: Store, stage: Stage, table: Table, version: str, checked: Checked
) -> Iterator[Damage]:
    last = 0
    while True:
        with store.read() as connection:
            ids = _documents_after(connection, table, last)
            for key in _keys_of(connection, stage, table, ids):
                checked.outputs += 1
                why = _output_fault(connection, stage, table, key)
                if why is None:
                    continue
                if why is _OTHER_HASH and key["version"] != version:
                    checked.earlier += 1
                    continue
                yield Damage(
                    kind=stage.value, key=key["hash"], document=key["document_id"], why=why
                )
        if not ids:
            return
        last = ids[-1]


def _documents_after(connection: Connection, table: Table, last: int) -> list[int]:
    column = table.c.document_id
    query = select(column).where(column > last).distinct().order_by(column).limit(_BATCH)
    return list(connection.scalars(query))


def _keys_of(
    connection: Connection, stage: Stage, table: Table, ids: Sequence[int]
) -> list[RowMapping]:
    """Outputs with the version that vouches for them, where a document shows them."""
    query: Select[Any] = (
        select(
            table.c.document_id,
            table.c.hash,
            documents.c[f"{stage.value}_version"].label("version"),
        )
        .outerjoin(documents, current(table, stage))
        .where(table.c.document_id.in_(ids))
        .order_by(table.c.document_id, table.c.hash)
    )
    return list(connection.execute(query).mappings())


_OTHER_HASH = "other content than its hash says"


def _output_fault(
    connection: Connection, stage: Stage, table: Table, key: RowMapping
) -> str | None:
    mine = and_(table.c.document_id == key["document_id"], table.c.hash == key["hash"])
    try:
        row = connection.execute(select(table).where(mine)).mappings().one_or_none()
        if row is None:
            return None
        made = _MADE[stage](connection, row)
    except _UNREADABLE as error:
        return f"cannot be read: {error}"
    return None if made is None or made == row["hash"] else _OTHER_HASH


def _raw(_connection: Connection, row: RowMapping) -> str:
    decoding = row["decoding"]
    return digests.of_raw(
        RawDocument(
            name="",
            part=0,
            text=row["text"],
            media_type=row["media_type"],
            title=row["title"],
            decoding=None if decoding is None else Decoding(**decoding),
            split_by=row["split_by"],
            given=row["given"],
        )
    )


def _clean(_connection: Connection, row: RowMapping) -> str:
    clean = CleanText(text=row["text"], offsets=OffsetMap.from_bytes(row["offsets"]))
    return digests.of_clean(clean, as_metadata(row), row["sketch"] or b"")


def _terms(_connection: Connection, row: RowMapping) -> str | None:
    # From before there were cuts: hashed without them.
    return None if row["cut"] is None else digests.of_terms(row["counts"], row["cut"])


def _extraction(connection: Connection, row: RowMapping) -> str | None:
    """None where statements belong to it: of them not all that is hashed is stored."""
    mine = statements.c.extraction_id == row["id"]
    stated = connection.execute(select(func.count()).select_from(statements).where(mine))
    found = extracted(connection, row["id"])
    if row["numbers"] != len(found) + len(row["rejections"]):
        return f"{len(found)} observations and {len(row['rejections'])} rejections"
    if stated.scalar_one():
        return None
    text = _text_of(connection, row)
    if text is None and found:
        return None
    return digests.of_extraction(
        Extraction(
            observations=tuple(_observation(each, text or "") for each in found),
            rejections=tuple(_rejection(each) for each in row["rejections"]),
        )
    )


def _text_of(connection: Connection, row: RowMapping) -> str | None:
    """The raw text that a shown extraction was made from."""
    query = (
        select(raw_texts.c.text)
        .join(documents, current(raw_texts, Stage.READ))
        .where(documents.c.id == row["document_id"], documents.c.extraction_id == row["id"])
    )
    return connection.execute(query).scalar_one_or_none()


_SPANS = {"span": "", "sentence_span": "sentence_", "number_span": "number_", "name_span": "name_"}
_PLAIN = [
    entry.name
    for entry in fields(Observation)
    if entry.name not in {*_SPANS, "sentence", "flags", "doubts"}
]


def _observation(row: Mapping[str, Any], text: str) -> Observation:
    spans = {name: _span(row, prefix) for name, prefix in _SPANS.items()}
    sentence = spans["sentence_span"]
    if sentence is None:
        raise ValueError("an observation without the place of its sentence")
    return Observation(
        **{name: row[name] for name in _PLAIN},
        **spans,  # type: ignore[arg-type]
        sentence=sentence.of(text),
        flags=tuple(row["flags"]),
        doubts=tuple(row["doubts"] or ()),
    )


def _span(row: Mapping[str, Any], prefix: str) -> Span | None:
    start = row[f"{prefix}start"]
    return None if start is None else Span(start, row[f"{prefix}end"])


def _rejection(made: Mapping[str, Any]) -> Rejection:
    return Rejection(
        span=Span(made["start"], made["end"]), surface=made["surface"], reason=made["reason"]
    )


_MADE: Mapping[Stage, Callable[[Connection, RowMapping], str | None]] = {
    Stage.READ: _raw,
    Stage.CLEAN: _clean,
    Stage.SEGMENT: _terms,
    Stage.EXTRACT: _extraction,
}
