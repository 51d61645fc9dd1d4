"""The years of a figure, from what the words of time before it have said.

Three things say them, the nearest first:

- its statement, for one number or one list of them: a base (比2017年, 由“十二五”末), the years of
  its own average (五年年均). None of these is a frame for what follows;
- its sentence: a year or a span that it names (2022年, 五年来, “十三五”期间), up to the next one
  and across semicolons;
- the frame of its place: the part, the paragraph.

Averages, sums, changes and rises cover a span. What is there at the end of it, a level, is of its
last year, unless it was kept in every year, and so is a rise over the year before.
"""

from __future__ import annotations

from typing import Final

from zhibiao.compiled import mypyc_attr
from zhibiao.domain import Measure, Status
from zhibiao.extract.years.spoken import Spoken
from zhibiao.extract.years.words import averaged_behind
from zhibiao.language.plans import plan_ending
from zhibiao.language.wording import wording

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_AVERAGE_GROWTH: Final = Measure.AVERAGE_GROWTH
_CHANGE: Final = Measure.CHANGE
_GROWTH: Final = Measure.GROWTH
_LEVEL: Final = Measure.LEVEL
_RATIO: Final = Measure.RATIO
_ACTUAL: Final = Status.ACTUAL
_TARGET: Final = Status.TARGET
_WORDING: Final = wording(__name__)
_WITHIN_YEAR: Final = _WORDING.pattern("within_year")
_NEAR_START: Final = 12  # characters before a number
UNDERSTOOD: Final = "understood"  # the rule where no word tells a sum from the last year's
_ACTED: Final = _WORDING.pattern("acted")
_PLANNED_YEARS: Final = 5  # of an average, where nothing says how many years


@mypyc_attr(acyclic=True)
class Period:
    """What a figure refers to. Never changed."""

    __slots__ = ("first", "last", "rule", "status")

    def __init__(self, status: Status, first: int | None, last: int | None, rule: str) -> None:
        self.status = status
        self.first = first
        self.last = last
        self.rule = rule

    def within_year(self) -> Period:
        """The same, of a part of that year."""
        return Period(self.status, self.first, self.last, "part_of_year")

    def same_as(self, other: Period) -> bool:
        """Whether both say the same, by the same rule."""
        return (self.status, self.first, self.last, self.rule) == (
            other.status, other.first, other.last, other.rule,
        )  # fmt: skip


@mypyc_attr(acyclic=True)
class Accrual:
    """How a value adds up over the years told of: what is known beside the words of time.

    Never changed.
    """

    __slots__ = (
        "flow", "kept", "manifold", "measure", "of_review", "of_year", "reached", "rises",
        "summed", "understood",
    )  # fmt: skip

    def __init__(
        self, measure: Measure, flow: bool, summed: bool, reached: bool, of_year: bool, kept: bool,
        manifold: bool = False, understood: bool = False, of_review: bool = False,
        rises: bool = False,
    ) -> None:  # fmt: skip
        self.measure = measure
        self.flow = flow  # of a sum over time: output, investment, visitors
        self.summed = summed  # 累计: the sum of its years
        self.reached = reached  # 达到: the value is where the period ends, not its sum
        self.of_year = of_year  # a rise over the year before, whatever span its sentence is about
        self.kept = kept  # 保持在: the value in every year of the span
        self.manifold = manifold  # 增长1.7倍: a rise by more than a year brings
        self.rises = rises  # 增长6%, 提高6个百分点: a rise, and no rate of it (6‰)
        self.of_review = of_review  # 2022年达到90亿元，投资累计…: of all the years told of
        self.understood = understood  # whether it is a sum or the last year's: no word tells


def period_of(clock: Spoken, accrual: Accrual) -> Period:
    """The period of a figure at the place that the clock has read up to."""
    period = _whole(clock, accrual)
    return period.within_year() if clock.part_of_year else period


def period_of_year(clock: Spoken, year: int) -> Period:
    """The period of a figure that stands for a year of a list: 2021年、2022年…分别为…

    Below 0, `year` counts back from the year told of, which is -1: 由前三年分别增长…
    """
    if year < 0:
        return _of_year_before(clock, year)
    status = _TARGET if clock.review is not None and year > clock.review else _ACTUAL
    return Period(status, year, year, "named_year")


def _of_year_before(clock: Spoken, back: int) -> Period:
    span = clock.span
    told = span.last if span.last is not None else clock.frame.year
    if span.rule == "plan_period" and told is not None:
        told += 1  # 第一个五年计划的前三年: those years themselves
    year = None if told is None else told + back + 1
    return Period(_ACTUAL, year, year, "years_before")


def period_of_aim(clock: Spoken) -> Period:
    """The period of what is called an aim before the report has said what it plans: GDP目标8%."""
    return Period(_TARGET, clock.planned, clock.planned, "aimed")


def _whole(clock: Spoken, accrual: Accrual) -> Period:
    """As `period_of`, of whole years."""
    span, said = clock.span, clock.statement
    frame = clock.frame
    based = said.base is not None or said.from_year is not None
    if accrual.of_review and frame.year is not None and not based:
        first = frame.year - frame.several + 1
        return Period(frame.status, first, frame.year, span.rule)
    if said.stated is not None and said.stated[0] == clock.place:
        return Period(_ACTUAL, said.stated[1], said.stated[1], "base")
    status = span.status or clock.frame.status
    last = span.last if span.last is not None else clock.frame.year
    if span.status is _ACTUAL and span.last is None:
        last = clock.review
    if last is None:
        return Period(status, None, None, span.rule)
    if accrual.measure is _AVERAGE_GROWTH and span.last is None and clock.acts_until:
        return Period(status, clock.planned, clock.acts_until, "years_ahead")
    base = said.multiple_of if accrual.measure is _RATIO and said.multiple_of else said.base
    if base is not None and base >= last:
        # 比1964年增长: what follows that year, whatever the frame
        last = base + 1
        if clock.review is not None and last > clock.review:
            status = _TARGET
    rule = UNDERSTOOD if accrual.understood else span.rule
    return Period(status, _first(clock, accrual, last), last, rule)


def _first(clock: Spoken, accrual: Accrual, last: int) -> int:
    """The first year of a figure's period, of which the last is known."""
    said, measure = clock.statement, accrual.measure
    if measure is _RATIO:
        return _first_of_ratio(clock, last)
    if measure is _AVERAGE_GROWTH:
        return _first_of_average(clock, last)
    if said.base is not None and measure is not _LEVEL:
        return said.base if said.base != last - 1 else last
    if said.from_year is not None and measure in (_GROWTH, _CHANGE) and not accrual.of_year:
        return said.from_year if said.from_year < last - 1 else last
    if accrual.manifold and not accrual.of_year and (clock.began or last) < last - 1:
        return clock.began or last  # 2022年，A比2017年增长65%；B增长1.7倍: since then, too
    first = _first_of_span(clock, accrual, last)
    rises = accrual.rises and not (accrual.summed or accrual.of_year)
    began = clock.began
    if not rises or began is None:
        return first
    # A比2012年增长40%，B增长25%, C提高6个百分点: from then, too
    if first < last:
        return began if began == first - 1 else first
    # 2017年，A比2012年增长40%；B达到41%，提高6个百分点: the year named is the last of those told of
    named = clock.span.rule == "named_year" and last == clock.frame.year
    return began if named and began < last - 1 else first


def _first_of_span(clock: Spoken, accrual: Accrual, last: int) -> int:
    """The same by the years that are spoken of."""
    span, measure = clock.span, accrual.measure
    if span.first is not None:
        of_all = accrual.kept or (accrual.flow and (accrual.summed or not accrual.reached))
        return span.first if measure is not _LEVEL or of_all else last
    # 今后三年…，到2025年: the year named is the last of those
    own_years = span.last in (None, clock.review, clock.frame.year, clock.prior.last)
    if span.several > 1 and (own_years or span.rule in ("years_ahead", "within_years")):
        return last - span.several + 1 if _covers(clock, accrual) else last
    if measure in (_GROWTH, _CHANGE) and span.several > 1 and span.rule == "named_year":
        begins = _begins(clock)  # 到2026年，能耗下降8%: amid the years of a plan
        if begins is not None and begins < last and not accrual.of_year:
            return begins
    planned = clock.planned
    if accrual.summed and span.rule == "named_year" and planned is not None and last > planned:
        # 到2025年，累计…: over the plan that ends then
        return (plan_ending(last) or (planned, last))[0]
    return last


def _first_of_ratio(clock: Spoken, last: int) -> int:
    """The year that a multiple is one of."""
    span, said = clock.span, clock.statement
    if said.multiple_of is not None:
        return said.multiple_of
    if said.base is not None:
        return said.base
    if span.rule == "plan_end":
        return last - _PLANNED_YEARS  # 到“十四五”末翻一番
    if said.from_year is not None and said.from_year < last:
        return said.from_year  # 由1997年的17亿元增长到34亿元，翻一番
    return last - max(span.several, 1)


def _begins(clock: Spoken) -> int | None:
    """The first of the several years that a section aims at."""
    frame = clock.frame
    if frame.status is not _TARGET or frame.year is None or frame.several == 1:
        return None
    return frame.year - frame.several + 1


def _covers(clock: Spoken, accrual: Accrual) -> bool:
    """Whether a figure is of all the several years spoken of, not of the last alone."""
    if accrual.measure in (_GROWTH, _CHANGE) and accrual.of_year:
        # 五年内增长23%: not over the year before, unless it says so
        return clock.span.rule == "within_years" and not clock.statement.over_year
    if accrual.summed or accrual.kept or clock.statement.yearly:
        return True
    if accrual.measure in (_GROWTH, _CHANGE):
        return True
    told = clock.span.told or clock.statement.sums
    return accrual.flow and told and not accrual.reached and accrual.measure is _LEVEL


def _first_of_average(clock: Spoken, last: int) -> int:
    """The first year of an average without years of its own."""
    span, said = clock.span, clock.statement
    if said.average_over is not None:
        return last - said.average_over + 1  # also behind 1982年比1981年增长…，两年平均
    if said.base is not None:
        return min(said.base + 1, last)
    since = said.multiple_of or said.from_year  # 是2015年的1.6倍，年均增长…
    if since is not None and since < last:
        return since + 1
    if span.first is not None:
        return span.first
    if clock.averaged_from is not None and clock.averaged_from < last and not span.told:
        return clock.averaged_from + 1
    if span.several <= 1 and span.status is None and clock.frame.status is _TARGET:
        return last  # among the aims of one year nothing says how many
    several = span.several
    if several == 1 and last == clock.frame.year:
        several = clock.frame.several  # …，2016年达到36亿元；收入年均增长8%
    planned = clock.planned
    if several == 1 and planned is not None and last > planned and span.rule != "plan_end":
        begins = clock.tokens[0].start, clock.tokens[clock.place].start
        # not 到1985年, of a plan; 实施倍增计划，到2025年 is of what begins now even so
        if plan_ending(last) is None or _ACTED.search(clock.text, *begins) is not None:
            return planned  # 到2026年，投资年均增长15%: from now on
    return last - (several if several > 1 else _PLANNED_YEARS) + 1


def _of_review(clock: Spoken, last: int) -> bool:
    """Whether a rise that is averaged over years ends with the several years under review."""
    frame = clock.frame
    if frame.several == 1 or frame.status is not _ACTUAL or frame.year != last:
        return False
    return averaged_behind(clock.text, clock.tokens[clock.place].end)


def began_within_year(text: str, start: int, measure: Measure) -> bool:
    """增速由一季度的3.2%提高到8.1%: whether a rise began within the year that it is told of.

    年初 is the end of the year before for what is there, and within the year for what grows.
    """
    told = _WITHIN_YEAR.search(text, max(0, start - _NEAR_START), start)
    if told is None:
        return False
    return told["beginning"] is None or measure is not _LEVEL


def period_of_start(clock: Spoken, period: Period) -> Period:
    """The period of the first value in 由…增加到…, given that of the second."""
    span = clock.span
    if period.rule == "base":
        return period
    if clock.statement.base is not None:
        year: int | None = clock.statement.base
    elif span.last is not None and clock.named_in_lead:
        year = span.last
    elif period.last is None:
        year = None
    elif clock.began is not None and clock.began < period.last:
        year = clock.began  # the same rise told of another figure: …，占比由1.1%提高到1.9%
    elif clock.year_fades and clock.aside and period.last == clock.frame.year:
        year = period.last - clock.frame.several
    elif span.first is not None:
        # “十三五”期间, 2018—2022年 begin with the year before; 2017年到2022年 names it
        five = period.last - span.first + 1 == _PLANNED_YEARS
        year = span.first - 1 if five or span.rule != "named_year" else span.first
    elif span.several <= 1 and _of_review(clock, period.last):
        # …，2005年达到420亿元；财政收入由14亿元增加到33亿元，年均增长18%
        year = period.last - clock.frame.several
    elif span.several <= 1 and averaged_behind(clock.text, clock.tokens[clock.place].end):
        year = None  # 由28亿元增加到70亿元，年均增长20%: years ago, and nobody says how many
    else:
        year = period.last - max(span.several, 1)
    return Period(_ACTUAL, year, year, "from_to")
