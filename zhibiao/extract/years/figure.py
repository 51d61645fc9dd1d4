"""A figure with all that is known of it when its years are told: its name, its words, its time."""

from __future__ import annotations

import re
from typing import Final

from zhibiao.catalogue.indicators import Kind, Made
from zhibiao.catalogue.units import POINTS, TIMES
from zhibiao.compiled import mypyc_attr
from zhibiao.domain import Measure, Status
from zhibiao.extract.measure import Reading
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.years.beside import beside_term
from zhibiao.extract.years.clock import Clock
from zhibiao.language.wording import wording

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_FLOW: Final = Kind.FLOW
_NO: Final = Made.NO
_CHANGE: Final = Measure.CHANGE
_LEVEL: Final = Measure.LEVEL
_TARGET: Final = Status.TARGET
_WORDING: Final = wording(__name__)
_NEW: Final = _WORDING.words("new")
_GRANTED: Final = _WORDING.text("granted")
_CAPACITY: Final = _WORDING.words("capacity")
_NO_SUM_OF: Final = frozenset(("%", "‰", "年", *TIMES, POINTS))  # units
_NO_SUM: Final = _WORDING.pattern("no_sum")
_DONE: Final = _WORDING.words("done")
_OF_YEARS: Final = _WORDING.pattern("of_years")
_BEHIND_YEARS: Final = frozenset(_WORDING.text("behind_years"))
_BEFORE_NAME: Final = 12  # characters before a name in which its years are counted
_PUT_IN: Final = _WORDING.words("put_in")
_FROM_OUTSIDE: Final = _WORDING.words("from_outside")
_RISES_BEHIND: Final = _WORDING.pattern("rises_behind")
_RISES_SOON: Final = _WORDING.pattern("rises_soon")
_CLAUSE: Final = re.compile("[，,；;]")
_AMOUNT_REACHED: Final = lx.GE | lx.TO | lx.APPROX


@mypyc_attr(acyclic=True)
class Figure:
    """A number that is bound and read, at the place that the clock has read up to."""

    __slots__ = ("adds", "binding", "clock", "flow", "indicator", "measure", "name", "number",
                 "of_years", "reading", "text")  # fmt: skip

    def __init__(
        self, text: str, clock: Clock, binding: Binding, number: Number, reading: Reading
    ) -> None:
        self.text = text
        self.clock = clock
        self.binding = binding
        self.number = number
        self.reading = reading
        self.measure = reading.measure
        self.indicator = reading.indicator
        # of a bare head its own clause: the topic before it may have figures of its own
        self.name = _CLAUSE.split(text[binding.slot.start : binding.slot.end])[-1]
        self.flow = self._is_flow()  # a sum over time
        self.adds = self._adds()  # what is told is added: 新增
        self.of_years = self._of_years()  # a count of years stands right before it

    @property
    def per_head(self) -> bool:
        """Whether it is what each person has."""
        return self.indicator is not None and self.indicator.per_head

    @property
    def of_review(self) -> bool:
        """Whether it is of the catalogue, and no aim by its section."""
        return self.indicator is not None and self.clock.frame.status is not _TARGET

    @property
    def aims(self) -> bool:
        """Whether it is an aim."""
        return (self.clock.span.status or self.clock.frame.status) is _TARGET

    @property
    def is_round(self) -> bool:
        """4.5%以内: whether a rate may be a bound that was held, and no measured value (3.46%)."""
        return self.number.unit == "%" and self.number.value * 10 % 1 == 0

    @property
    def made(self) -> bool:
        """Whether it is of things made, without a base of its own."""
        made = self.indicator is not None and self.indicator.made is not _NO
        return self.measure is _CHANGE and made and not self.clock.statement.base

    def reached(self) -> bool:
        """达到: whether words say that the value is where its years end."""
        ends = _AMOUNT_REACHED if self.adds else _AMOUNT_REACHED | lx.REACH
        text, number = self.text, self.number
        done = text[number.start - 3 : number.start].endswith(_DONE)
        passed = number.start < number.number_start  # 总量过1300亿元
        said = passed or (bool(self.binding.words & ends) and not done)
        # 从3000美元到5000美元: the second value is where the rise ended
        said = said or self.clock.statement.from_year is not None
        if said and not (self.of_years or beside_term(text, number)):
            return True
        # …，是2012年的1.6倍: a sum is compared with no single year; …300亿元大关: nor is it a step
        return self.flow and _NO_SUM.match(text, number.end) is not None

    def is_no_sum(self) -> bool:
        """Whether nothing adds it up: it is what each has, or has risen over its years.

        进出口总额36.5亿元，增长67%; but what was brought in is a sum even so.
        """
        if self.measure is not _LEVEL:
            return False
        rises = self.flow and not self.name.endswith(_FROM_OUTSIDE)
        return self.per_head or (rises and self.rises_behind())

    def rises_behind(self) -> bool:
        """…，增长12%: whether a rise of it is told right behind it."""
        return _RISES_BEHIND.match(self.text, self.number.end) is not None

    def brought_in(self) -> bool:
        """五年来，…。引进到位资金128亿元: whether it is told as work done, and beside no rise."""
        if self.measure is not _LEVEL or not self.name.endswith(_FROM_OUTSIDE):
            return False
        return _RISES_SOON.match(self.text, self.number.end) is None

    def _is_flow(self) -> bool:
        if self.indicator is not None and self.name.endswith(_CAPACITY):
            return False  # not 淘汰落后产能, which is work done
        flow = self.indicator is None or self.indicator.kind is _FLOW
        return flow or _GRANTED in self.name

    def _adds(self) -> bool:
        new = any(word in self.name for word in _NEW)
        if self.indicator is not None:
            return new or self.indicator.work
        if self.binding.words & (lx.TO | lx.REACH | lx.TOTAL):
            return False  # 达到66所: of what there is, whatever was added
        return new and self.number.unit not in _NO_SUM_OF

    def _of_years(self) -> bool:
        """五年实际利用外资达到…: whether a count of years stands right before what is put in."""
        text, start = self.text, self.binding.slot.start
        if not self.flow or self.measure is not _LEVEL or not start:
            return False
        if text[start - 1] not in _BEHIND_YEARS or not self.name.endswith(_PUT_IN):
            return False
        return _OF_YEARS.search(text, max(0, start - _BEFORE_NAME), start) is not None
