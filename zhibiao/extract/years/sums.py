"""Whether a figure is the sum of several years, what the last of them reached, or of one year."""

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
from zhibiao.extract.words.sentences import Line
from zhibiao.extract.years.beside import BESIDE_PLAN, beside_plan, beside_term
from zhibiao.extract.years.clock import Clock
from zhibiao.extract.years.large_rises import of_several_years
from zhibiao.extract.years.means import is_mean
from zhibiao.extract.years.period import Accrual, Period
from zhibiao.language.wording import wording

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_FLOW: Final = Kind.FLOW
_NO: Final = Made.NO
_INTENSITY: Final = Kind.INTENSITY
_CHANGE: Final = Measure.CHANGE
_GROWTH: Final = Measure.GROWTH
_LEVEL: Final = Measure.LEVEL
_RATIO: Final = Measure.RATIO
_TARGET: Final = Status.TARGET
_WORDING: Final = wording(__name__)
_ADDED: Final = _WORDING.pattern("added")
_RISES_BEHIND: Final = _WORDING.pattern("rises_behind")
_ANNOUNCED: Final = _WORDING.pattern("announced")
_DONE: Final = _WORDING.words("done")
_OF_YEARS: Final = _WORDING.pattern("of_years")
_BEHIND_YEARS: Final = frozenset(_WORDING.text("behind_years"))
_PUT_IN: Final = _WORDING.words("put_in")
_RISES_SOON: Final = _WORDING.pattern("rises_soon")
_FROM_OUTSIDE: Final = _WORDING.words("from_outside")
_BEFORE_NAME: Final = 12  # characters before a name in which its years are counted
_BEFORE_SHARE: Final = 30  # characters before a share that may say how often it was reached
_COUNTED_FIRST: Final = _WORDING.pattern("counted_first")
_THEN_BEHIND: Final = _WORDING.pattern("then_behind")
_SPENT: Final = _WORDING.words("spent")
_OPENS_ON_YEARS: Final = _WORDING.pattern("opens_on_years")
_OPENING: Final = 10  # characters that a paragraph opens with
_VERBS: Final = _WORDING.words("verbs")
_GOES_ON: Final = ("、", "和", *(mark + verb for mark in "，," for verb in _VERBS))
# …，实际利用外资5亿美元: and so it does where nothing but the next name stands before its number
_NEXT_NAME: Final = re.compile("[，,][^，,。；;0-9]{2,14}?")
_NEXT_SUM: Final = 20  # characters from the end of a sum to the number that goes on with it
# characters that may stand between a sum and the whole that it is a share of
_SHARE_OF_IT: Final = 16
_OVER: Final = _WORDING.words("over")
_PASSED: Final = _WORDING.words("passed")
_PACE: Final = _WORDING.words("pace")
_NEW: Final = _WORDING.words("new")
_CAPACITY: Final = _WORDING.words("capacity")
_GRANTED: Final = _WORDING.text("granted")
_ALWAYS: Final = _WORDING.pattern("always")
_OF_A_DEED: Final = _WORDING.pattern("of_a_deed")
_YEARS_TOLD: Final = _WORDING.pattern("years_told")
_KEPT: Final = _WORDING.words("kept")
_IN_A_ROW: Final = _WORDING.pattern("in_a_row")
_LISTS: Final = ("distribute", "list")  # the rules that read one
_PARAGRAPH: Final = 2000  # characters
_ANEW: Final = _WORDING.words("anew")
_NO_SUM_OF: Final = frozenset(("%", "‰", "年", *TIMES, POINTS))  # units
_NO_SUM: Final = _WORDING.pattern("no_sum")
_BASED_BEHIND: Final = _WORDING.pattern("based_behind")
_FOLD: Final = _WORDING.text("fold")
_YEARLY: Final = _WORDING.pattern("yearly")
_POINT_IN_TIME: Final = _WORDING.pattern("point_in_time")
_BASE: Final = _WORDING.pattern("base")


@mypyc_attr(acyclic=True)
class Sums:
    """What the figures of one sentence say of the years of those after them."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self._based: bool | None = None
        self._adds_from: int | None = None  # where 累计 stands; the text's length without one
        self.alone = False  # the last sum is one by its paragraph, and nothing goes on with it
        self.mean = False  # whether the figure read last is what a year had on average
        self.over = False  # whether the figure read last is told as more than its number
        self.adding = False  # whether the figure read last is of what is added
        self.told_sum = False  # whether one of those, or what was added, is of several
        self.told_level = False  # whether an amount of the catalogue is of one
        self.summed = -1  # where the last sum of several years ended

    def accrual(self, clock: Clock, binding: Binding, number: Number, reading: Reading) -> Accrual:
        """How a number adds up over the years that its sentence tells of."""
        flow = reading.indicator is None or reading.indicator.kind is _FLOW
        if not clock.may_span:
            return Accrual(reading.measure, flow, False, False, False, False)
        text, indicator = self.line.text, reading.indicator
        # of a bare head its own clause: the topic before it may have figures of its own
        name = re.split("[，,；;]", text[binding.slot.start : binding.slot.end])[-1]
        pace = name.endswith(_PACE) and bool(binding.words & lx.TO)  # 增速由5%提高到8%
        flow = flow or _GRANTED in name
        if indicator is not None and name.endswith(_CAPACITY):
            flow = False  # and so it is not 淘汰落后产能, which is work done
        adds = any(word in name for word in _NEW)
        if indicator is None:  # 达到66所: of what there is, whatever was added
            adds = adds and not binding.words & (lx.TO | lx.REACH | lx.TOTAL)
            adds = adds and number.unit not in _NO_SUM_OF
        else:
            adds = adds or indicator.work
        self.adding = adds
        ends = lx.GE | lx.TO | lx.APPROX if adds else lx.REACH | lx.GE | lx.TO | lx.APPROX
        done = text[number.start - 3 : number.start].endswith(_DONE)
        # 从3000美元到5000美元: the second value is where the rise ended
        passed = number.start < number.number_start  # 总量过1300亿元
        reached = passed or (bool(binding.words & ends) and not done)
        reached = reached or clock.statement.from_year is not None
        of_years = flow and reading.measure is _LEVEL and self._of_years_before(binding, name)
        reached = reached and not (of_years or beside_term(text, number))
        # …，是2012年的1.6倍: a sum is compared with no single year; …300亿元大关: nor is it a step
        reached = reached or (flow and _NO_SUM.match(text, number.end) is not None)
        called = self._said_to_add(binding, number)
        per_head = indicator is not None and indicator.per_head
        adding = self._goes_on_adding(clock, number, flow)
        if reading.measure is _LEVEL and not (of_years or called or adding):
            reached = reached or per_head or (flow and self._rises(name, number))
        fades = clock.year_fades
        of_review = called and (fades or (clock.then_reached and clock.frame.several > 1))
        of_review = of_review and (flow or reading.measure is _GROWTH)
        goes_on = not reached or self._over_in_list(binding, number)
        added = of_years or called or (goes_on and adding)
        self.over = bool(binding.words & lx.GE)
        understood = False
        if (
            flow
            and not (added or reached or per_head)
            and clock.frame.several > 1
            and clock.span.last is None
        ):
            told = indicator is not None and clock.frame.status is not _TARGET
            added = beside_term(text, number) or beside_plan(text, number)
            added = added or self._adding(number, told)
            spent = told and name.endswith(_SPENT) and self._spent_in_years(number)
            if spent and not added:
                added = self.alone = True
            if told and not added and reading.measure is _LEVEL:
                understood = self._brought_in(name, number)
                added = understood and not self._beside_last_year()
        goes_on = self.mean and (
            (binding.inherited and binding.rule in _LISTS)  # A和B年均分别超过700亿元和500亿元
            or (self.summed >= 0 and text[self.summed] == "、")
        )
        self.mean = goes_on or is_mean(text, self._said_from(binding), number, reading)
        summed = (flow and (adds or added or self.mean)) or (added and reading.measure is _GROWTH)
        in_a_row = binding.rule == "purpose" and self._in_a_row(number)
        if (binding.rule == "purpose" and not in_a_row) or (
            binding.rule == "share" and self._of_sum(binding)
        ):
            flow = summed = True  # of what was spent in all the years
        of_year = clock.statement.over_year or pace
        of_year = of_year or (
            number.unit in ("%", POINTS)
            and not (added or clock.span.told)
            and (clock.span.status or clock.frame.status) is not _TARGET
            and (
                (
                    number.unit == "%"
                    and (indicator is None or indicator.kind is not _INTENSITY)
                    and self._bases_told()
                    and not of_several_years(self.line, number)
                )
                or _BASED_BEHIND.match(self.line.text, number.end) is not None
            )
        )
        kept = self._kept(clock, binding, number, flow)
        understood = understood or (not kept and self._may_be_kept(clock, binding, number))
        made = reading.measure is _CHANGE and indicator is not None and indicator.made is not _NO
        made = made and not clock.statement.base
        brought = reading.measure is _LEVEL and flow and not reached and not added
        understood = understood or (
            fades and (made or (brought and self._brought_in(name, number)))
        )
        # …，2027年达到300亿元；减少贫困人口15万人: of all the years of a plan
        of_review = of_review or (
            fades and made and clock.then_reached and clock.frame.status is _TARGET
        )
        of_review = of_review or (fades and (kept or (flow and adds and not reached)))
        manifold = reading.rule == "times_growth" and number.value >= 1
        if reading.measure is _GROWTH and not of_year and number.unit == "%":
            manifold = of_several_years(self.line, number)
        return Accrual(
            reading.measure, flow, summed, reached, of_year, kept, manifold, understood, of_review
        )

    def lacks_years(self, clock: Clock, binding: Binding, number: Number, reading: Reading) -> bool:
        """Whether something doubled over years that nobody counts (年均增长10%…；均实现翻番), or a
        mean is of such: 年均投资620亿元, in a review of one year."""
        if clock.may_span:
            return False
        if reading.indicator is not None and reading.measure is _LEVEL:
            return is_mean(self.line.text, self._said_from(binding), number, reading)
        if reading.measure is not _RATIO or clock.frame.status is _TARGET:
            return False
        said, text = clock.statement, self.line.text
        based = said.multiple_of or said.base or said.from_year or said.over_year
        if based or _FOLD not in text[number.start : number.end]:
            return False
        return _YEARLY.search(text, self._opening, number.start) is not None

    def _said_to_add(self, binding: Binding, number: Number) -> bool:
        """累计接待游客…, 产量合计，粮食为…: whether words before a number call it a sum."""
        text = self.line.text
        return (
            _ADDED.search(text, self._said_from(binding), number.start) is not None
            or _ANNOUNCED.search(text, self.line.tokens[0].start, number.start) is not None
        )

    def _in_a_row(self, number: Number) -> bool:
        """连续五年财政支出的七成以上用于民生: what it was at the last of them."""
        begin = max(self.line.tokens[0].start, number.start - _BEFORE_SHARE)
        return _IN_A_ROW.search(self.line.text, begin, number.start) is not None

    def _spent_in_years(self, number: Number) -> bool:
        """过去的五年，是…。民生支出362亿元: whether the paragraph opens with the years, and no
        rise over one of them follows what was spent."""
        text, opening = self.line.text, self._opening
        opens = _OPENS_ON_YEARS.search(text, opening, min(opening + _OPENING, number.start))
        then = _RISES_BEHIND.match(text, number.end) or _THEN_BEHIND.match(text, number.end)
        return opens is not None and then is None

    def _brought_in(self, name: str, number: Number) -> bool:
        """五年来，…。引进到位资金128亿元: whether it is told as work done, and beside no rise."""
        if not name.endswith(_FROM_OUTSIDE):
            return False
        return _RISES_SOON.match(self.line.text, number.end) is None

    def _rises(self, name: str, number: Number) -> bool:
        """进出口总额36.5亿元，增长67%: whether what is told to have risen over the years is no sum
        of them; only what was brought in is one."""
        if name.endswith(_FROM_OUTSIDE):
            return False
        return _RISES_BEHIND.match(self.line.text, number.end) is not None

    def _beside_last_year(self) -> bool:
        """进出口总额达到21亿美元，利用外资…: whether something of one year was told before it."""
        text, first = self.line.text, self.line.tokens[0].start
        return self.told_level or (first > 0 and text[first - 1] in "；;")

    def _of_years_before(self, binding: Binding, name: str) -> bool:
        """五年实际利用外资达到…: whether a count of years stands right before what is put in."""
        text, start = self.line.text, binding.slot.start
        if not start or text[start - 1] not in _BEHIND_YEARS or not name.endswith(_PUT_IN):
            return False
        return _OF_YEARS.search(text, max(0, start - _BEFORE_NAME), start) is not None

    def _goes_on_adding(self, clock: Clock, number: Number, flow: bool) -> bool:
        """累计接待游客…、旅游收入…: whether a number goes on with the sum told right before it."""
        if self.summed < 0 or self.alone:
            return False
        text = self.line.text
        if text.startswith(_GOES_ON, self.summed) and number.start - self.summed < _NEXT_SUM:
            return True
        of_years = flow and max(clock.frame.several, clock.span.several) > 1
        return of_years and _NEXT_NAME.fullmatch(text, self.summed, number.start) is not None

    def _over_in_list(self, binding: Binding, number: Number) -> bool:
        """累计完成投资超900亿元、进出口额超400亿元: whether an amount is listed behind a sum as
        more than its number, which a sum may be as well, and not as what was reached."""
        text = self.line.text
        if self.summed < 0 or text[self.summed] != "、":
            return False
        said = text[binding.slot.end : number.start]
        return said in _OVER or (self.over and said in _PASSED)

    def _kept(self, clock: Clock, binding: Binding, number: Number, flow: bool) -> bool:
        """五年来，就业率保持在95%以上: whether an outturn is the value in every year.

        Only where the paragraph tells of years, or the words of always: else it may be of the last.
        """
        text = self.line.text
        if not text.endswith(_KEPT, 0, number.number_start):
            return False
        if (clock.span.status or clock.frame.status) is _TARGET:
            return False
        if _IN_A_ROW.search(text, binding.slot.end, number.start) is not None:
            return False
        named = binding.slot.end if binding.slot.candidates else binding.slot.start
        always = _ALWAYS.search(text, named, number.start) is not None
        if clock.span.told and not (always or self.told_sum) and self._of_a_deed(clock, binding):
            return False
        if always or clock.span.told or clock.statement.average:
            return True
        if flow and number.unit != "%":
            return False  # 五年来，…。粮食产量稳定在60万吨以上: not by its paragraph alone
        return bool(
            # 五年新增就业26万人，失业率控制在4%以内
            (clock.span.passing and _COUNTED_FIRST.match(text, self.line.tokens[0].start))
            # 累计新增就业26万人，失业率控制在4%以内
            or (self.told_sum and clock.span.last is None and _is_round(number))
            or _YEARS_TOLD.search(text, self._opening, number.start) is not None
        )

    def _of_a_deed(self, clock: Clock, binding: Binding) -> bool:
        """近两年关闭小煤矿86座，森林覆盖率稳定在57%以上: whether the years told of, fewer than
        those under review, are those of a deed in an earlier clause, which they stand right in."""
        if clock.span.several >= clock.frame.several:
            return False
        start, end = self.line.tokens[0].start, binding.slot.start
        return _OF_A_DEED.search(self.line.text, start, end) is not None

    def _may_be_kept(self, clock: Clock, binding: Binding, number: Number) -> bool:
        """空气优良率保持在90%以上: whether a rate in a review of several years may be of each."""
        text, frame = self.line.text, clock.frame
        if frame.several == 1 or frame.status is _TARGET or clock.span.last is not None:
            return False
        held = _is_round(number) and text.endswith(_KEPT, 0, number.number_start)
        return held and _IN_A_ROW.search(text, binding.slot.end, number.start) is None

    def _said_from(self, binding: Binding) -> int:
        """Where the words begin that may call a figure a sum: not before an earlier number, and of
        a list of names where that begins (累计引进到位资金和利用外资分别达到…)."""
        first = binding.lead_from
        if binding.rule in _LISTS:
            masks = self.line.masks
            while first > 0 and not masks[first - 1] & (lx.COMMA | lx.NUMBER):
                first -= 1
            return self.line.tokens[first].start
        while first > 0 and binding.lead_from - first < 3:
            if self.line.masks[first - 1] == lx.NUMBER:
                break
            first -= 1
        return self.line.tokens[first].start

    @property
    def _reach(self) -> tuple[int, int]:
        """How far around the sentence words may tell of it; bounded, for lines without an end."""
        tokens = self.line.tokens
        return max(0, tokens[0].start - _PARAGRAPH), tokens[-1].end + _PARAGRAPH

    @property
    def _opening(self) -> int:
        """Where the paragraph begins, as far as it is looked through."""
        begin, _ = self._reach
        return max(begin, self.line.text.rfind("\n", begin, self.line.tokens[0].start) + 1)

    def _adding(self, number: Number, told: bool) -> bool:
        """累计引进项目…；实际利用外资…，完成进出口…: in a review of years what a sentence begins
        to add up, it goes on adding up; and 利用外资3亿美元，累计完成进出口…: what it has told of
        the catalogue before that, without a rise over the year, is a sum too."""
        if self._adds_from is None:
            text, (begin, end) = self.line.text, self._reach
            first = self.line.tokens[0].start
            start = max(text.rfind(mark, begin, first) for mark in "。\n") + 1
            where = max(start, begin), min(self.line.tokens[-1].end, end)
            found = _ADDED.search(text, *where) or BESIDE_PLAN.search(text, *where)
            self._adds_from = len(text) if found is None else found.end()
        if self._adds_from < number.start:
            return True
        text = self.line.text
        ahead = told and self._adds_from < len(text)
        return ahead and _RISES_BEHIND.match(text, number.end) is None

    def _bases_told(self) -> bool:
        """增长4%；…，比2017年增长38%: where some rise has a base of its own, a plain one is over
        the year before."""
        if self._based is None:
            text, (_, end) = self.line.text, self._reach
            start = self._opening
            stop = text.find("\n", self.line.tokens[-1].end, end)
            stop = stop if stop >= 0 else end
            for mark in _ANEW:
                start = max(start, text.rfind(mark, start, self.line.tokens[0].end))
                following = text.find(mark, self.line.tokens[-1].end, stop)
                stop = following if following >= 0 else stop
            self._based = any(
                not _of_point_in_time(text, base.start())
                for base in _BASE.finditer(text, start, stop)
            )
        return self._based

    def _of_sum(self, binding: Binding) -> bool:
        """累计…148亿元，占支出的82%: a share of the sum just told."""
        said_from = self.line.tokens[binding.lead_from].start
        return binding.slot.end < self.summed < said_from < self.summed + _SHARE_OF_IT

    def told(self, number: Number, reading: Reading, period: Period) -> None:
        """Note a figure for those after it."""
        if reading.measure not in (_LEVEL, _CHANGE):
            return
        known = reading.indicator is not None
        self.told_level |= known and period.first == period.last and number.unit != "%"
        alone = self.mean and self.line.text[number.end : number.end + 1] != "、"
        self.summed = -1 if period.first == period.last or alone else number.end
        self.told_sum |= (known or self.adding) and self.summed >= 0


def _is_round(number: Number) -> bool:
    """4.5%以内: whether a rate may be a bound that was held, and is no measured value (3.46%)."""
    return number.unit == "%" and number.value * 10 % 1 == 0


def _of_point_in_time(text: str, start: int) -> bool:
    """2022年底，…，比2017年增加3平方米: whether a sentence tells of the end of a year."""
    opening = max(text.rfind(mark, max(0, start - _PARAGRAPH), start) for mark in "。\n") + 1
    return _POINT_IN_TIME.search(text[opening:start]) is not None
