"""How often reports say the terms of a set: by region or kind of section, over the years."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Line = Literal["region", "section"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """A set's frequencies in many reports."""

    by_line: Mapping[str, Mapping[int, float]]  # occurrences per 10,000 words, by year
    terms: list[tuple[str, int]]  # those that occur, the most frequent first


def rates_of(records: Iterable[Mapping[str, Any]], by: Line) -> Rates:
    """Of the rows of a table of keywords, a row a report (and section) and term.

    The words of a text count once, however many terms it has rows of.
    """
    counts: dict[tuple[str, int], int] = defaultdict(int)
    tokens: dict[tuple[str, int], int] = defaultdict(int)
    terms: Counter[str] = Counter()
    measured: set[tuple[Any, ...]] = set()
    for record in records:
        terms[record["keyword"]] += record["count"]
        line = record["section_kind"] if by == "section" else record["region"]
        if line is None or record["year"] is None:
            continue
        key = (str(line), int(record["year"]))
        counts[key] += record["count"]
        text = (record["document_id"], record.get("section"))
        if text not in measured:
            measured.add(text)
            tokens[key] += record["tokens"]
    by_line: dict[str, dict[int, float]] = {}
    for (line, year), count in sorted(counts.items()):
        if tokens[line, year]:
            by_line.setdefault(line, {})[year] = round(count * 10_000 / tokens[line, year], 2)
    return Rates(
        by_line=by_line, terms=[(term, count) for term, count in terms.most_common() if count]
    )
