"""How often each stored report says each term of a keyword set, without segmenting it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, FromClause, RowMapping, func, select, type_coerce

from zhibiao.domain import Stage
from zhibiao.keywords.choices import Denominator, Match
from zhibiao.keywords.counting import Matcher, SectionCounts
from zhibiao.keywords.sections import MainSection, main_sections_of
from zhibiao.keywords.sets import Keyword
from zhibiao.language.code_points import code_points
from zhibiao.rendering import Record
from zhibiao.store.database.batches import streamed
from zhibiao.store.database.errors import TableTooLarge
from zhibiao.store.database.joins import current
from zhibiao.store.database.metadata_columns import as_metadata
from zhibiao.store.database.schema import METADATA_COLUMNS, clean_texts, documents, term_counts
from zhibiao.store.database.types import UTF_16, CompressedBytes, decoded
from zhibiao.store.queries.documents import DocumentFilter, of_reports
from zhibiao.tables import Column
from zhibiao.tables.keywords import KEYWORD_COLUMNS, KEYWORD_SECTION_COLUMNS, REPORT_COLUMNS
from zhibiao.text.cut import packed_cut
from zhibiao.text.segmentation import Segmenter

MOST_ROWS = 50_000_000  # with zeros: a csv of some 7 GB
_BATCH_ROWS = 200  # texts in memory, of some 30 kB each


@dataclass(frozen=True, kw_only=True, slots=True)
class KeywordChoice:
    """What is counted, and how."""

    keywords: tuple[Keyword, ...]
    # Of reports whose cut is not stored: those that an earlier version segmented.
    segmenter: Callable[[], Segmenter]
    match: Match = "token"
    by_section: bool = False
    per: Denominator = "tokens"
    zeros: bool = True  # also a row for each term that a report does not say

    @property
    def columns(self) -> Mapping[str, Column]:
        return KEYWORD_SECTION_COLUMNS if self.by_section else KEYWORD_COLUMNS


def keyword_records(
    connection: Connection,
    choice: KeywordChoice,
    wanted: DocumentFilter,
    shown: FromClause = documents,
) -> Iterator[Record]:
    """A record a report (and section) and term; see `zhibiao.keywords.counting`.

    Each report once, however many prints of it are stored. Raises TableTooLarge, before anything
    is counted, where it would have more rows than anybody can use.
    """
    _check_rows(connection, choice, wanted, shown)
    matcher = Matcher([keyword.term for keyword in choice.keywords], choice.match)
    terms = [{"group": k.group, "keyword": k.term, "weight": k.weight} for k in choice.keywords]
    for report in cut_reports(connection, choice, wanted, shown, described=choice.by_section):
        text, cut = report.code_points, report.cut
        if not choice.by_section:
            yield from _records(report, choice, terms, matcher.count(text, cut)[0], {})
            continue
        sections = main_sections_of(report.text, as_metadata(report.row))
        counted = matcher.count(text, cut, [section.span for section in sections])
        for number, (section, found) in enumerate(zip(sections, counted, strict=True)):
            yield from _records(report, choice, terms, found, of_section(number, section))


def _check_rows(
    connection: Connection, choice: KeywordChoice, wanted: DocumentFilter, shown: FromClause
) -> None:
    terms = len(choice.keywords)
    if not choice.zeros or not terms:
        return
    newest: int | None = connection.execute(select(func.max(documents.c.id))).scalar_one()
    if (newest or 0) * terms <= MOST_ROWS:
        return  # without counting: there are no more reports than ids
    query = of_reports(select(func.count()).select_from(shown), wanted, shown)
    reports: int = connection.execute(query).scalar_one()
    if reports * terms > MOST_ROWS:
        raise TableTooLarge(
            f"{reports:,} reports and {terms:,} terms would be {reports * terms:,} rows, most of "
            f"them zeros; at most {MOST_ROWS:,} are written. Leave the zeros out (--no-zeros, "
            "zeros=false), or count fewer terms or reports.",
            rows_at_most=MOST_ROWS,
        )


def of_section(number: int, section: MainSection) -> Record:
    """The columns that tell of a section, of which `number` is the position among the main ones."""
    return {"section": number, "section_kind": section.kind.value, "heading": section.heading}


def _records(
    report: CutReport,
    choice: KeywordChoice,
    terms: Sequence[Record],
    found: SectionCounts,
    section: Record,
) -> Iterator[Record]:
    size = found.size._asdict()
    whole = size[choice.per]
    shared = {
        **report.about,
        **section,
        **size,
        "count": 0,
        "per_10000": 0.0 if whole else None,
    }
    # In the order of the columns; to add to it costs less than a record made of its parts.
    zero: dict[str, Any] = {name: shared.get(name) for name in choice.columns}
    said = range(len(terms)) if choice.zeros else sorted(found.counts)
    for position in said:
        record = {**zero, **terms[position]}
        if count := found.counts.get(position, 0):
            record["count"] = count
            if whole:
                record["per_10000"] = round(count * 10_000 / whole, 4)
        yield record


@dataclass(frozen=True, kw_only=True, slots=True)
class CutReport:
    """A stored report, with the marks of its words."""

    row: RowMapping
    encoded: bytes  # its clean text, as it is compressed
    code_points: np.ndarray  # of that text
    cut: bytes

    @property
    def about(self) -> Record:
        """The columns that tell of it."""
        row = self.row
        return {
            **{name: row[name] for name in REPORT_COLUMNS},
            "document_id": row["id"],
            "document": row["title"],
            "source": row["name"],
        }

    @property
    def text(self) -> str:
        return decoded(self.encoded)


def cut_reports(
    connection: Connection,
    choice: KeywordChoice,
    wanted: DocumentFilter,
    shown: FromClause,
    *,
    described: bool,
) -> Iterator[CutReport]:
    """The chosen reports by document, each once, however many prints of it are stored.

    `described`: their rows have all metadata, and the `offsets` of the clean text.
    """
    names = METADATA_COLUMNS if described else [*REPORT_COLUMNS, "title"]
    query = select(
        *(shown.c[name] for name in ("id", "name", *names)),
        term_counts.c.cut,
        type_coerce(clean_texts.c.text, CompressedBytes).label("encoded"),
    )
    query = (
        of_reports(query, wanted, shown)
        .join(term_counts, current(term_counts, Stage.SEGMENT, shown))
        .join(clean_texts, current(clean_texts, Stage.CLEAN, shown))
        .order_by(shown.c.id)
    )
    if described:
        query = query.add_columns(clean_texts.c.offsets)
    for row in streamed(connection, query, _BATCH_ROWS):
        encoded, cut = row["encoded"], row["cut"]
        read = None if cut is None else _code_points(encoded, len(cut))
        if read is None:
            text = decoded(encoded)
            cut, read = packed_cut(text, choice.segmenter().cut(text)), code_points(text)
        yield CutReport(row=row, encoded=encoded, code_points=read, cut=cut)


def _code_points(encoded: bytes, characters: int) -> np.ndarray | None:
    """Of a text; None if it has another number of characters.

    Then its cut has not one mark a character: it is of an earlier version.
    """
    if encoded.startswith(UTF_16) and len(encoded) == len(UTF_16) + 2 * characters:
        return np.frombuffer(encoded, dtype="<u2", offset=len(UTF_16))
    read = code_points(decoded(encoded))
    return read if len(read) == characters else None
