"""The sections of a report, and its main ones: from one heading of the first level to the next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from zhibiao.domain import Metadata, Span
from zhibiao.extract.years.known import reading_years
from zhibiao.language.simplified import simplified
from zhibiao.outline.frames import Section, SectionKind
from zhibiao.outline.tree import read_outline


@dataclass(frozen=True, kw_only=True, slots=True)
class MainSection:
    """A section of the first level; together they are the text of the report."""

    kind: SectionKind
    heading: str  # "" before the first heading
    span: Span  # of the clean text


def sections_of(text: str, metadata: Metadata) -> tuple[Section, ...]:
    """The sections of a clean text, of all levels, in the order of their beginnings."""
    plain = simplified(text)
    return read_outline(plain, reading_years(plain, metadata)).sections


def main_sections_of(text: str, metadata: Metadata) -> list[MainSection]:
    """The main sections of a clean text, in order, without gaps."""
    sections = [section for section in sections_of(text, metadata) if section.level <= 1]
    ends = [*(section.start for section in sections[1:]), len(text)]
    return [
        MainSection(
            kind=section.kind,
            heading=text[slice(*section.heading)].strip(),
            span=Span(section.start, end),
        )
        for section, end in zip(sections, ends, strict=True)
        if section.start < end
    ]


def main_section_at(sections: Sequence[MainSection], place: int) -> tuple[int, MainSection]:
    """The main section that a place of the text is in, and its number."""
    number = bisect_right(sections, place, key=lambda section: section.span.start) - 1
    return number, sections[number]
