"""What the words of time in a sentence have said so far."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from zhibiao.compiled import mypyc_attr
from zhibiao.domain import Measure, Status
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.sentences import Line
from zhibiao.extract.years import words as tw
from zhibiao.outline.frames import Frame, Years, first_planned

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_ACTUAL: Final = Status.ACTUAL
_TARGET: Final = Status.TARGET
_GROWTH: Final = Measure.GROWTH


class Span(NamedTuple):
    """The years that a sentence speaks of, by what it has said so far."""

    several: int  # how many years, counted back from the last: 5 in 五年来
    last: int | None = None  # the year named; None: the frame's
    first: int | None = None  # of a span with both ends: 2018—2022年, “十三五”期间
    status: Status | None = None  # None: the frame's
    rule: str = "frame"
    told: bool = False  # the sentence itself speaks of several years
    passing: bool = False  # 五年累计新建…: said of one clause, and gone after a semicolon


@lru_cache(maxsize=64)
def of_frame(several: int) -> Span:
    """The span of a sentence that has said nothing yet: the frame's years."""
    return Span(several)


@mypyc_attr(acyclic=True)
class Statement:
    """What is said of time for one number, or one list of numbers, alone."""

    __slots__ = (
        "average", "average_over", "base", "from_year", "multiple_of", "over_year",
        "stated", "sums", "yearly",
    )  # fmt: skip

    def __init__(self, base: int | None = None) -> None:
        self.base = base  # 比2016年
        self.stated: tuple[int, int] | None = None  # token and year of 比2016年的52亿元
        self.from_year: int | None = None  # 由…增加到…，增长: where the rise began
        self.multiple_of: int | None = None  # 是2017年的1.4倍
        self.average = False
        self.average_over: int | None = None  # 五年年均
        self.yearly = False  # 连年稳定在, 每年用于: of every year of the span
        self.over_year = False  # 同比
        self.sums = False  # 五年累计

    def over_a_year(self) -> None:
        """比2019年增长12%，比上年增长8%: a rise over the year before has no older base."""
        self.over_year = True
        self.base = None

    def rose_from(self, year: int | None, measure: Measure) -> None:
        """由17亿元增加到34亿元: note where a rise begins; a growth (由增长5%提高到7%) is of its
        year, and so is what it becomes."""
        if measure is _GROWTH:
            self.over_year = True
        else:
            self.from_year = year

    def of_year_named(self, base: int | None) -> None:
        """五年年均增长7%，其中2022年增长4%: a year named ends an average and what the rise began
        with; from now on it is over `base`."""
        self.average, self.average_over = False, None
        self.base, self.from_year = base, None


def _telling(sentence: Line, numbers: list[Number]) -> list[int]:
    """The tokens that may tell of time: in most sentences there is none."""
    telling = lx.TIME | lx.TONE
    for number in numbers:
        if number.year or number.unit == "年":
            telling |= lx.NUMBER
            break
    if not sentence.present & telling:
        return []
    return [i for i, mask in enumerate(sentence.masks) if mask & telling]


@mypyc_attr(acyclic=True)
class Spoken:
    """What holds at a place of a sentence, by the words of time up to there.

    `span` is what holds from here on in the sentence, `statement` what holds for the next number
    alone: a base (比2017年, 由“十二五”末) never becomes a frame for others.
    """

    def __init__(
        self, sentence: Line, numbers: list[Number], frame: Frame,
        years: Years, earlier: Spoken | None = None,
    ) -> None:  # fmt: skip
        self.text = sentence.text
        self.tokens = sentence.tokens
        self.numbers = numbers
        self.frame = frame
        self.year, self.review = years.delivered, years.review
        if frame.status is _ACTUAL and self.review and (frame.year or 0) > self.review:
            self.review = frame.year  # by a heading, which knows better
        self.planned = first_planned(self.year, self.review)
        self.turn = years.turn
        self.names_next = years.names_next
        self.place = 0  # token of the number read up to
        self.telling = _telling(sentence, numbers)
        self.told = 0  # how many of those
        self.span = of_frame(frame.several)
        self.statement = Statement()
        self.prior = self.span  # before the last year named
        self.lasting = self.span  # of the sentence, beside what was said of one clause
        self.then_reached = False  # …，2022年达到90亿元: the last year named is of that alone
        self.aside = False  # whether the last year named stands behind figures of the sentence
        self.carried: Span | None = None  # what goes on over a semicolon
        self.named_in_lead = False  # the named year stands right before the number
        self.last_year = -1  # token index of the last year named
        self.began: int | None = None  # the year from which 由…到… rose
        self.sticky: int | None = None  # 与2017年相比: holds for the whole sentence
        # 比2019年增加80亿元，年均增长8%，其中一产年均增长4%: from when other averages are too
        self.averaged_from: int | None = None
        self.averages = False  # whether the sentence has told of an average rise
        self.ground = -1  # 在去年…的基础上: the year holds up to this offset
        self.ground_year: int | None = None  # the year of a value told there
        self.acts_until: int | None = None  # 启动三年行动: the last year of what begins now
        self.over = -1  # 是1960年到2010年的总和: times up to this offset date nothing
        self.until = -1  # 两年实现翻番，…: the years hold up to this offset
        # 前三季度，…: no whole year; told as the year's, and by the rule
        self.part_of_year = frame.part_of_year
        self.part_told = -1  # token index of the word that says so; -1: an earlier sentence's
        if earlier is not None and earlier.frame is frame:
            # after a semicolon the years go on
            ended = earlier.span.passing or earlier.until >= 0
            self.span = earlier.lasting if ended else earlier.span
            if earlier.aside and self.span.rule == "named_year" and earlier.among_aims_of_several:
                self.span = earlier.prior  # 能耗年均下降4%，2025年比…降低18%；城镇化率达到65%
            self.prior, self.sticky = earlier.prior, earlier.sticky
            self.part_of_year |= earlier.part_of_year
            self.began, self.averaged_from = earlier.began, earlier.averaged_from
            self.then_reached = earlier.then_reached
            self.aside = earlier.aside
            self.carried = self.span if self.span is not self.lasting else None

    @property
    def may_span(self) -> bool:
        """Whether a figure may be of several years here, so that it matters what is summed."""
        span = self.span
        several = span.several > 1 or span.first is not None or span.rule == "named_year"
        return several or self.year_fades

    @property
    def year_fades(self) -> bool:
        """2022年，A达到…；B累计…: whether one of several years was named before a semicolon."""
        span, frame = self.span, self.frame
        if span is not self.carried or frame.several == 1 or frame.year is None:
            return False
        named = span.rule in ("named_year", "last_year", "this_year") and span.first is None
        first = frame.year - frame.several + 1
        return named and span.last is not None and first <= span.last <= frame.year

    @property
    def averages_aims(self) -> bool:
        """A年均增长8%，B增长10%: whether rises are yearly ones, among aims of several years."""
        frame, last = self.frame, self.span.last
        ahead = self.averages and frame.status is _TARGET and frame.several > 1
        return ahead and last in (None, frame.year)

    @property
    def among_aims_of_several(self) -> bool:
        """Whether the section aims at several years, and the year named is not the last of them."""
        frame = self.frame
        several = frame.status is _TARGET and frame.several > 1
        return several and self.span.last != frame.year

    @property
    def may_aim(self) -> bool:
        """Whether nothing but the opening of the text says that outturns are told."""
        return self.frame.opening and self.span.rule == "frame"

    def before(self, i: int) -> str:
        """The text of the two tokens before token i."""
        start = self.tokens[max(0, i - 2)].start
        return self.text[start : self.tokens[i].start]

    def rose_from(self, year: int | None) -> None:
        """Note what a rise is counted from. Where that is the whole of several years under review,
        so did begin what rose beside it: 2021年是2016年的1.4倍；…由…增加到…."""
        frame = self.frame
        if year is not None and frame.year is not None and year == frame.year - frame.several:
            self.began = year

    def multiplies(self, i: int, before: str) -> bool:
        """是2017年的1.8倍: whether a multiple of what was at the time at token i follows."""
        return before.endswith(tw.MULTIPLIES) and tw.multiplied(
            self.tokens, self.numbers, self.text, i
        )

    def states(self, i: int, year: int) -> bool:
        """比2016年的52亿元, 由“十二五”末的52亿元: whether the base's own value follows."""
        began = self.before(i).endswith(tw.STARTS)
        value = tw.value_behind(self.tokens, self.numbers, self.text, i, began)
        if value is not None:
            self.statement.stated = (value, year)
            self.began = year
        return value is not None

    def compare(self, i: int, year: int) -> None:
        """比2016年, 较“十三五”末: a base, for this statement; 与2016年相比: for the sentence."""
        self.statement.of_year_named(year)
        self.rose_from(year)
        if self.text.startswith(tw.FOR_ALL, self.tokens[i].end):
            self.sticky = year
        self.states(i, year)

    def aimed(self, i: int) -> bool:
        """Whether a word of aims stands between token i and the next number."""
        for token in self.tokens[i + 1 :]:
            if token.mask == lx.NUMBER:
                return False
            if token.mask & lx.TONE or self.text.startswith(tw.AIMS, token.start):
                return True
        return False

    def look_back(self, years: int, rule: str) -> None:
        """五年来: so many years up to the one under review."""
        self.span = Span(years, self.review, None, _ACTUAL, rule, True)
