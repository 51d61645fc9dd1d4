"""Observations as the rows that hold them: their values as the driver of a database keeps them.

What `schema` says of a column's type is done here: a decimal is its digits, JSON its text. It is
compiled with the extractor, since a report has hundreds of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from zhibiao.domain.observations import Observation

Value = str | int | bool | None
COLUMNS = (
    *("extraction_id", "document_id", "ordinal"),
    *("indicator", "subject", "unit", "evidence", "base_unit", "tone"),
    *("period_start", "period_end", "conflict", "rule", "stretch"),
    *("measure", "bound", "status", "scope"),
    *("start", "end", "number_start", "number_end", "sentence_start", "sentence_end"),
    *("value", "value_high", "base_value", "name_start", "name_end"),
    *("flags", "certain", "doubts"),
)


def rows_of(
    extraction: int, document: int, observations: Sequence[Observation]
) -> list[tuple[Value, ...]]:
    """In the order of `COLUMNS`, and of the text."""
    return [_row(each, extraction, document, n) for n, each in enumerate(observations)]


def _row(o: Observation, extraction: int, document: int, ordinal: int) -> tuple[Value, ...]:
    high, base, name_span = o.value_high, o.base_value, o.name_span
    return (
        extraction, document, ordinal,
        o.indicator, o.subject, o.unit, o.evidence, o.base_unit, o.tone,
        o.period_start, o.period_end, o.conflict, o.rule, o.stretch,
        # The plain strings: a driver would look for a way to store an enumeration.
        o.measure._value_, o.bound._value_, o.status._value_, o.scope._value_,
        o.span.start, o.span.end, o.number_span.start, o.number_span.end,
        o.sentence_span.start, o.sentence_span.end,
        format(o.value, "f"),
        None if high is None else format(high, "f"),
        None if base is None else format(base, "f"),
        None if name_span is None else name_span.start,
        None if name_span is None else name_span.end,
        json.dumps(o.flags) if o.flags else "[]",  # few have any
        not o.doubts,
        json.dumps(o.doubts) if o.doubts else "[]",
    )  # fmt: skip
