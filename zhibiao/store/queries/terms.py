"""The words of stored reports: how often a document, a year or a region says each of them.

Of the words that are stored with each report, cut with the built-in policy terms. Numbers and
function words are left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, FromClause, RowMapping, Select, select

from zhibiao.domain import Stage
from zhibiao.keywords.choices import TermGrain
from zhibiao.rendering import Record
from zhibiao.store.database.batches import streamed
from zhibiao.store.database.joins import current
from zhibiao.store.database.schema import documents, term_counts
from zhibiao.store.queries.documents import DocumentFilter, of_reports
from zhibiao.tables import Column
from zhibiao.text.cut import has_content

_BATCH_ROWS = 200
# What there is one of for each row of a grain; what a group of reports is ordered and told by.
_GROUP: Mapping[TermGrain, str] = {"document": "id", "year": "year", "region": "region_code"}
_OF_GROUP: Mapping[TermGrain, Mapping[str, Column]] = {
    "document": {
        "region_code": "text",
        "region": "text",
        "year": "integer",
        "document_id": "integer",
        "document": "text",
        "source": "text",
    },
    "year": {"year": "integer"},
    "region": {"region_code": "text", "region": "text"},
}
_OF_TERM: Mapping[str, Column] = {
    "reports": "integer",  # of the group
    "rank": "integer",  # by TF-IDF, then by count
    "term": "text",
    "count": "integer",
    "per_10000": "number",  # of the group's words, numbers and function words among them
    "documents": "integer",  # of all that were chosen: those that say the term
    "tfidf": "number",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TermChoice:
    """Which rows."""

    by: TermGrain = "document"
    top: int | None = None  # only so many of each group; None: all, the document-term matrix

    @property
    def columns(self) -> Mapping[str, Column]:
        return {**_OF_GROUP[self.by], **_OF_TERM}


def term_records(
    connection: Connection,
    choice: TermChoice,
    wanted: DocumentFilter,
    shown: FromClause = documents,
) -> Iterator[Record]:
    """A record a group and term, groups in order, terms by rank.

    TF-IDF is count ÷ the group's words × ln((1 + n) ÷ (1 + documents)), n the number of chosen
    reports: 0 for a word that all of them say. Reports without a year, or without a region, are in
    no group of years, or regions. Each report once, however many prints of it are stored.
    """
    known: Counter[str] = Counter()
    reports = 0
    for row in streamed(connection, _reports(choice, wanted, shown), _BATCH_ROWS):
        reports += 1
        known.update(term for term in row["counts"] if has_content(term))
    weights = {term: math.log((1 + reports) / (1 + number)) for term, number in known.items()}
    rows = streamed(connection, _reports(choice, wanted, shown), _BATCH_ROWS)
    key = _GROUP[choice.by]
    for _, group in groupby(rows, lambda row: row[key]):
        yield from _records(choice, group, known, weights)


def _reports(choice: TermChoice, wanted: DocumentFilter, shown: FromClause) -> Select[Any]:
    of_group = shown.c[_GROUP[choice.by]]
    query = select(
        *(shown.c[name] for name in ("id", "region_code", "region", "year", "title", "name")),
        term_counts.c.tokens,
        term_counts.c.counts,
    )
    return (
        of_reports(query, wanted, shown)
        .join(term_counts, current(term_counts, Stage.SEGMENT, shown))
        .where(of_group.is_not(None))
        .order_by(of_group, shown.c.id)
    )


def _records(
    choice: TermChoice,
    group: Iterable[RowMapping],
    known: Mapping[str, int],
    weights: Mapping[str, float],
) -> Iterator[Record]:
    counts: Counter[str] = Counter()
    reports = words = 0
    for row in group:  # of a region the last report has its name of today
        reports += 1
        words += row["tokens"]
        for term, count in row["counts"].items():
            if term in weights:
                counts[term] += count
    shared = {**row, "document_id": row["id"], "document": row["title"], "source": row["name"]}
    of_group = {name: shared[name] for name in _OF_GROUP[choice.by]}

    def order(term: str) -> tuple[float, int, str]:
        return -counts[term] * weights[term], -counts[term], term

    ranked = (
        sorted(counts, key=order)
        if choice.top is None
        else nsmallest(choice.top, counts, key=order)
    )
    for rank, term in enumerate(ranked, 1):
        share = counts[term] / words
        yield {
            **of_group,
            "reports": reports,
            "rank": rank,
            "term": term,
            "count": counts[term],
            "per_10000": round(share * 10_000, 4),
            "documents": known[term],
            "tfidf": round(share * weights[term], 8),
        }
