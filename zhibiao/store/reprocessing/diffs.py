"""Two states of the observations side by side: a run and what was before it, or two moments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, func, null, select

from zhibiao.domain import State
from zhibiao.domain.corrections import CorrectionKind, Overlay
from zhibiao.domain.difference import COMPARED, Change, Kind, compare
from zhibiao.rendering import Record
from zhibiao.store.corrections.correction_layer import in_force_of
from zhibiao.store.corrections.observation_corrections import agreement
from zhibiao.store.database.errors import Pruned
from zhibiao.store.database.schema import documents, observations, publications, work
from zhibiao.store.outputs.publications import AsOf, last_by, publications_dropped
from zhibiao.store.work import runs

_BATCH_DOCUMENTS = 20

DOCUMENT_FIELDS = ("document_id", "document", "region", "region_code", "year", "source")
SHOWN = tuple(name for name in COMPARED if name not in ("indicator", "subject", "flags"))
DIFF_FIELDS = (
    *DOCUMENT_FIELDS,
    "change",
    "fields",
    "indicator",
    "correction",
    "agrees",
    *(f"{side}_{name}" for name in ("indicator", *SHOWN) for side in ("old", "new")),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class DiffFilter:
    """Which changes."""

    document: int | None = None
    indicators: tuple[str, ...] = ()
    open_quantities: bool = False  # also numbers of no catalogue indicator on either side


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A correction in force that a change touches."""

    kind: CorrectionKind
    agrees: bool  # the newer version states what the person does


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentDiff:
    """One document whose observations differ."""

    document: Record  # DOCUMENT_FIELDS
    changes: Sequence[Change]
    # What a person has said of a change, None where nobody did; one a change.
    words: Sequence[Word | None]


@dataclass
class Totals:
    """Changes counted."""

    documents: int = 0  # with at least one change
    kinds: Counter[Kind] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    indicators: dict[str, Counter[Kind]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, found: DocumentDiff) -> None:
        self.documents += 1
        for change in found.changes:
            self.kinds[change.kind] += 1
            self.fields.update(change.fields)
            self.indicators[change.either["indicator"] or ""][change.kind] += 1


def of_run(connection: Connection, run: int, wanted: DiffFilter) -> Iterator[DocumentDiff]:
    """What a run has changed, whatever was changed again since.

    Of an atomic run that is not visible yet: what it would change. Raises NotFound and Pruned.
    """
    row = runs.get(connection, run)
    if row["atomic"] and row["published_at"] is None:
        return _compared(connection, _preview(run), wanted)
    dropped = publications_dropped(connection, run, wanted.document)
    if dropped:
        raise _pruned(dropped)
    own, before = publications.alias("own"), publications.alias("before")
    last = (
        select(func.max(publications.c.id).label("id"))
        .where(publications.c.run_id == run, publications.c.cause == "run")
        .group_by(publications.c.document_id)
        .subquery()
    )
    query = (
        select(
            own.c.document_id,
            *_sides(before, own),
            func.coalesce(before.c.pruned, own.c.pruned).label("pruned"),
        )
        .join(last, last.c.id == own.c.id)
        .outerjoin(before, before.c.id == own.c.previous_id)
        .where(before.c.extraction_id.is_distinct_from(own.c.extraction_id))
    )
    return _compared(connection, query.order_by(own.c.document_id), wanted)


def between(
    connection: Connection, old: AsOf, new: AsOf, wanted: DiffFilter
) -> Iterator[DocumentDiff]:
    """What changed from one moment to another. Raises NotFound and Pruned."""
    before, after = (
        select(publications).join(then, then.c.id == publications.c.id).subquery()
        for then in (last_by(connection, old), last_by(connection, new))
    )
    # A document is only ever forgotten with all its publications: what was visible at the earlier
    # moment still has one at the later one. Where they are given the other way round, this turns
    # them.
    query = (
        select(
            documents.c.id.label("document_id"),
            *_sides(before, after),
            func.coalesce(before.c.pruned, after.c.pruned).label("pruned"),
        )
        .outerjoin(before, before.c.document_id == documents.c.id)
        .outerjoin(after, after.c.document_id == documents.c.id)
        .where(before.c.extraction_id.is_distinct_from(after.c.extraction_id))
    )
    return _compared(connection, query.order_by(documents.c.id), wanted)


def _preview(run: int) -> Select[Any]:
    return (
        select(
            work.c.document_id,
            *_sides(documents, work),
            null().label("pruned"),
        )
        .join(documents, documents.c.id == work.c.document_id)
        .where(
            work.c.run_id == run,
            work.c.state == State.DONE,
            documents.c.extraction_id.is_distinct_from(work.c.extraction_id),
        )
        .order_by(work.c.document_id)
    )


def _sides(before: FromClause, after: FromClause) -> tuple[ColumnElement[Any], ...]:
    """What is compared: the extractions, and whether both are of one raw text."""
    return (
        before.c.extraction_id.label("old"),
        after.c.extraction_id.label("new"),
        after.c.read_hash,
        (before.c.read_hash == after.c.read_hash).label("same_text"),
    )


def _compared(
    connection: Connection, query: Select[Any], wanted: DiffFilter
) -> Iterator[DocumentDiff]:
    pairs = iter(connection.execute(query).all())
    while batch := list(islice(pairs, _BATCH_DOCUMENTS)):
        chosen = [row for row in batch if wanted.document in (None, row.document_id)]
        lacking = sum(bool(row.pruned) for row in chosen)
        if lacking:
            raise _pruned(lacking)
        yield from _documents(connection, chosen, wanted)


def _pruned(lacking: int) -> Pruned:
    return Pruned(
        "The observations of that time are not kept any more (ZHIBIAO_KEEP_EXTRACTIONS).",
        documents=lacking,
    )


def _documents(
    connection: Connection, rows: Sequence[Row[Any]], wanted: DiffFilter
) -> Iterator[DocumentDiff]:
    generations = {g for row in rows for g in (row.old, row.new) if g is not None}
    stated: dict[int | None, list[Any]] = defaultdict(list)
    query = select(observations).where(
        observations.c.extraction_id.in_(generations),
        observations.c.layer.is_distinct_from("inserted"),
    )
    if not wanted.open_quantities:
        # A number that becomes an indicator's appears, for whoever asks for indicators.
        query = query.where(observations.c.indicator.is_not(None))
    for found in connection.execute(query.order_by(observations.c.ordinal)).mappings():
        stated[found["extraction_id"]].append(found)
    known = {
        row.id: row
        for row in connection.execute(
            select(documents).where(documents.c.id.in_([row.document_id for row in rows]))
        )
    }
    corrections = in_force_of(connection, list(known))
    for row in rows:
        changes = [
            change
            for change in compare(stated[row.old], stated[row.new], same_text=bool(row.same_text))
            if _is_wanted(change, wanted)
        ]
        if changes:
            about = known[row.document_id]
            made = corrections.get(row.document_id, ())
            words = _Words(made, row, stated[row.new], stated[row.old])
            yield DocumentDiff(
                document={
                    "document_id": about.id,
                    "document": about.title,
                    "region": about.region,
                    "region_code": about.region_code,
                    "year": about.year,
                    "source": about.name,
                },
                changes=changes,
                words=[words.of(change) for change in changes],
            )


class _Words:
    """What people have said of a document, held against both sides of a difference."""

    def __init__(
        self, made: Sequence[Any], row: Row[Any], new: Sequence[Any], old: Sequence[Any]
    ) -> None:
        self._laid, self._kinds = agreement(made, row.read_hash, new)
        before = row.read_hash if row.same_text else None
        self._of_new = self._by_id(self._laid, new)
        self._of_old = self._by_id(agreement(made, before, old)[0], old)

    @staticmethod
    def _by_id(laid: Overlay, stated: Sequence[Any]) -> dict[int, int]:
        spoken_of = {**laid.overruled, **laid.confirmed}
        return {stated[position]["id"]: correction for position, correction in spoken_of.items()}

    def of(self, change: Change) -> Word | None:
        found = None
        if change.new is not None:
            found = self._of_new.get(change.new["id"])
        if found is None and change.old is not None:
            found = self._of_old.get(change.old["id"])
        if found is None:
            return None
        return Word(kind=self._kinds[found], agrees=found in self._laid.agreeing)


def _is_wanted(change: Change, wanted: DiffFilter) -> bool:
    names = {side["indicator"] for side in (change.old, change.new) if side is not None}
    return not wanted.indicators or not names.isdisjoint(wanted.indicators)


def records(found: DocumentDiff) -> Iterator[Record]:
    """One change a record, with DIFF_FIELDS: for tables and files."""
    for change, word in zip(found.changes, found.words, strict=True):
        record: Record = {
            **found.document,
            "change": change.kind,
            "fields": list(change.fields),
            "indicator": change.either["indicator"],
            "correction": None if word is None else word.kind.value,
            "agrees": None if word is None else word.agrees,
        }
        for side, stated in (("old", change.old), ("new", change.new)):
            for name in ("indicator", *SHOWN):
                record[f"{side}_{name}"] = None if stated is None else stated[name]
        yield {name: record[name] for name in DIFF_FIELDS}
