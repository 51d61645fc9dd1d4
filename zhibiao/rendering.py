"""How values look outside: numbers in JSON, times, observations as records, records as lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

from zhibiao.domain import Metadata, Observation, Statement

Record = dict[str, Any]
TableFormat = Literal["csv", "parquet", "xlsx", "jsonl", "dta"]  # of a whole table in a file
TABLE_FORMATS: tuple[TableFormat, ...] = get_args(TableFormat)
Table = Literal[
    "observations",
    "statements",
    "panel",
    "coverage",
    "codebook",
    "keywords",
    "concordance",
    "terms",
    "documents",
]
Plot = Literal["targets", "outturns", "keywords", "coverage"]
PlotFormat = Literal["png", "svg", "pdf"]
PLOT_FORMATS: tuple[PlotFormat, ...] = get_args(PlotFormat)

# What a report states, and where: the fields of an annotated observation.
STATED_FIELDS = (
    "indicator",
    "measure",
    "value",
    "value_high",
    "unit",
    "bound",
    "status",
    "period_start",
    "period_end",
    "evidence",
)
# All fields of an observation record, in the order of every table and file.
OBSERVATION_FIELDS = (
    *STATED_FIELDS,
    "sentence",
    "region",
    "region_code",
    "province",
    "level",
    "year",
    "scope",
    "subject",
    "tone",
    "stretch",
    "base_value",
    "base_unit",
    "flags",
    "conflict",
    "certain",
    "doubts",
    "corrected",
    "rule",
    "start",
    "end",
    "sentence_start",
    "sentence_end",
    "number_start",
    "number_end",
    "document",
    "document_id",
    "source",
)


# Fields that only stored observations have.
STORED_FIELDS = ("document_id", "corrected")

# Also after what spreadsheets pass over, and in full width, which they read in Chinese.
_FORMULA = re.compile(r"[\s\u200b\u200e\u200f\ufeff\x00-\x1f]*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?", re.ASCII)

# What a record has besides where statements without a value are among the observations: "numeric",
# "qualitative", "relative" or "mentioned"; how such a statement relates its indicator, and to what.
KINDS = ("kind", "relation", "reference")

# All fields of a stored statement without a value, in the order of its table.
STATEMENT_FIELDS = (
    *("indicator", "kind", "relation", "reference", "value", "unit", "measure", "status"),
    *("period_start", "period_end", "evidence", "sentence", "region", "region_code", "province"),
    *("level", "year", "scope", "start", "end", "sentence_start", "sentence_end", "document"),
    *("document_id", "source"),
)


def number(value: Decimal | None) -> int | float | None:
    """A JSON number: 38 for 38.0, 326.3 for 326.3."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def instant(seconds: float | None) -> str | None:
    """Seconds since the epoch as ISO 8601 in UTC, to the millisecond."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


# Flags of a whole report: a person has decided its region, or its year.
_OF_REPORT = ("region_corrected", "year_corrected")


def address_of(site: str, record: Mapping[Any, Any]) -> str:
    """A link to the span of a record in the console's page of its document."""
    return f"{site}/documents/{record['document_id']}#{record['start']}-{record['end']}"


def stored_observation(row: Mapping[Any, Any], sentence: str | None) -> Record:
    """A row of `zhibiao.store.queries.observations.query` as a record; values stay Decimal."""
    flags = [*row["flags"], *(flag for flag in _OF_REPORT if row[flag])]
    record = {**row, "document": row["title"], "sentence": sentence, "flags": flags}
    if not row["as_corrected"]:
        record["corrected"] = None
    elif record["corrected"] is not None and row["layer"] != "overruled":
        record |= {"certain": True, "doubts": []}  # a person has looked
    return {name: record[name] for name in OBSERVATION_FIELDS}


def stored_statement(row: Mapping[Any, Any], sentence: str | None) -> Record:
    """A row of `store.queries.observations.statements_query` as a record; values stay Decimal."""
    record = {**row, "document": row["title"], "sentence": sentence}
    return {name: record[name] for name in STATEMENT_FIELDS}


def extracted_observation(observation: Observation, metadata: Metadata, *, source: str) -> Record:
    """The same record of an observation that was never stored; without STORED_FIELDS."""
    record = _extracted(observation, metadata, source) | {
        "number_start": observation.number_span.start,
        "number_end": observation.number_span.end,
        "flags": list(observation.flags),
        "doubts": list(observation.doubts),
    }
    return {
        name: record[name] if name in record else getattr(observation, name)
        for name in OBSERVATION_FIELDS
        if name not in STORED_FIELDS
    }


def extracted_statement(statement: Statement, metadata: Metadata, *, source: str) -> Record:
    """The record of a statement without a value: as an observation's, with KINDS.

    Fields that only numbers have are None.
    """
    record = _extracted(statement, metadata, source)
    return {
        name: record[name] if name in record else getattr(statement, name, None)
        for name in (*OBSERVATION_FIELDS, *KINDS)
        if name not in STORED_FIELDS
    }


def _extracted(stated: Observation | Statement, metadata: Metadata, source: str) -> Record:
    """Who states it, and where."""
    return {
        "region": metadata.region,
        "region_code": metadata.region_code,
        "province": metadata.province,
        "level": metadata.level,
        "year": metadata.year,
        "start": stated.span.start,
        "end": stated.span.end,
        "sentence_start": stated.sentence_span.start,
        "sentence_end": stated.sentence_span.end,
        "document": metadata.title,
        "source": source,
    }


def numeric(record: Record) -> Record:
    """An observation's record with KINDS."""
    return {**record, **dict.fromkeys(KINDS), "kind": "numeric"}


def sendable(text: str) -> str:
    """The text with a question mark, as long, for what has no UTF-8: a lone surrogate.

    Those are seen in broken web pages.
    """
    return text.encode("utf-8", "replace").decode()


def as_json(record: Mapping[str, Any]) -> Record:
    """A record with JSON numbers for decimals."""
    return {
        name: number(value) if isinstance(value, Decimal) else value
        for name, value in record.items()
    }


def as_cells(record: Mapping[str, Any]) -> Record:
    """A record for one row of a table: decimals exactly as written, lists joined by blanks."""
    return {
        name: format(value, "f")
        if isinstance(value, Decimal)
        else " ".join(map(str, value))
        if isinstance(value, (list, tuple))
        else value
        for name, value in record.items()
    }


def csv_lines(
    records: Iterable[Record], columns: Iterable[str], *, for_excel: bool = True
) -> Iterator[bytes]:
    """The heading, then a row a time, as UTF-8 (RFC 4180); no text in it is a formula.

    For Excel it begins with a BOM: without one Excel takes it for the system's old encoding.
    """
    names = list(columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_plain_text(name) for name in names])
    yield (b"\xef\xbb\xbf" if for_excel else b"") + _drained(buffer)
    for record in records:
        cells = as_cells(record)
        writer.writerow([_plain_text(cells[name]) for name in names])
        yield _drained(buffer)


def _plain_text(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it.

    File names, titles and sentences are a stranger's. A number that is written as a text is none.
    """
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def json_lines(records: Iterable[Record]) -> Iterator[bytes]:
    """A JSON object a line, as UTF-8."""
    for record in records:
        line = json.dumps(as_json(record), ensure_ascii=False, allow_nan=False)
        yield line.encode("utf-8", "replace") + b"\n"


def _drained(buffer: io.StringIO) -> bytes:
    # A lone surrogate (seen in broken web pages) has no UTF-8.
    written = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return written
