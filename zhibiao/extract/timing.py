"""Stage 7: outturn or aim, and of which years."""

from __future__ import annotations

import re
from typing import NamedTuple

from zhibiao.domain import Measure, Status
from zhibiao.extract import lexicon as lx
from zhibiao.extract import time_words as tw
from zhibiao.extract.lexicon import Token
from zhibiao.extract.quantities import Number
from zhibiao.extract.sections import PLANS, Frame, Years, plan_years
from zhibiao.extract.sentence import Line

# Tokens that may tell of time.
_TELLING = lx.TIME | lx.TONE | lx.NUMBER


class Period(NamedTuple):
    """What a figure refers to."""

    status: Status
    first: int | None
    last: int | None
    rule: str


class Clock:
    """Follows the words of time through one sentence."""

    def __init__(
        self, sentence: Line, numbers: list[Number], frame: Frame,
        years: Years, earlier: Clock | None = None,
    ) -> None:  # fmt: skip
        self.text = sentence.text
        self.tokens = sentence.tokens
        self.numbers = numbers
        self.frame = frame
        if frame.status is Status.ACTUAL and years.review and (frame.year or 0) > years.review:
            years = years._replace(review=frame.year)  # by a heading, which knows better
        self.year, self.review, self.planned = years.delivered, years.review, years.planned
        self.at = 0  # how many of the tokens were read
        self.telling = [i for i, mask in enumerate(sentence.masks) if mask & _TELLING]
        self.told = 0  # how many of those
        self.named: int | None = None  # a year that the sentence names
        self.since: int | None = None  # the first year of a span
        self.base: int | None = None  # 比2016年
        self.several = frame.several
        self.status: Status | None = None
        self.average = False
        self.rule = "frame"
        self.spanned = False
        self.prior: tuple[int | None, Status | None, str, int] = (None, None, "frame", self.several)
        self.from_year: int | None = None  # 由…增加到…，增长: where the rise began
        self.multiple_of: int | None = None  # 是2017年的1.4倍: of the next number only
        self.named_in_lead = False  # the named year stands right before the number
        self.last_year = -1  # token index of the last year named
        self.told_several = False  # the sentence itself speaks of several years
        self.sticky: int | None = None  # 与2017年相比: holds for the whole sentence
        self.ground = -1  # 在去年…的基础上: the year holds up to this offset
        self.part_of_year = False  # 前三季度，…: no whole year; told as the year's, and by the rule
        self.part_told = -1  # token index of the word that says so; -1: an earlier sentence's
        self.yearly = False  # 连年稳定在: of every year of the frame
        if earlier is not None and earlier.frame is frame:
            # after a semicolon the years go on
            self.named, self.since, self.spanned = earlier.named, earlier.since, earlier.spanned
            self.several, self.status, self.rule = earlier.several, earlier.status, earlier.rule
            self.sticky, self.told_several = earlier.sticky, earlier.told_several
            self.part_of_year = earlier.part_of_year

    def advance(self, place: int, new_lead: bool) -> None:
        """Read on up to token `place`."""
        if new_lead:
            self.base = self.sticky
            self.from_year = None
            self.average = False
            self.multiple_of = None  # a list of multiples goes on: 是2017年的1.6倍、1.8倍
        while self.told < len(self.telling) and self.telling[self.told] < place:
            self._read(self.telling[self.told])
            self.told += 1
        if self.part_of_year:
            since = self.tokens[max(self.at, self.part_told + 1) : place]
            self.part_of_year = not any(
                self.text.startswith(tw.WHOLE_YEAR, token.start) for token in since
            )
        if 0 <= self.ground < self.tokens[place].start:
            self._reset()
        self.at = max(self.at, place)

    def _read(self, i: int) -> None:
        """Take in the number or the word of time or resolve at token i."""
        token = self.tokens[i]
        if 0 <= self.ground < token.end:
            self._reset()
        if token.mask & lx.TONE and self.frame.status is Status.TARGET:
            self._resolve(token)
        if token.mask == lx.NUMBER:
            number = self.numbers[token.number]
            if number.year:
                self._year(i, number.year)
            elif number.unit == "年":
                years = int(number.high or number.value)
                if years < 20 and self.text.startswith(("内", "时间", "左右"), token.end):
                    self._within(years)
        elif token.mask & lx.TIME:
            self._word(i)

    def _reset(self) -> None:
        """Back to what the frame says."""
        self.named = self.since = self.status = None
        self.several, self.rule = self.frame.several, "frame"
        self.spanned = self.told_several = False
        self.ground = -1

    def _resolve(self, token: Token) -> None:
        """去年…，今年力争…: among aims, a word of resolve ends what was said of a past year."""
        past = self.status is Status.ACTUAL and self.rule in ("last_year", "named_year", "now")
        if past and self.text.startswith(tw.RESOLVE, token.start):
            self._reset()

    def _builds_on(self, i: int, year: int | None) -> bool:
        """在2020年基础上: the year is a base; 在去年接待100万人次的基础上: it holds up to there."""
        token = self.tokens[i]
        if not self._before(i).endswith(("在", "于")):
            return False
        ground = tw.ground_after(self.text, token.end)
        if ground < 0:
            return False
        if any(t.mask == lx.NUMBER and t.start < ground for t in self.tokens[i + 1 : i + 12]):
            self.ground = ground
            return False
        self.base = year
        return True

    def _before(self, i: int) -> str:
        start = self.tokens[max(0, i - 2)].start
        return self.text[start : self.tokens[i].start]

    def _times(self, i: int, before: str) -> bool:
        """是2017年的1.8倍: a year that a multiple refers to."""
        following = next((t for t in self.tokens[i + 1 : i + 4] if t.mask == lx.NUMBER), None)
        return (
            before.endswith(("是", "为", "达", "到"))
            and self.text.startswith("的", self.tokens[i].end)
            and following is not None
            and self.numbers[following.number].unit == "倍"
        )

    def _year(self, i: int, year: int) -> None:
        before = self._before(i)
        token = self.tokens[i]
        after = self.text[token.end : token.end + 2]
        if self._times(i, before):
            self.multiple_of = year
            return
        if self._builds_on(i, year):
            return
        if tw.COMPARES.search(before):
            self.base = year
            if after in ("相比", "比，", "底相", "末相", "比较"):
                self.sticky = year
            return
        close = (
            0 <= self.last_year < i
            and i - self.last_year <= 3
            and not any(t.mask & (lx.COMMA | lx.LIST) for t in self.tokens[self.last_year : i])
        )
        if (
            close
            and re.search(r"[—–\-~至到]$", before)
            and self.named is not None
            and year > self.named
        ):
            self.since = self.named
            self.spanned = True
        elif after == "以来" and self.review is not None and year <= self.review:
            self._look_back(self.review - year + 1, "since_year")
            self.since, self.spanned = year, True
            return
        elif before.endswith(("从", "自")) and after in ("起，", "开始"):
            return
        else:
            self.spanned = False
        self.told_several = self.spanned
        self.prior = (self.named, self.status, self.rule, self.several)
        if not self.spanned and not before.endswith(("到", "至")):
            self.several = 1  # 2022年，… speaks of that year alone, among five as well
        self.named = year
        self.last_year = i
        self.rule = "named_year"
        if self.year is not None and self.review is not None:
            self.status = Status.TARGET if year > self.review else Status.ACTUAL

    def leave_base(self) -> None:
        """After 由2017年的A: the year was A's alone; what comes next is of the time before it."""
        if self.named_in_lead:
            self.named, self.status, self.rule, self.several = self.prior

    def _within(self, years: int) -> None:
        """力争3年内: an aim for the last of so many years, the year of delivery being the first."""
        if self.frame.status is Status.TARGET and self.planned is not None:
            self.named, self.rule = self.planned + years - 1, "within_years"

    def _word(self, i: int) -> None:
        token = self.tokens[i]
        word = self.text[token.start : token.end]
        before = self._before(i)
        if before.endswith(("连续", "第", "已连续", "时隔")):
            return
        if word in tw.PART_OF_YEAR:
            self.part_of_year, self.part_told = self._adverb(i), i
            return
        if word in tw.EVERY_YEAR:
            self.yearly = True
            return
        if word in tw.AVERAGE or word.endswith("年平均"):
            self.average = True
            self.several = tw.YEARS.get(word[0], self.several)  # 两年平均
            return
        if word == "每年":
            self.average = True
            return
        if word.endswith("前") and self.text.startswith("的", token.end):
            back = tw.BACK.match(word)
            if back is not None and self.review is not None:
                self.multiple_of = self.review - tw.YEARS[back[1]]
            return
        plan = plan_years(word + "时期")
        if tw.COMPARES.search(before):
            back = tw.BACK.match(word)
            if plan is not None and word.endswith("末"):
                self.base = plan[1]
            elif back is not None and self.review is not None:
                self.base = self.review - tw.YEARS[back[1]]
                if self.text.startswith(("相比", "比，"), token.end):
                    self.sticky = self.base
            elif word.startswith(("上届", "换届")) and self.review is not None:
                self.base = self.review - 5
            return
        if word.startswith(("上届", "换届")) and self.review is not None:
            self.named, self.status, self.rule = self.review - 5, Status.ACTUAL, "last_term"
            self.several = 1
            return
        if word.startswith("比"):
            if self.review is not None:
                self.base = self.review - 5
            return
        if plan is not None:
            if self.text.startswith(tw.AVERAGE, token.end):
                word += "期间"
            self._plan(word, *plan)
            return
        ahead = tw.AHEAD.match(word)
        if ahead is not None:
            self._look_ahead(tw.YEARS[ahead[1]])
            return
        back = tw.BACK.match(word)
        if back is not None:
            told = word.endswith("来") or word.startswith(("过去", "近"))
            if word.endswith("后"):
                if self.planned is not None:
                    self.named, self.rule = self.planned + tw.YEARS[back[1]] - 1, "years_after"
                    self.status, self.several = Status.TARGET, 1
            elif told:
                self._look_back(tw.YEARS[back[1]], "years_back")
            elif self.frame.status is Status.ACTUAL and tw.covers(
                self.text, token.start, token.end
            ):
                self.several, self.told_several = tw.YEARS[back[1]], True
                self.rule = "years_back"
            elif word.endswith("内") or self.text.startswith(tw.TAKEN, token.end):
                self._within(tw.YEARS[back[1]])
            elif tw.covers(self.text, token.start, token.end):
                self._look_ahead(tw.YEARS[back[1]])
            return
        if word.startswith("本届政府") and word.endswith(("来", "间", "年")):
            if self.frame.status is Status.ACTUAL and self.review is not None:
                self._look_back(max(self.several, 5), "years_back")
            return
        if word in tw.RELATIVE:
            yardstick = before.endswith(("于", "过")) and self.text.startswith("的", token.end)
            if yardstick or self._builds_on(i, None):
                return  # 不低于去年的2万人
            self.spanned = self.told_several = False
        if word in ("过去一年", "一年来"):
            self.named = self.review
            self.status, self.rule, self.several = Status.ACTUAL, "last_year", 1
        elif word in tw.YEARS_AGO:
            self.named = None if self.year is None else self.year - tw.YEARS_AGO[word]
            self.status, self.rule, self.several = Status.ACTUAL, "last_year", 1
        elif word in ("今年", "本年", "新的一年", "年内"):
            planned = self.frame.status is Status.TARGET
            # After a session at the year's end, 今年 is that year, and 新的一年 the next.
            year = self.planned if word == "新的一年" or (word == "年内" and planned) else self.year
            if year is not None and (planned or word != "年内"):
                self.named, self.rule, self.several = year, "this_year", 1
                done = year == self.review
                so_far = self.text.startswith("以来", token.end)
                self.status = Status.ACTUAL if done or so_far else Status.TARGET
        elif word == "明年":
            self.named = None if self.year is None else self.year + 1
            self.status, self.rule, self.several = Status.TARGET, "next_year", 1
        elif word in ("目前", "现在", "截至目前"):
            self.named, self.rule = self.review, "now"
            self.status, self.several = Status.ACTUAL, 1

    def _adverb(self, i: int) -> bool:
        """前三季度，…, 上半年增长: tells when; 上半年疫情 does not."""
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        told = lx.COMMA | lx.NAME | lx.REGION | lx.REACH | lx.UP | lx.DOWN
        return after is not None and bool(after.mask & told) and not self._before(i).endswith("由")

    def _look_back(self, years: int, rule: str) -> None:
        """五年来: so many years up to the one under review."""
        self.several, self.told_several, self.rule = years, True, rule
        self.status, self.named, self.spanned = Status.ACTUAL, self.review, False

    def _look_ahead(self, years: int) -> None:
        """今后五年: so many years, that of delivery being the first."""
        if self.planned is not None:
            self.named, self.since = self.planned + years - 1, self.planned
            self.several, self.told_several = years, True
            self.status, self.rule = Status.TARGET, "years_ahead"

    def _plan(self, word: str, first: int, last: int) -> None:
        """“十四五”末 is its last year, “十四五”期间 the whole of it; a bare name says no year."""
        if word.endswith("末"):
            self.named, self.rule = last, "plan_end"
        elif word.endswith("以来"):
            if self.review is not None and first <= self.review:
                end = min(last, self.review)
                self._look_back(end - first + 1, "since_plan")
                self.named, self.since, self.spanned = end, first, True
            return
        elif word.endswith(("期间", "时期", "计划")):
            self.named, self.since, self.spanned, self.rule = last, first, True, "plan_period"
        else:
            return
        if self.review is not None:
            self.status = Status.TARGET if last > self.review else Status.ACTUAL

    @property
    def may_span(self) -> bool:
        """Whether a figure may be of several years here, so that it matters what is summed."""
        return self.several > 1 or self.spanned or self.rule == "named_year"

    def period(self, measure: Measure, flow: bool, total: bool, reached: bool) -> Period:
        """The period of a figure of this measure, at the place read up to.

        `reached`: the value is where the period ends (达到), not its sum.
        """
        period = self._whole(measure, flow, total, reached)
        return period._replace(rule="part_of_year") if self.part_of_year else period

    def _whole(self, measure: Measure, flow: bool, total: bool, reached: bool) -> Period:
        status = self.status or self.frame.status
        last = self.named if self.named is not None else self.frame.year
        if self.status is Status.ACTUAL and self.named is None:
            last = self.review
        if last is None:
            return Period(status, None, None, self.rule)
        if self.base is not None and self.base >= last:
            # 比1964年增长: what follows that year, whatever the frame
            last = self.base + 1
            if self.review is not None and last > self.review:
                status = Status.TARGET
        if measure is Measure.RATIO and self.multiple_of is not None:
            return Period(status, self.multiple_of, last, self.rule)
        first = last
        if measure is Measure.RATIO and self.base is None:
            first = last - (self.several if self.several > 1 else 1)
        if self.base is not None and measure is not Measure.LEVEL:
            first = self.base if self.base != last - 1 or measure is Measure.RATIO else last
            if measure is Measure.AVERAGE_GROWTH:
                first = self.base
        elif self.from_year is not None and measure in (Measure.GROWTH, Measure.CHANGE):
            first = self.from_year if self.from_year < last - 1 else last
        elif measure is Measure.AVERAGE_GROWTH:
            first = self._first(last)
        elif self.spanned and self.since is not None:
            summed = flow and (total or not reached)
            first = self.since if measure is not Measure.LEVEL or summed else last
        elif self.several > 1 and (
            self.rule == "years_ahead" or self.named in (None, self.review, self.frame.year)
        ):
            summed = flow and self.told_several and not reached and measure is Measure.LEVEL
            if total or summed or self.yearly or measure in (Measure.CHANGE, Measure.GROWTH):
                first = last - self.several + 1
        elif total and self.rule == "named_year" and self.year is not None and last > self.year:
            # 到2025年，累计…: over the plan that ends then
            first = next((a for a, b in PLANS.values() if b == last), self.year)
        return Period(status, first, last, self.rule)

    def _first(self, last: int) -> int:
        if self.spanned and self.since is not None:
            return self.since
        span = self.several if self.several > 1 else 5
        return last - span + 1
