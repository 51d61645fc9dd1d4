"""What a place of a report speaks of: outturns or aims, and of which years."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from zhibiao.domain import Status
from zhibiao.language.relative_years import COMING_YEAR, OFFSETS, PAST_YEAR


class SectionKind(StrEnum):
    """What a section of a report is for."""

    OPENING = "opening"  # before the first heading
    REVIEW = "review"  # of one year
    TERM_REVIEW = "review of a term"  # of several years
    PLAN = "plan"  # of one year
    TERM_PLAN = "plan of a term"  # of several years
    PROBLEMS = "problems"
    ATTACHMENT = "attachment"  # a list behind the speech: projects, tasks, how they were done
    GLOSSARY = "explanation of terms"  # no statements of the report


class Years(NamedTuple):
    """The years that a report speaks from; None where they are unknown."""

    delivered: int | None
    review: int | None
    names_next: bool = False  # whether the speech calls the year after its delivery 明年
    term: int | None = None  # first year of the term looked back on, where its session tells
    turn: int | None = None  # the same, by the calendar of elections where no session is named

    @property
    def planned(self) -> int | None:
        """The first year planned."""
        return first_planned(self.delivered, self.review)

    @property
    def at_years_end(self) -> bool:
        """Whether the year of delivery is itself under review: 今年 lies behind such a report."""
        return self.delivered is not None and self.delivered == self.review

    def meant(self, word: str) -> int | None:
        """The year that 今年, 明年, 去年 or 过去一年 is."""
        if word in PAST_YEAR or self.delivered is None:
            return self.review
        if word == COMING_YEAR:
            return self.planned
        return self.delivered + OFFSETS.get(word, 0)


def first_planned(delivered: int | None, review: int | None) -> int | None:
    """After a session at the end of the year under review, the next."""
    return delivered + 1 if delivered and delivered == review else delivered


class Frame(NamedTuple):
    """From `start` on: whether figures are outturns or aims, and of which years."""

    start: int  # offset into the text
    status: Status
    year: int | None  # the year that a figure without its own year belongs to: the last
    several: int  # how many years the frame covers: 5 in 五年来, else 1
    glossary: bool = False  # explanations of terms: no statements of the report
    alone: bool = False  # of a heading that names one year and no more: 2022年工作回顾
    inferred: bool = False  # no words say so: told by what surrounds it
    part_of_year: bool = False  # of a heading: 下半年重点工作
    both: bool = False  # of a heading that names several years and their last: 2021年和五年回顾
    counted: bool = False  # of a heading that says how many years lie behind: 过去六年工作回顾
    opening: bool = False  # before anything says so, as in a piece of news: outturns


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A part of a report under one heading; its own parts follow it in the outline."""

    start: int  # offsets into the text, half-open; the heading is inside
    end: int
    heading: tuple[int, int]  # offsets of the heading; empty at the opening
    level: int  # 1 for 一、, 2 for （一）, 3 for 1.; 0 for the opening
    kind: SectionKind
    status: Status
    first: int | None  # years covered, inclusive
    last: int | None
    inferred: bool  # no heading and no sentence says so
    evidence: tuple[str, ...]  # what told, strongest first; empty where it is as its parent

    @property
    def frame(self) -> Frame:
        """What holds from its beginning on."""
        several = 1 if self.first is None or self.last is None else self.last - self.first + 1
        return Frame(
            self.start, self.status, self.last, several, self.kind is SectionKind.GLOSSARY,
            self.status is Status.ACTUAL and several == 1 and bool(self.evidence),
            self.inferred,
            opening=self.kind is SectionKind.OPENING and self.status is Status.ACTUAL,
        )  # fmt: skip
