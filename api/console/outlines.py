"""A report's sections, as the links of its page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhibiao.domain import Metadata
from zhibiao.keywords.sections import sections_of
from zhibiao.outline.frames import Section, SectionKind
from zhibiao.text.marking import Piece


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One section."""

    line: int  # offset in the clean text of the line that it begins on
    heading: str  # "" at the opening
    level: int  # 1 for the parts of the report; more for sections inside them
    kind: SectionKind
    first: int | None  # years covered, inclusive
    last: int | None
    inferred: bool  # no heading and no sentence says so


def entries_of(text: str, metadata: Metadata, lines: Sequence[Sequence[Piece]]) -> list[Entry]:
    """The sections of a clean text, in order. `lines` are those that its page shows."""
    return list(_entries(text, sections_of(text, metadata), [line[0].start for line in lines]))


def _entries(text: str, sections: Sequence[Section], begins: Sequence[int]) -> Iterator[Entry]:
    for index, section in enumerate(sections):
        following = sections[index + 1].start if index + 1 < len(sections) else len(text)
        if not begins or not text[section.start : following].strip():
            continue  # a report that begins with a heading has no opening
        at = bisect_right(begins, section.start) - 1
        yield Entry(
            line=begins[max(at, 0)],
            heading=" ".join(text[slice(*section.heading)].split()),
            level=section.level,
            kind=section.kind,
            first=section.first,
            last=section.last,
            inferred=section.inferred,
        )
