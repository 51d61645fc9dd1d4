"""Whether a figure is the sum of several years, what the last of them reached, or of one year."""

from __future__ import annotations

import re
from typing import Final

from zhibiao.catalogue.indicators import Kind
from zhibiao.catalogue.units import POINTS, TIMES
from zhibiao.compiled import mypyc_attr
from zhibiao.domain import Measure, Status
from zhibiao.extract.measure import Reading
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.sentences import Line
from zhibiao.extract.years.beside import beside_plan, beside_term
from zhibiao.extract.years.clock import Clock
from zhibiao.extract.years.figure import Figure
from zhibiao.extract.years.kept import in_a_row, is_held, is_kept, may_be_kept
from zhibiao.extract.years.large_rises import of_several_years
from zhibiao.extract.years.means import is_mean
from zhibiao.extract.years.paragraph import ADDED, Paragraph, based_behind
from zhibiao.extract.years.period import Accrual, Period
from zhibiao.language.wording import wording

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_FLOW: Final = Kind.FLOW
_INTENSITY: Final = Kind.INTENSITY
_CHANGE: Final = Measure.CHANGE
_GROWTH: Final = Measure.GROWTH
_LEVEL: Final = Measure.LEVEL
_RATIO: Final = Measure.RATIO
_TARGET: Final = Status.TARGET
_WORDING: Final = wording(__name__)
_ANNOUNCED: Final = _WORDING.pattern("announced")
_THEN_BEHIND: Final = _WORDING.pattern("then_behind")
_SPENT: Final = _WORDING.words("spent")
_VERBS: Final = _WORDING.words("verbs")
_GOES_ON: Final = ("、", "和", *(mark + verb for mark in "，," for verb in _VERBS))
# …，实际利用外资5亿美元: and so it does where nothing but the next name stands before its number
_NEXT_NAME: Final = re.compile("[，,][^，,。；;0-9]{2,14}?")
_NEXT_SUM: Final = 20  # characters from the end of a sum to the number that goes on with it
# characters that may stand between a sum and the whole that it is a share of
_SHARE_OF_IT: Final = 16
_OF_WHICH: Final = _WORDING.text("of_which")
_OVER: Final = _WORDING.words("over")
_PASSED: Final = _WORDING.words("passed")
_PACE: Final = _WORDING.words("pace")
_EXPECTED: Final = _WORDING.pattern("expected")
_NEAR: Final = 10  # characters before a number
_LISTS: Final = ("distribute", "list")  # the rules that read one
_FOLD: Final = _WORDING.text("fold")


@mypyc_attr(acyclic=True)
class Sums:
    """What the figures of one sentence say of the years of those after them."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self._paragraph: Paragraph | None = None
        self.alone = False  # the last sum is one by its paragraph, and nothing goes on with it
        self.mean = -1  # where the figure ends that was read last, if it is a mean of years
        self.over = False  # whether the figure read last is told as more than its number
        self.adding = False  # whether the figure read last is of what is added
        self.told_sum = False  # whether one of those, or what was added, is of several
        self.told_level = False  # whether an amount of the catalogue is of one
        self.summed = -1  # where the last sum of several years ended

    @property
    def paragraph(self) -> Paragraph:
        """What stands around the sentence; few figures ask."""
        if self._paragraph is None:
            self._paragraph = Paragraph(self.line)
        return self._paragraph

    def accrual(self, clock: Clock, binding: Binding, number: Number, reading: Reading) -> Accrual:
        """How a number adds up over the years that its sentence tells of."""
        if not clock.may_span:
            flow = reading.indicator is None or reading.indicator.kind is _FLOW
            return Accrual(reading.measure, flow, False, False, False, False)
        figure = Figure(self.line.text, clock, binding, number, reading)
        self.adding = figure.adds
        called = self._said_to_add(binding, number)
        goes_on = self._goes_on_adding(figure)
        reached = figure.reached()
        if not (figure.of_years or called or goes_on):
            reached = reached or figure.is_no_sum()
        added = figure.of_years or called
        over = self._over_in_list(binding, number)
        added = added or (goes_on and (not reached or over))
        self.over = bool(binding.words & lx.GE)
        by_paragraph = not (added or reached) and self._added_by_paragraph(figure)
        understood = not (added or reached or by_paragraph) and self._brought_in(figure)
        added = added or by_paragraph or (understood and not self._beside_last_year())
        summed = figure.flow and (figure.adds or added)
        summed = summed or (added and reading.measure is _GROWTH)
        if self._of_all_spent(figure):
            figure.flow = summed = True
        of_year = self._of_one_year(figure, added)
        held = is_held(figure)
        kept = held and is_kept(figure, self.line, self.paragraph.opening, self.told_sum)
        understood = understood or (held and not kept and may_be_kept(figure))
        brought = figure.flow and not (reached or added) and figure.brought_in()
        understood = understood or (clock.year_fades and (figure.made or brought))
        return Accrual(
            reading.measure, figure.flow, summed, reached, of_year, kept,
            _manifold(figure, self.line, of_year), understood,
            _of_review(figure, called, kept, reached), _rises(figure),
        )  # fmt: skip

    def lacks_years(self, clock: Clock, number: Number, reading: Reading) -> bool:
        """Whether something doubled over years that nobody counts: 年均增长10%…；均实现翻番."""
        if clock.may_span or reading.measure is not _RATIO or clock.frame.status is _TARGET:
            return False
        said = clock.statement
        based = said.multiple_of or said.base or said.from_year or said.over_year
        if based or _FOLD not in self.line.text[number.start : number.end]:
            return False
        return self.paragraph.tells_yearly(number.start)

    def is_mean(self, binding: Binding, number: Number, reading: Reading) -> bool:
        """年均投资620亿元: whether an amount is the mean of several years, which is that of none of
        them, and not their sum."""
        if not self.line.present & lx.TIME:
            return False  # as in most sentences
        mean = self._goes_on_with_mean(binding) or is_mean(
            self.line.text, self._said_from(binding), number, reading
        )
        self.mean = number.end if mean else -1
        return mean

    def told(self, number: Number, reading: Reading, period: Period) -> None:
        """Note a figure for those after it."""
        if reading.measure not in (_LEVEL, _CHANGE):
            return
        known = reading.indicator is not None
        self.told_level |= known and period.first == period.last and number.unit != "%"
        self.summed = -1 if period.first == period.last else number.end
        self.told_sum |= (known or self.adding) and self.summed >= 0

    def _said_to_add(self, binding: Binding, number: Number) -> bool:
        """累计接待游客…, 产量合计，粮食为…: whether words before a number call it a sum."""
        text = self.line.text
        return (
            ADDED.search(text, self._said_from(binding), number.start) is not None
            or _ANNOUNCED.search(text, self.line.tokens[0].start, number.start) is not None
        )

    def _goes_on_adding(self, figure: Figure) -> bool:
        """累计接待游客…、旅游收入…: whether a number goes on with the sum told right before it."""
        if self.summed < 0 or self.alone:
            return False
        text, start, clock = figure.text, figure.number.start, figure.clock
        if text.startswith(_GOES_ON, self.summed) and start - self.summed < _NEXT_SUM:
            return True
        if figure.flow and text.endswith(_OF_WHICH, 0, figure.binding.slot.start):
            return True  # 累计收入超过2266亿元，年均增长8%，其中税收超过942亿元
        of_years = figure.flow and max(clock.frame.several, clock.span.several) > 1
        return of_years and _NEXT_NAME.fullmatch(text, self.summed, start) is not None

    def _over_in_list(self, binding: Binding, number: Number) -> bool:
        """累计完成投资超900亿元、进出口额超400亿元: whether an amount is listed behind a sum, or is
        told as a part of it, as more than its number, which a sum may be as well."""
        text = self.line.text
        if self.summed < 0:
            return False
        if text[self.summed] != "、" and not text.endswith(_OF_WHICH, 0, binding.slot.start):
            return False
        said = text[binding.slot.end : number.start]
        return said in _OVER or (self.over and said in _PASSED)

    def _by_paragraph(self, figure: Figure) -> bool:
        """Whether a flow of several years has no words of its own, so that its paragraph tells."""
        clock = figure.clock
        several = clock.frame.several > 1 and clock.span.last is None
        return figure.flow and several and not figure.per_head

    def _added_by_paragraph(self, figure: Figure) -> bool:
        """Whether what stands around a flow makes it a sum of several years."""
        if not self._by_paragraph(figure):
            return False
        text, number = figure.text, figure.number
        if beside_term(text, number) or beside_plan(text, number) or self._adds_up(figure):
            return True
        if figure.of_review and figure.name.endswith(_SPENT) and self._spent_in_years(figure):
            self.alone = True
            return True
        return False

    def _adds_up(self, figure: Figure) -> bool:
        """累计引进项目…；实际利用外资…，完成进出口…: in a review of years what a sentence begins
        to add up, it goes on adding up; and 利用外资3亿美元，累计完成进出口…: what it has told of
        the catalogue before that, without a rise over the year, is a sum too."""
        adds_from = self.paragraph.adds_from
        if adds_from < figure.number.start:
            return True
        ahead = figure.of_review and adds_from < len(figure.text)
        return ahead and not figure.rises_behind()

    def _spent_in_years(self, figure: Figure) -> bool:
        """过去的五年，是…。民生支出362亿元: whether the paragraph opens with the years, and no
        rise over one of them follows what was spent."""
        number = figure.number
        if figure.rises_behind() or _THEN_BEHIND.match(figure.text, number.end) is not None:
            return False
        return self.paragraph.opens_on_years(number.start)

    def _brought_in(self, figure: Figure) -> bool:
        """Whether what is told as work done is of all the years or the last: no word says which."""
        return self._by_paragraph(figure) and figure.of_review and figure.brought_in()

    def _beside_last_year(self) -> bool:
        """进出口总额达到21亿美元，利用外资…: whether something of one year was told before it."""
        text, first = self.line.text, self.line.tokens[0].start
        return self.told_level or (first > 0 and text[first - 1] in "；;")

    def _goes_on_with_mean(self, binding: Binding) -> bool:
        """A和B年均分别超过700亿元和500亿元, 年均完成A95亿元、B120亿元: whether a mean is told of it
        with the one before."""
        if self.mean < 0 or binding.words & (lx.REACH | lx.TO):
            return False  # 年均提高1.5个百分点、达到60%
        listed = binding.inherited and binding.rule in _LISTS
        return listed or self.line.text[self.mean] == "、"

    def _of_all_spent(self, figure: Figure) -> bool:
        """Whether a share is of what was spent in all the years."""
        rule = figure.binding.rule
        if rule == "purpose":
            return not in_a_row(figure, self.line)
        return rule == "share" and self._of_sum(figure.binding)

    def _of_sum(self, binding: Binding) -> bool:
        """累计…148亿元，占支出的82%: a share of the sum just told."""
        said_from = self.line.tokens[binding.lead_from].start
        return binding.slot.end < self.summed < said_from < self.summed + _SHARE_OF_IT

    def _of_one_year(self, figure: Figure, added: bool) -> bool:
        """Whether a rise is one over the year before."""
        clock, number, indicator = figure.clock, figure.number, figure.indicator
        if clock.statement.over_year:
            return True
        if figure.name.endswith(_PACE) and figure.binding.words & lx.TO:
            return True  # 增速由5%提高到8%
        if _EXPECTED.search(figure.text, max(0, number.start - _NEAR), number.start) is not None:
            return True
        if number.unit not in ("%", POINTS) or added or clock.span.told or figure.aims:
            return False
        known = number.unit == "%" and (indicator is None or indicator.kind is not _INTENSITY)
        if known and self.paragraph.bases_told() and not of_several_years(self.line, number):
            return True
        return based_behind(figure.text, number)

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


def _manifold(figure: Figure, line: Line, of_year: bool) -> bool:
    """增长1.7倍, 增长96%: whether a rise is larger than what a year brings."""
    if figure.measure is _GROWTH and figure.number.unit == "%":
        return not of_year and of_several_years(line, figure.number)
    return figure.reading.rule == "times_growth" and figure.number.value >= 1


def _rises(figure: Figure) -> bool:
    """Whether a figure tells by how much something rose: 6%, 1.4倍, 6个百分点; not 6‰."""
    if figure.measure is _GROWTH:
        return figure.number.unit == "%" or figure.number.unit in TIMES
    return figure.measure is _CHANGE and figure.number.unit == POINTS


def _of_review(figure: Figure, called: bool, kept: bool, reached: bool) -> bool:
    """Whether a figure is of all the years told of, though the last was named before it:
    …，2022年达到90亿元；累计投资…; …，2027年达到300亿元；减少贫困人口15万人, of a plan."""
    clock, fades = figure.clock, figure.clock.year_fades
    told = fades or (clock.then_reached and clock.frame.several > 1)
    if called and told and (figure.flow or figure.measure is _GROWTH):
        return True
    planned = figure.made and clock.then_reached and clock.frame.status is _TARGET
    return fades and (planned or kept or (figure.flow and figure.adds and not reached))
