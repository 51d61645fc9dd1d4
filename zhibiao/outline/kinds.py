"""What a section of a report is for, and what the report is before any heading."""

from __future__ import annotations

from typing import Final

from zhibiao.domain import Status
from zhibiao.language.plans import plan_years
from zhibiao.language.wording import wording
from zhibiao.outline.evidence import names_problems
from zhibiao.outline.frames import Frame, Section, SectionKind, Years
from zhibiao.outline.lines import Heading, Rank

_WORDING: Final = wording(__name__)
_ON_A_PLAN: Final = _WORDING.pattern("on_a_plan")
_TITLE: Final = 300  # characters in which a title stands


def kind_of(heading: Heading, frame: Frame) -> SectionKind:
    """What the section of a heading is for, of which `frame` says what holds in it."""
    if frame.glossary:
        return SectionKind.GLOSSARY
    if heading.rank is Rank.ATTACHMENT:
        return SectionKind.ATTACHMENT
    if names_problems(heading.words):
        return SectionKind.PROBLEMS
    if frame.status is Status.TARGET:
        return SectionKind.TERM_PLAN if frame.several > 1 else SectionKind.PLAN
    return SectionKind.TERM_REVIEW if frame.several > 1 else SectionKind.REVIEW


def opening_section(text: str, years: Years) -> Section:
    """A report reviews until it says otherwise; a report on a five-year plan plans."""
    title = _ON_A_PLAN.search(text, 0, _TITLE)
    plan = plan_years(title[0]) if title else None
    status, first, last = Status.ACTUAL, years.review, years.review
    if plan is not None and (years.review is None or plan[1] > years.review):
        status, (first, last) = Status.TARGET, plan
    return Section(
        start=0, end=len(text), heading=(0, 0), level=0, kind=SectionKind.OPENING, status=status,
        first=first, last=last, inferred=False, evidence=(),
    )  # fmt: skip
