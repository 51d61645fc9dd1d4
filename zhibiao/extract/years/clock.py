"""Follows the words of time through a sentence: outturn or aim, and of which years."""

from __future__ import annotations

from typing import Final

from zhibiao.compiled import mypyc_attr
from zhibiao.domain import Status
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.lexicon import Token
from zhibiao.extract.years import words as tw
from zhibiao.extract.years.counts import read_count, read_digits
from zhibiao.extract.years.epochs import epoch
from zhibiao.extract.years.passed_over import passed_over
from zhibiao.extract.years.plans_and_terms import read_plan, read_term
from zhibiao.extract.years.spoken import Span, Spoken, Statement, of_frame
from zhibiao.language.plans import counted, plan_years
from zhibiao.language.relative_years import (
    COMING_YEAR,
    NEXT_YEAR,
    OFFSETS,
    PAST_YEAR,
    THIS_YEAR,
)

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_ACTUAL: Final = Status.ACTUAL
_TARGET: Final = Status.TARGET


@mypyc_attr(acyclic=True)
class Clock(Spoken):
    """Follows the words of time through one sentence."""

    def advance(self, place: int, new_lead: bool) -> None:
        """Read on up to token `place`."""
        if new_lead:
            if self.statement.average:
                if self.statement.base is not None:
                    self.averaged_from = self.statement.base
                self.averages = self.statement.base is None
            # a list of multiples goes on: 是2017年的1.6倍、1.8倍
            self.statement = Statement(self.sticky)
        while self.told < len(self.telling) and self.telling[self.told] < place:
            before = self.span
            self._read(self.telling[self.told])
            if self.span is not before and self.until < 0:
                self._end_with_bracket(self.tokens[self.telling[self.told]].start, before)
            self.told += 1
        if self.part_of_year:
            since = self.tokens[max(self.place, self.part_told + 1) : place]
            # 下半年重点工作 … 年底前完成: of the half-year all the same
            whole = tw.ALL_YEAR if self.frame.part_of_year else tw.WHOLE_YEAR
            self.part_of_year = not any(self.text.startswith(whole, t.start) for t in since)
        if 0 <= self.ground < self.tokens[place].start:
            self._reset()
        if 0 <= self.until < self.tokens[place].start:
            self.span, self.until = self.lasting, -1
        self.place = place

    def leave_base(self) -> None:
        """After 由2017年的A: the year was A's alone; what comes next is of the time before it."""
        if self.named_in_lead:
            self.span = self.prior

    def _read(self, i: int) -> None:
        """Take in the number or the word of time or resolve at token i."""
        token = self.tokens[i]
        if 0 <= self.ground < token.end:
            self._reset()
        if token.mask & lx.TONE and self.frame.status is _TARGET:
            self._resolve(token)
        elif (
            token.mask & lx.TONE
            and self.span.rule == "frame"  # not 2011年将实现, of the year under review
            and tw.is_to_come(self.tokens, self.text, i)
        ):
            self.span = Span(1, self.planned, None, _TARGET, "to_come")
        if self._passes_over(token):
            return
        if token.mask == lx.NUMBER:
            number = self.numbers[token.number]
            if number.year:
                self._year(i, number.year)
            elif number.unit == "年":
                read_digits(self, i, number)
        elif token.mask & lx.TIME:
            self._word(i)

    def _end_with_bracket(self, start: int, before: Span) -> None:
        """年均增长5.2%（2017—2019年年均增长6%）；…: years told in brackets end with them."""
        text, begin = self.text, self.tokens[0].start
        opened = text.rfind("（", begin, start)
        if opened >= 0 and text.find("）", opened, start) < 0:
            closed = text.find("）", start, self.tokens[-1].end)
            self.lasting, self.until = before, closed if closed >= 0 else self.tokens[-1].end

    def _passes_over(self, token: Token) -> bool:
        """是1960年到2010年51年的总和: whether a time only measures, or has values of its own."""
        if token.mask & (lx.TIME | lx.NUMBER) and token.start >= self.over:
            self.over = passed_over(self.text, token.start)
        return token.start < self.over

    def _reset(self) -> None:
        """Back to what the frame says."""
        self.span = of_frame(self.frame.several)
        if self.ground >= 0:
            self.sticky = self.ground_year  # what follows rises from there
            self.statement = Statement(self.sticky)
        self.ground, self.ground_year = -1, None

    def _resolve(self, token: Token) -> None:
        """去年…，今年力争…: among aims, a word of resolve ends what was said of a past year."""
        past = self.span.status is _ACTUAL
        past = past and self.span.rule in ("last_year", "named_year", "now")
        if past and self.text.startswith(tw.RESOLVE, token.start):
            self._reset()

    def _builds_on(self, i: int, year: int | None) -> bool:
        """在2020年基础上: the year is a base; 在去年接待100万人次的基础上: it holds up to there.

        What follows 继2020年获批之后 does not rise from then.
        """
        token = self.tokens[i]
        if not self.before(i).endswith(tw.RESTS_ON):
            return False
        ground = tw.ground_after(self.text, token.end)
        if ground is None:
            return False
        if any(t.mask == lx.NUMBER and t.start < ground.end for t in self.tokens[i + 1 : i + 12]):
            value = tw.value_behind(self.tokens, self.numbers, self.text, i)
            amount = value is not None and self.numbers[self.tokens[value].number].unit != "%"
            self.ground, self.ground_year = ground.end, year if amount and ground.carries else None
            return False
        if ground.carries:
            self.statement.base = year
        return True

    def _measures(self, i: int, year: int, before: str) -> bool:
        """恢复到2019年的水平, 是2019年的112%: whether an earlier year is what a number is told by.

        Not 从2017年的1.2%达到2022年的1.9%, which has its value in either year.
        """
        last = self.span.last if self.span.last is not None else self.frame.year
        if last is None or year >= last or self.statement.stated is not None:
            return False
        if tw.restored(self.text, self.tokens[i].start):
            return True
        return before.endswith(tw.SHARES) and tw.share_of(self.tokens, self.numbers, self.text, i)

    def _year(self, i: int, year: int) -> None:
        """Take in the year at token i: a base, the end of a span, or that of what follows."""
        before, end = self.before(i), self.tokens[i].end
        if tw.of_prices(self.text, end) or self.text.startswith(tw.FAR_AIMS, end):
            return
        if tw.of_an_event(self.text, before, end) or tw.RECORD_SINCE.match(self.text, end):
            return
        near = 0 <= self.last_year < i <= self.last_year + 3
        listed = near and tw.listed(self.tokens, self.text, self.last_year, i)
        if self.multiplies(i, before) or self._measures(i, year, before):
            self.statement.multiple_of = year
            self.rose_from(year)
            return
        if self._builds_on(i, year):
            return
        if not listed and tw.compared(self.text, before, end):
            self.compare(i, year)
            return
        if before.endswith(tw.STARTS) and self.states(i, year):
            return
        since = self.text.startswith(tw.UP_TO_NOW, end)
        if since and self.review is not None and year <= self.review:
            self.look_back(self.review - year + 1, "since_year")
            self.span = self.span._replace(first=year)
            return
        named, first = self.span.last, None
        if listed and named is not None and year == named + 1:
            first = named
        elif near and named is not None and year > named and tw.RANGE_MARK.search(before):
            between = self.tokens[self.last_year : i]
            first = None if any(t.mask & (lx.COMMA | lx.LIST) for t in between) else named
        onward = before.endswith(tw.SINCE) and self.text.startswith(tw.BEGINS, end)
        if first is None and (onward or self._of_one_deed(i, year, before)):
            return
        self.prior, self.averaged_from = self.span, None
        several, status = self.span.several, self.span.status
        if first is None and not before.endswith(tw.UP_TO):
            several = 1  # 2022年，… speaks of that year alone, among five as well
        if self.year is not None and self.review is not None:
            status = _TARGET if year > self.review else _ACTUAL
        self.span = Span(several, year, first, status, "named_year", first is not None)
        if not before.endswith(tw.UP_TO):
            self.statement.of_year_named(self.sticky)
        self.last_year = i
        self.aside = any(
            t.mask == lx.NUMBER and not self.numbers[t.number].year for t in self.tokens[:i]
        )
        self.then_reached = year == self.frame.year and tw.reached_then(self.tokens, i)

    def _of_one_deed(self, i: int, year: int, before: str) -> bool:
        """2018年贫困县全部摘帽，…: a year amid several is that of its clause alone."""
        frame = self.frame
        if frame.several == 1 or frame.year is None or year >= frame.year:
            return False
        aims = frame.status is _TARGET
        return not before.endswith(tw.UP_TO) and tw.of_one_deed(self.tokens, self.text, i, aims)

    def _word(self, i: int) -> None:
        """Take in the word of time at token i."""
        token = self.tokens[i]
        word = self.text[token.start : token.end]
        before = self.before(i)
        count = tw.COUNT.match(word)
        if before.endswith(tw.IN_A_ROW) or word.startswith(tw.IN_A_ROW):
            return  # 连续八年稳定在60万吨以上: a level of the last of them
        if before.endswith(tw.ORDINAL):
            return
        if word in tw.OVER_A_YEAR or word.endswith(tw.BUDGET):
            self.statement.over_a_year()
        elif word in tw.IN_A_YEAR:
            self.statement.average = self.span.several > 1
            self.statement.over_year = self.span.several == 1
        elif word in tw.PART_OF_YEAR:
            self.part_of_year = tw.tells_when(self.tokens, self.text, i)
            self.part_told = i
        elif word in tw.AVERAGE or word.endswith(tw.YEARLY_AVERAGE):
            if self.text.startswith(tw.AVERAGED_WITHIN, token.end):
                return  # 职工年均工资增长50%
            self.statement.average = True
            if word[0] in tw.TWO_TO_FIVE:
                self.statement.average_over = counted(word[0])  # 两年平均
        elif word in tw.EVERY_YEAR:
            # 始终牢记嘱托，…，总量达到…: not of what another clause tells
            self.statement.yearly = word == tw.EACH_YEAR or tw.within_clause(self.tokens, i)
            self.statement.average |= word == tw.EACH_YEAR
        elif (span := epoch(word, before, self.year, self.review)) is not None:
            self.span = span
        elif count is not None:
            start = token.start + count.start("count")
            prefix = count["before"] or before
            years, suffix = counted(count["count"]), count["after"] or ""
            if count["tens"]:
                years *= counted(count["tens"])  # 四十年来
            read_count(self, years, prefix, suffix, start, token.end)
        elif (plan := plan_years(word + tw.PERIOD)) is not None:
            read_plan(self, i, word, before, *plan)
        elif word.startswith(tw.TERM):
            read_term(self, i, word, before)
        elif word in tw.RELATIVE:
            self._relative(i, word, before)
        elif word in tw.NOW:
            if before.endswith(tw.STARTS) and self.review and self.states(i, self.review):
                return  # 由目前的55%提高到60%
            self.span = self.span._replace(last=self.review, status=_ACTUAL, several=1, rule="now")
        elif word in tw.NEW_YEAR:
            self._this_year(word, token.end)

    def _relative(self, i: int, word: str, before: str) -> None:
        """去年, 上年, 前年, 今年, 明年."""
        token = self.tokens[i]
        if tw.COMPARES.search(before):
            self.statement.over_a_year()
            last = self.span.last if self.span.last is not None else self.frame.year
            past = OFFSETS.get(word, 0)
            if last is not None and past < 0 and self.text.startswith(tw.OF, token.end):
                self.states(i, last + past)  # 比上年的58%提高2个百分点
            return
        yardstick = before.endswith(tw.MEASURED_BY) and self.text.startswith("的", token.end)
        if yardstick or word in tw.YEARS_BEGINNING or self._builds_on(i, self._year_before(word)):
            return  # 不低于去年的2万人
        if (
            word in THIS_YEAR
            and self.year
            and before.endswith(tw.STARTS)
            and self.states(i, self.year)
        ):
            return  # 由今年的3%提高到
        if OFFSETS.get(word, 0) < 0 and before.endswith(tw.STARTS):
            last = self.span.last if self.span.last is not None else self.frame.year
            if last is not None and self.states(i, last + OFFSETS[word]):
                return  # 由上年的52亿元增加到
        self.statement.of_year_named(self.sticky)
        if word in THIS_YEAR:
            self.span = self.span._replace(first=None, told=False)
            self._this_year(word, token.end)
            return
        if word in PAST_YEAR:
            last = self.review
        elif self.ground >= 0 and (of_ground := self._year_before(word)) is not None:
            last = of_ground  # 在上年320万吨的基础上
        else:
            last = None if self.year is None else self.year + OFFSETS[word]
        ahead = word in NEXT_YEAR
        status, rule = (_TARGET, "next_year") if ahead else (_ACTUAL, "last_year")
        self.span = Span(1, last, None, status, rule)

    def _year_before(self, word: str) -> int | None:
        """The year before the one that is told of, where a word means that: 上年 in a review."""
        year = self.span.last if self.span.last is not None else self.frame.year
        told = self.frame.status is _ACTUAL and word in tw.YEAR_BEFORE
        return year - 1 if told and year is not None else None

    def _this_year(self, word: str, end: int) -> None:
        """今年, 新的一年, 年内: the year of delivery, or the one planned where aims are told."""
        planned = self.frame.status is _TARGET
        # A session at the year's end plans 明年, or else calls that year 今年 where it plans.
        ahead = word == COMING_YEAR or (planned and (word == tw.WITHIN or not self.names_next))
        year = self.planned if ahead else self.year
        of_year = not planned and self.frame.several == 1
        if word in THIS_YEAR and of_year and tw.unfinished(self.text, end):
            year = self.review  # written before that year's end, given after it
        if year is not None and (planned or word != tw.WITHIN):
            done = year == self.review or self.text.startswith(tw.UP_TO_NOW, end)
            status = _ACTUAL if done else _TARGET
            self.span = self.span._replace(last=year, rule="this_year", several=1, status=status)
