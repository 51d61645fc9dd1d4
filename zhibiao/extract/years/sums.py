"""Whether a figure is the sum of several years, what the last of them reached, or of one year."""

from __future__ import annotations

import re

from zhibiao.catalogue.indicators import Kind
from zhibiao.domain import Measure, Status
from zhibiao.extract.measure import Reading
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.sentences import Line
from zhibiao.extract.years.clock import Clock
from zhibiao.extract.years.period import Figure, Period

_ADDED = re.compile("累计|合计|共计")
_DONE = ("完成", "实现", "投入", "共")
# 累计接待游客…、旅游收入…; 累计…，实现旅游收入…: the sum goes on
_GOES_ON = ("、", "和", "，实现", "，完成", ",实现", ",完成")
_SHARE_OF_IT = 16  # characters that may stand between a sum and the whole that it is a share of
_DENSE = ("微克/立方米",)  # of a concentration: it falls as a rate does
_A_YEARS_FALL = 6  # of a concentration or an intensity
# A flow that rises by less, in percent, does so in a year even where five are reviewed; behind
# its own yearly amount it may rise by more.
_A_YEARS_RISE = 15
_A_YEARS_RISE_OF_AMOUNT = 50


class Sums:
    """What the figures of one sentence say of the years of those after them."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.amounts: set[str] = set()  # indicators of which an amount of one year was told
        self.summed = -1  # where the last sum of several years ended

    def figure(self, clock: Clock, binding: Binding, number: Number, reading: Reading) -> Figure:
        """What is to be known of a number to tell its years."""
        flow = reading.indicator is None or reading.indicator.kind is Kind.FLOW
        if not clock.may_span:
            return Figure(reading.measure, flow, False, False, False)
        text = self.line.text
        jobs = reading.indicator is not None and reading.indicator.id == "urban_new_jobs"
        ends = lx.GE | lx.TO | lx.APPROX if jobs else lx.REACH | lx.GE | lx.TO | lx.APPROX
        done = text[number.start - 3 : number.start].endswith(_DONE)
        reached = bool(binding.words & ends) and not done
        added = _ADDED.search(text, self._said_from(binding), number.start) is not None
        if self.summed >= 0 and not reached and text.startswith(_GOES_ON, self.summed):
            added |= number.start - self.summed < 20
        summed = (flow and (jobs or added)) or (added and reading.measure is Measure.GROWTH)
        if binding.rule == "purpose" or (binding.rule == "share" and self._of_sum(binding)):
            flow = summed = True  # of what was spent in all the years
        of_year = self._of_year(clock, number, reading, added)
        return Figure(reading.measure, flow, summed, reached, of_year)

    def _said_from(self, binding: Binding) -> int:
        """Where the words begin that may call a figure a sum: not before an earlier number."""
        first = binding.lead_from
        while first > 0 and binding.lead_from - first < 3:
            if self.line.masks[first - 1] == lx.NUMBER:
                break
            first -= 1
        return self.line.tokens[first].start

    def _of_year(self, clock: Clock, number: Number, reading: Reading, added: bool) -> bool:
        """Whether a rise is over the year before, in a review of several years."""
        if clock.statement.over_year:
            return True
        indicator = reading.indicator
        if reading.measure is not Measure.GROWTH or indicator is None:
            return False
        if added or clock.span.told or clock.frame.status is Status.TARGET:
            return False
        if number.unit != "%":
            return False
        if indicator.kind is Kind.INTENSITY or indicator.units[0] in _DENSE:
            return number.value < _A_YEARS_FALL
        if indicator.kind not in (Kind.FLOW, Kind.STOCK):
            return False
        if indicator.id in self.amounts:
            return number.value < _A_YEARS_RISE_OF_AMOUNT
        return indicator.kind is Kind.FLOW and number.value < _A_YEARS_RISE

    def _of_sum(self, binding: Binding) -> bool:
        """累计…148亿元，占支出的82%: a share of the sum just told."""
        said_from = self.line.tokens[binding.lead_from].start
        return binding.slot.end < self.summed < said_from < self.summed + _SHARE_OF_IT

    def told(self, number: Number, reading: Reading, period: Period) -> None:
        """Note a figure for those after it."""
        if reading.measure is not Measure.LEVEL:
            return
        one_year = period.first == period.last
        if one_year and reading.indicator is not None:
            self.amounts.add(reading.indicator.id)
        self.summed = -1 if one_year else number.end
