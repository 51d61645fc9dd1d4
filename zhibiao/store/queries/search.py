"""Full-text search: where reports say something, with what stands around it.

Stored texts are compressed; those that the index (`zhibiao.store.outputs.text_index`) does not rule
out are read through, in the order of their documents. What is found is always what is stored now,
whatever the index knows. Without an index ten thousand reports take a few seconds, so that a page
also ends when its time is over.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping, select

from zhibiao.domain import OffsetMap, Stage
from zhibiao.keywords.sections import main_section_at, main_sections_of
from zhibiao.outline.frames import SectionKind
from zhibiao.store.database import index_tables
from zhibiao.store.database.batches import streamed
from zhibiao.store.database.joins import current
from zhibiao.store.database.metadata_columns import as_metadata
from zhibiao.store.database.schema import clean_texts, documents
from zhibiao.store.outputs import text_index
from zhibiao.store.queries.documents import (
    PAGE_SECONDS,
    DocumentFilter,
    few_of_a_place,
    of_reports,
)

_BATCH_ROWS = 50  # texts in memory, of some 30 kB each
# Beyond, so many texts may hold the words that a page soon has enough, read in their order.
_LISTED_TEXTS = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchFilter:
    """What is looked for, and where."""

    text: str  # as it stands in a report; the case of Latin letters does not matter
    documents: DocumentFilter = field(default_factory=DocumentFilter)
    section: SectionKind | None = None
    context: int = 40  # characters on either side


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One place that says it."""

    document_id: int
    document: str | None  # title
    source: str
    region: str | None
    region_code: str | None
    province: str | None
    year: int | None
    section_kind: str
    heading: str  # of the main section that it is in
    before: str  # of the clean text
    found: str
    after: str
    start: int  # in the raw text, half-open, as for observations
    end: int
    clean_start: int  # in the clean text
    clean_end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Hits of whole documents, and the document to go on after; None at the end."""

    hits: list[Hit]
    after: int | None


def search(
    connection: Connection,
    wanted: SearchFilter,
    *,
    limit: int,
    after: int = 0,
    seconds: float = PAGE_SECONDS,
) -> Page:
    """Documents after an id, until there are `limit` hits or `seconds` have passed.

    A document's hits are never parted, so that a page may hold more. Each report is searched once,
    however many prints of it are stored.
    """
    # A sentence that a page break has parted has no white space left in it, or one blank.
    words = wanted.text.split()
    pattern = re.compile(r"\s*".join(map(re.escape, words)), re.IGNORECASE)
    deadline = time.monotonic() + seconds
    hits: list[Hit] = []
    for row in _texts(connection, wanted.documents, words, after):
        hits += _hits(row, pattern, wanted)
        if len(hits) >= limit or time.monotonic() > deadline:
            return Page(hits=hits, after=row["id"])
    return Page(hits=hits, after=None)


def _texts(
    connection: Connection, wanted: DocumentFilter, words: Sequence[str], after: int
) -> Iterator[RowMapping]:
    query = select(
        documents,
        clean_texts.c.text.label("clean_text"),
        clean_texts.c.offsets.label("offsets"),
    ).select_from(documents)
    # Those of a place are sooner read than the index lists all texts that may hold it.
    few = few_of_a_place(connection, wanted, after=after, most=_BATCH_ROWS)
    if few is None:
        few = text_index.few_that_may_hold(connection, words, most=_LISTED_TEXTS)
    if few is not None:
        query = query.where(documents.c.id.in_(few))
    else:
        # Before all other tables: of most documents nothing else is looked up then.
        query = query.outerjoin(index_tables.text_index, text_index.of_document())
        query = query.where(text_index.may_hold(connection, words))
    query = (
        of_reports(query, wanted)
        .join(clean_texts, current(clean_texts, Stage.CLEAN))
        .where(documents.c.id > after)
        .order_by(documents.c.id)
    )
    return streamed(connection, query, _BATCH_ROWS)


def _hits(row: RowMapping, pattern: re.Pattern[str], wanted: SearchFilter) -> Iterator[Hit]:
    text = row["clean_text"]
    places = [match.span() for match in pattern.finditer(text)]
    if not places:
        return
    sections = main_sections_of(text, as_metadata(row))
    offsets = OffsetMap.from_bytes(row["offsets"])
    for start, end in places:
        _, section = main_section_at(sections, start)
        if wanted.section is not None and section.kind is not wanted.section:
            continue
        raw = offsets.raw_between(start, end)
        yield Hit(
            document_id=row["id"],
            document=row["title"],
            source=row["name"],
            region=row["region"],
            region_code=row["region_code"],
            province=row["province"],
            year=row["year"],
            section_kind=section.kind.value,
            heading=section.heading,
            before=text[max(0, start - wanted.context) : start],
            found=text[start:end],
            after=text[end : end + wanted.context],
            start=raw.start,
            end=raw.end,
            clean_start=start,
            clean_end=end,
        )
