"""Corrections laid over the rows of observations that readers see.

So that all tables can be filtered and paged as ever, what a correction overrules is marked in the
rows of its extraction, and what it states is inserted among them. `lay_over` does so anew whenever
other rows become visible, or a correction is made or taken back. Rows of earlier extractions keep
what was laid over them last: readers saw that then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from zhibiao.domain import Span
from zhibiao.domain.corrections import Correction, CorrectionKind, moved, overlay
from zhibiao.store.corrections.corrected_reports import of_report
from zhibiao.store.database.barren import judging_barren
from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.correction_tables import observation_corrections
from zhibiao.store.database.schema import documents, observations, raw_texts
from zhibiao.text.sentences import enclosing, sentences, within_reach

_DECIMALS = ("value", "value_high", "base_value")

IN_FORCE = observation_corrections.c.ended_at.is_(None)
_OF_DOCUMENT = of_report(observation_corrections, documents.c)
_MARK = (
    update(observations)
    .where(observations.c.id == bindparam("this"))
    .values(correction_id=bindparam("by"), corrected=bindparam("kind"), layer=bindparam("as_layer"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Laying:
    """Which documents `lay_over` is about, as statements."""

    spoken_of: Select[int]
    judge_barren: Update


def laying(chosen: ColumnElement[bool]) -> Laying:
    """`chosen` is a condition on documents. For one that comes often: made once."""
    spoken_of = (
        select(documents.c.id)
        .join(observation_corrections, _OF_DOCUMENT)
        .where(chosen, documents.c.extraction_id.is_not(None))
        .distinct()
    )
    return Laying(spoken_of=spoken_of, judge_barren=judging_barren(chosen))


def lay_over(
    connection: Connection,
    chosen: ColumnElement[bool] | Laying,
    given: Mapping[str, Any] | None = None,
) -> None:
    """Lay the corrections in force over what readers see of documents, anew.

    `chosen` is a condition on documents; of which of them nothing is stated then, is stored too.
    `given`: the values of its parameters.
    """
    about = chosen if isinstance(chosen, Laying) else laying(chosen)
    for batch in in_batches(list(connection.scalars(about.spoken_of, given))):
        corrections = in_force_of(connection, batch)
        rows = connection.execute(select(documents).where(documents.c.id.in_(batch))).mappings()
        for row in rows.all():
            _lay_over(connection, row, corrections.get(row["id"], []))
    connection.execute(about.judge_barren, given)


def _lay_over(connection: Connection, document: RowMapping, in_force: Sequence[RowMapping]) -> None:
    extraction = document["extraction_id"]
    own = observations.c.extraction_id == extraction
    connection.execute(delete(observations).where(own, observations.c.layer == "inserted"))
    connection.execute(
        update(observations)
        .where(own, observations.c.correction_id.is_not(None))
        .values(correction_id=None, corrected=None, layer=None)
    )
    if not in_force:
        return
    corrections = [as_correction(each, document["read_hash"]) for each in in_force]
    kinds = {each.id: each.kind for each in corrections}
    stated = extracted(connection, extraction)
    laid = overlay(stated, corrections)
    marked = [
        {
            "this": stated[position]["id"],
            "by": correction,
            "kind": kinds[correction],
            "as_layer": layer,
        }
        for positions, layer in ((laid.confirmed, None), (laid.overruled, "overruled"))
        for position, correction in positions.items()
    ]
    if marked:
        connection.execute(_MARK, marked)
    places = _Places(connection, document)
    rows = [
        {
            **placed,
            "extraction_id": extraction,
            "document_id": document["id"],
            "correction_id": correction.id,
            "corrected": correction.kind.value,
            "layer": "inserted",
        }
        for correction in laid.inserted
        if (placed := places.of(correction)) is not None
    ]
    last = connection.execute(select(func.max(observations.c.ordinal)).where(own)).scalar_one()
    for number, row in enumerate(rows, start=1 if last is None else last + 1):
        connection.execute(insert(observations).values(ordinal=number, **row))


class _Places:
    """Where corrections stand in the text as it is read now; the text is read when it is needed."""

    def __init__(self, connection: Connection, document: RowMapping) -> None:
        self._connection = connection
        self._document = document
        self._text: str | None = None

    def of(self, correction: Correction) -> dict[str, Any] | None:
        meant = correction.meant
        assert meant is not None
        if correction.same_text:
            return dict(meant)
        if self._text is None:
            self._text = self._connection.execute(
                select(raw_texts.c.text).where(
                    raw_texts.c.document_id == self._document["id"],
                    raw_texts.c.hash == self._document["read_hash"],
                )
            ).scalar_one_or_none()
        found = None if self._text is None else moved(meant, self._text)
        if found is None or self._text is None:
            return None
        return {**found, **sentence_place(self._text, found["start"], found["end"])}


def sentence_place(text: str, start: int, end: int) -> dict[str, int]:
    """The columns that tell of the sentence that holds text[start:end]."""
    whole = enclosing(sentences(text), start, end)
    reached = within_reach(text, whole, Span(start, end))
    return {"sentence_start": reached.start, "sentence_end": reached.end}


def extracted(connection: Connection, extraction: int | None) -> list[dict[str, Any]]:
    """The rows that the extraction itself has made."""
    query = select(observations).where(
        observations.c.extraction_id == extraction,
        observations.c.layer.is_distinct_from("inserted"),
    )
    rows = connection.execute(query.order_by(observations.c.ordinal)).mappings()
    return [dict(row) for row in rows]


def in_force_of(connection: Connection, ids: Iterable[int]) -> dict[int, list[RowMapping]]:
    """The corrections in force by document id, in the order they were made."""
    rows = connection.execute(
        select(documents.c.id.label("of"), observation_corrections)
        .join(observation_corrections, _OF_DOCUMENT)
        .where(documents.c.id.in_(list(ids)), IN_FORCE)
        .order_by(observation_corrections.c.id)
    ).mappings()
    found: dict[int, list[RowMapping]] = {}
    for row in rows:
        found.setdefault(row["of"], []).append(row)
    return found


def as_correction(row: RowMapping, read_hash: str | None) -> Correction:
    return Correction(
        id=row["id"],
        kind=CorrectionKind(row["kind"]),
        found=from_json(row["found"]),
        meant=from_json(row["meant"]),
        same_text=row["read_hash"] == read_hash,
    )


def as_json(stated: Mapping[Any, Any] | None) -> dict[str, Any] | None:
    if stated is None:
        return None
    return {
        name: format(value, "f") if isinstance(value, Decimal) else value
        for name, value in stated.items()
    }


def from_json(written: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if written is None:
        return None
    decimals = {name: Decimal(written[name]) for name in _DECIMALS if written.get(name) is not None}
    return {**written, **decimals}
