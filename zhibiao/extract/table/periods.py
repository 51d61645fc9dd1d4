"""The years of a table's values: by its heads, its caption, the part of the report it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zhibiao.domain import Status
from zhibiao.extract.table.labels import Aspect, Label
from zhibiao.extract.years.period import Period
from zhibiao.outline.frames import Frame, Years


class Setting(NamedTuple):
    """What holds for a whole table, or for the rows below one of its section rows."""

    years: Years
    frame: Frame
    caption: Label  # year and status, where the caption names one of each
    part: str = ""  # a place or a body that the caption names
    skipped: str = ""
    attached: bool = False  # below the report, where no section says of what years it is


class Undated(Exception):
    """The years of a value are not known."""


def period_of(label: Label, setting: Setting, heads: Sequence[Label]) -> Period:
    """The period of a value of which `label` is told; `heads` are those of the whole table.

    Raises Undated where a reader could not tell it for sure.
    """
    if label.aspect is Aspect.AVERAGE:
        return _average(label, setting, heads)
    if label.years > 1 or (
        label.plan is not None and label.aspect in (Aspect.GROWTH, Aspect.CHANGE)
    ):
        raise Undated
    if label.plan is not None and label.year is None:
        label = label._replace(year=label.plan[1])
    if label.relative is not None and label.year is None:
        label = label._replace(year=_relative_year(label, setting, heads))
    if label.year is not None:
        return _of_year(label.year, label.status, setting, "table_head")
    return _undated(label, setting, heads)


def _of_year(year: int, status: Status | None, setting: Setting, rule: str) -> Period:
    review = setting.years.review
    if status is None:
        if review is None:
            raise Undated
        status = Status.ACTUAL if year <= review else Status.TARGET
    elif status is Status.ACTUAL and review is not None and year > review:
        raise Undated
    return Period(status, year, year, rule)


def _undated(label: Label, setting: Setting, heads: Sequence[Label]) -> Period:
    """Of a head without a year: by its aspect, by the caption, by the part of the report."""
    caption, frame = setting.caption, setting.frame
    review, planned = setting.years.review, setting.years.planned
    if frame.several > 1 and caption.year is None:
        raise Undated
    status, rule = label.status, "table_kind"
    if status is None and label.expected:
        status = Status.TARGET if label.aspect is Aspect.GROWTH else Status.ACTUAL
    if status is None and caption.tells:
        if caption.year is not None:
            return _of_year(caption.year, caption.status, setting, "table_caption")
        status, rule = caption.status, "table_caption"
    if status is None and setting.attached:
        raise Undated
    if status is None:
        return Period(frame.status, frame.year, frame.year, "table_section")
    year = review if status is Status.ACTUAL else planned
    if status is Status.TARGET and caption.year is None:
        year = _aimed_at(heads, review, planned)
    if caption.year is not None and review is not None:
        told = Status.ACTUAL if caption.year <= review else Status.TARGET
        year = caption.year if told is status else year
    return Period(status, year, year, rule)


def _aimed_at(heads: Sequence[Label], review: int | None, planned: int | None) -> int | None:
    """预算数 | 执行数 | 为预算%: an aim that is held against its outturn is of the same year."""
    if any(head.skipped == "ratio" for head in heads):
        return review
    undated = [head.status for head in heads if not head.dated and head.status is not None]
    if Status.ACTUAL in undated and undated[0] is Status.TARGET:
        raise Undated
    return planned


def _relative_year(label: Label, setting: Setting, heads: Sequence[Label]) -> int:
    """The year that 上年 or 本年 is, beside the other heads."""
    review, planned = setting.years.review, setting.years.planned
    if review is None or planned is None:
        raise Undated
    others = [head for head in heads if head.aspect in (None, Aspect.LEVEL)]
    aims = any(
        head.status is Status.TARGET or (head.year is not None and head.year > review)
        for head in others
    )
    reached_now = any(
        head.status is not Status.TARGET and (head.relative == 0 or head.year == review)
        for head in others
    )
    if label.relative == 0:
        if label.status is Status.TARGET:
            return planned
        if label.status is Status.ACTUAL or label.expected or not aims:
            return review
        raise Undated
    if reached_now:
        return review - 1
    if aims:
        return review
    raise Undated


def _average(label: Label, setting: Setting, heads: Sequence[Label]) -> Period:
    """The years of an average: its plan's, or from behind the first head to the last."""
    review = setting.years.review
    if label.plan is not None:
        first, last = label.plan
    else:
        dated = [head.year for head in heads if head.year is not None and head.years == 1]
        if label.years > 1 or len(dated) < 2 or max(dated) - min(dated) < 2:
            raise Undated
        first, last = min(dated) + 1, max(dated)
    if review is None and label.status is None:
        raise Undated
    status = label.status
    if status is None:
        status = Status.ACTUAL if review is not None and last <= review else Status.TARGET
    return Period(status, first, last, "table_head")
