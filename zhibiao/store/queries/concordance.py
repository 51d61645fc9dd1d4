"""Every place where a report says a term of a keyword set, with what is around it (KWIC)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, FromClause

from zhibiao.domain import OffsetMap
from zhibiao.keywords.counting import Matcher
from zhibiao.keywords.sections import main_section_at, main_sections_of
from zhibiao.rendering import Record
from zhibiao.store.database.metadata_columns import as_metadata
from zhibiao.store.database.schema import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.keywords import KeywordChoice, cut_reports, of_section
from zhibiao.tables import Column
from zhibiao.tables.keywords import REPORT_COLUMNS

CONTEXT_CHARACTERS: Final = 30  # on either side
CONCORDANCE_COLUMNS: Mapping[str, Column] = {
    **REPORT_COLUMNS,
    "section": "integer",
    "section_kind": "text",
    "heading": "text",
    "group": "text",
    "keyword": "text",
    "weight": "number",
    "before": "text",
    "found": "text",
    "after": "text",
    "start": "integer",  # in the raw text, half-open, as for observations
    "end": "integer",
    "clean_start": "integer",
    "clean_end": "integer",
    "document_id": "integer",
    "document": "text",
    "source": "text",
}


def concordance_records(
    connection: Connection,
    choice: KeywordChoice,
    wanted: DocumentFilter,
    shown: FromClause = documents,
) -> Iterator[Record]:
    """A record a place that counts, by document and place; as many as the keyword table counts.

    Each report once, however many prints of it are stored.
    """
    matcher = Matcher([keyword.term for keyword in choice.keywords], choice.match)
    for report in cut_reports(connection, choice, wanted, shown, described=True):
        places = list(matcher.occurrences(report.code_points, report.cut))
        if not places:
            continue
        about, row, text = report.about, report.row, report.text
        sections = main_sections_of(text, as_metadata(row))
        offsets = OffsetMap.from_bytes(row["offsets"])
        for term, start, end in places:
            raw = offsets.raw_between(start, end)
            keyword = choice.keywords[term]
            record = {
                **about,
                **of_section(*main_section_at(sections, start)),
                "group": keyword.group,
                "keyword": keyword.term,
                "weight": keyword.weight,
                "before": _line(text[max(0, start - CONTEXT_CHARACTERS) : start]),
                "found": text[start:end],
                "after": _line(text[end : end + CONTEXT_CHARACTERS]),
                "start": raw.start,
                "end": raw.end,
                "clean_start": start,
                "clean_end": end,
            }
            yield {name: record[name] for name in CONCORDANCE_COLUMNS}


def _line(text: str) -> str:
    """On one line, so that the places are below one another."""
    return text.replace("\n", " ")
