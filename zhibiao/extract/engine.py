"""The stages in order, up to one decision a number: numbers, words, binding, measure, time."""

from __future__ import annotations

from typing import Final, NamedTuple

from zhibiao.catalogue.indicators import Catalogue, Kind, Made
from zhibiao.domain import CleanText, Measure, Metadata, StatementKind, Status
from zhibiao.extract.built_since import built_since
from zhibiao.extract.certainty import doubts_of
from zhibiao.extract.checks import lacks_digits
from zhibiao.extract.counting import Sentence, counting_sentences
from zhibiao.extract.decision import Decision, goes_beyond
from zhibiao.extract.measure import (
    NAMED_FALL,
    NAMED_GROWTH,
    Reading,
    direction_after,
    direction_before,
    direction_between,
    grows_net,
    keeps_pace,
    read_measure,
    read_open,
)
from zhibiao.extract.mentions import Said, read_mentions
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.number.quantities import read_numbers
from zhibiao.extract.number.separators import one_separator
from zhibiao.extract.owner.asides import bind_lines, part_circumstances
from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.referred_back import refer_back
from zhibiao.extract.owner.yardsticks import (
    is_aim_compared,
    is_density,
    is_missed,
    speaks_of_aims,
    superseded,
    told_by_others,
)
from zhibiao.extract.scope.home import home_of
from zhibiao.extract.statements import Answered, Ground, Stated, read_statements
from zhibiao.extract.table.figures import Figure, read_tables
from zhibiao.extract.table.grid import find_tables, without_tables
from zhibiao.extract.table.names import Names
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.lexicon import scanner
from zhibiao.extract.words.sentences import Line, sentences, tokenize
from zhibiao.extract.years.clock import Clock
from zhibiao.extract.years.comparisons import Comparison
from zhibiao.extract.years.from_to import is_base_side
from zhibiao.extract.years.known import reading_years
from zhibiao.extract.years.period import (
    began_within_year,
    period_of,
    period_of_aim,
    period_of_start,
    period_of_year,
)
from zhibiao.extract.years.sums import Sums
from zhibiao.extract.years.words import is_share_then, says_aim
from zhibiao.language.resolve import RESOLVE
from zhibiao.language.simplified import simplified
from zhibiao.language.wording import wording
from zhibiao.outline.tree import read_outline

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_ALWAYS: Final = Made.ALWAYS
_FLOW: Final = Kind.FLOW
_STOCK: Final = Kind.STOCK
_GROWTH: Final = Measure.GROWTH
_LEVEL: Final = Measure.LEVEL
_TARGET: Final = Status.TARGET
_MENTIONED: Final = StatementKind.MENTIONED
# Words that make a quantity of a bare number.
_SAID: Final = lx.REACH | lx.TO | lx.GE | lx.LE | lx.APPROX | lx.UP | lx.DOWN
_WORDING: Final = wording(__name__)
_SETTLED: Final = _WORDING.words("settled")
_OF_PERCENT: Final = _WORDING.text("of_percent")
_SCORED: Final = _WORDING.words("scored")
_SUMMED: Final = _WORDING.pattern("summed")
_ADDED: Final = _WORDING.pattern("added")
_YEARLY: Final = _WORDING.words("yearly")
_YUAN: Final = _WORDING.text("yuan")


class Decided(NamedTuple):
    """What was made of a text: of each of its numbers, and of what is stated without one."""

    decisions: list[Decision]  # in order
    statements: list[Stated]  # in order
    sentences: list[tuple[int, int]]  # in order


def decide(
    clean: CleanText, raw_text: str, metadata: Metadata, catalogue: Catalogue,
    explaining: bool = False,
) -> Decided:  # fmt: skip
    """A decision for every number of the text, and what is stated without one.

    Every stage goes over all sentences before the next begins, which is faster than sentence by
    sentence.
    """
    whole = one_separator(simplified(clean.text))
    tables = find_tables(whole, raw_text, clean.offsets)
    text = without_tables(whole, tables)
    years = reading_years(text, metadata)
    numbers = read_numbers(text, 0, len(text))
    frames = read_outline(text, years).frames
    places = sentences(text)
    counting = counting_sentences(text, places, numbers, frames)
    decisions = _no_statements(counting)
    stating = [sentence for sentence in counting if sentence.states]
    scan = scanner(catalogue)
    home = home_of(metadata, text)
    names = Names(catalogue, scan, home.names)
    decisions += map(_of_table, read_tables(whole, tables, frames, years, names))

    tokens = tokenize(text, [(s.start, s.end) for s in stating], [s.numbers for s in stating], scan)
    circumstances = [part_circumstances(text, own) for own in tokens]
    lines = [Line(text, own) for own in tokens]
    bindings = [
        bind_lines(line, s.numbers, catalogue, home, spans, explaining)
        for s, line, spans in zip(stating, lines, circumstances, strict=True)
    ]
    refer_back(text, lines, [s.numbers for s in stating], bindings)
    clock: Clock | None = None
    comparison = Comparison(text)
    of_lines: list[tuple[Line, list[Decision]]] = []
    for sentence, line, own in zip(stating, lines, bindings, strict=True):
        earlier = clock if sentence.goes_on else None
        clock = Clock(line, sentence.numbers, sentence.frame, years, earlier)
        comparison.begin(clock, line)
        of_lines.append((line, _decided(sentence, line, own, clock, catalogue)))
        decisions += of_lines[-1][1]
        comparison.end(clock, sentence.start, sentence.end)
    decisions.sort(key=lambda d: d.number.start)
    starts = [number.start for number in numbers]
    ground = Ground(
        text, places, frames, years, home, catalogue, scan, numbers, starts, _answers(decisions)
    )  # fmt: skip
    stated = read_statements(ground)
    said = _said(decisions, stated)
    # What stands in words says nothing more where the value itself is stated.
    kept = [each for each in stated if each.kind is not _MENTIONED or _key(each) not in said]
    said.update(_key(each) for each in kept)
    return Decided(decisions, [*kept, *read_mentions(of_lines, catalogue, said)], places)


def _said(decisions: list[Decision], stated: list[Stated]) -> Said:
    """The indicators that the report states of its region, as targets or as outturns."""
    said = {
        (d.reading.indicator.id, d.period.status)
        for d in decisions
        if not d.reason and d.binding and not d.binding.slot.part
        and d.reading and d.reading.indicator and d.period
    }  # fmt: skip
    return said.union(
        _key(each) for each in stated if each.kind is not _MENTIONED and not each.part
    )


def _key(stated: Stated) -> tuple[str, Status]:
    return stated.indicator.id, stated.period.status


def _answers(decisions: list[Decision]) -> dict[int, Answered]:
    """The decisions that are observations of indicators, by where their numbers start."""
    return {
        d.number.start: Answered(d.binding.slot, d.reading.indicator, d.reading.measure, d.period)
        for d in decisions
        if not d.reason and d.binding and d.reading and d.reading.indicator and d.period
    }


def _of_table(figure: Figure) -> Decision:
    binding = None
    if figure.slot is not None:
        binding = Binding(0, figure.slot, figure.words, 0, 0, figure.rule)
    aims = figure.period is not None and figure.period.status is _TARGET
    return Decision(
        figure.number, binding, figure.reading, figure.period,
        (figure.number.post or None) if aims else None, figure.row, figure.frame, figure.reason,
    )  # fmt: skip


def _no_statements(counting: list[Sentence]) -> list[Decision]:
    """Decisions for the numbers that are no quantities, or only explain terms."""
    return [
        Decision(n, None, None, None, None, (s.start, s.end), s.frame, n.reason or "glossary")
        for s in counting
        for n in s.numbers
        if n.reason or s.frame.glossary
    ]


def _decided(
    sentence: Sentence, line: Line, bindings: list[Binding], clock: Clock, catalogue: Catalogue
) -> list[Decision]:
    """The decisions of a line's bindings, in order: measure, then years, for each."""
    place, frame = (sentence.start, sentence.end), sentence.frame
    sums, of_aims = Sums(line), speaks_of_aims(line)
    doubtful: set[int] = set()
    decisions: list[Decision] = []
    for binding in bindings:
        number = sentence.numbers[binding.number]
        clock.advance(binding.lead_to, not binding.inherited)
        base_side = bool(line.present & lx.FROM) and is_base_side(line, binding)
        reading = _reading(line.text, binding, number, clock, catalogue, base_side)
        period = period_of(clock, sums.accrual(clock, binding, number, reading))
        if binding.year:
            period = period_of_year(clock, binding.year)
        elif clock.may_aim and says_aim(line.text, number):
            period = period_of_aim(clock)
        elif base_side and began_within_year(line.text, number.start, reading.measure):
            period = period.within_year()
        elif base_side:
            clock.named_in_lead = clock.last_year > binding.lead_from - 2 and clock.last_year >= 0
            period = period_of_start(clock, period)
            clock.statement.rose_from(period.last, reading.measure)
            if period.last is not None:
                clock.began = period.last
            clock.leave_base()
        sums.told(number, reading, period)
        reason = _unread(line.text, number, binding, reading, of_aims)
        if not reason and sums.lacks_years(clock, number, reading):
            reason = "not_understood"
        if not reason and sums.is_mean(binding, number, reading):
            reason = "mean"
        aims = period.status is _TARGET
        word = _tone(line, binding.lead_to, number) if aims else None
        doubts = doubts_of(line, number, binding, reading, period, doubtful)
        decisions.append(
            Decision(number, binding, reading, period, word, place, frame, reason, doubts)
        )
        if len(decisions) > 1 and goes_beyond(line.text, decisions[-2], decisions[-1]):
            decisions[-1].stretch = True
    return decisions


def _unread(
    text: str, number: Number, binding: Binding, reading: Reading, of_aims: bool
) -> str:  # fmt: skip
    """Why a quantity, of a line that may speak of aims, is no observation; "" when it is one."""
    if (
        binding.rule == "comparison"
        or superseded(text, number)
        or (of_aims and is_aim_compared(text, number, binding.inherited))
        or (of_aims and is_missed(text, number))
        or told_by_others(text, number)
        or (_counts(reading) and is_density(text, number))
    ):
        return "comparison"
    if reading.indicator is not None and lacks_digits(text, number, reading.indicator):
        return "lost_digit"
    if reading.indicator is None and not (number.unit or binding.words & _SAID):
        scored = text[number.start - 2 : number.start] in _SCORED
        return "" if scored else "not_understood"
    return ""


def _counts(reading: Reading) -> bool:
    """Whether a quantity is an amount of the catalogue, and no rate."""
    counted = reading.indicator is not None and reading.indicator.kind in (_FLOW, _STOCK)
    return counted and reading.measure is _LEVEL


def _tone(line: Line, place: int, number: Number) -> str | None:
    """The last word of resolve before a number: 力争, 确保; else the one after it: 左右."""
    resolved = line.present & lx.TONE
    for token in reversed(line.tokens[:place] if resolved else []):
        if token.mask & lx.TONE:
            word = line.text[token.start : token.end]
            if word not in _SETTLED:
                # a longer word counts as the shorter: 力争实现
                return next((strong for strong in RESOLVE if word.startswith(strong)), word)
    return number.post or None


def _reading(
    text: str, binding: Binding, number: Number, clock: Clock, catalogue: Catalogue,
    base_side: bool,
) -> Reading:  # fmt: skip
    """What a number measures of its owner, or of something open where no indicator accepts it."""
    slot = binding.slot
    words = binding.words
    net = grows_net(text, number)
    if number.unit == "%" and not words & (lx.UP | lx.DOWN):
        words |= direction_after(text, number.end) or (lx.UP if net else 0)
        if not words & (lx.UP | lx.DOWN) and _amounts(slot, catalogue):
            each = lx.UP if binding.rule == "one_a_year" else 0  # （2021年、2022年均为7%）
            words |= direction_between(text, slot.end, number.start) or each
    name = text[slot.start : slot.end]
    if "番" in text[number.start : number.end]:
        words &= ~(lx.UP | lx.DOWN)  # 拥有量增加两倍，交易额翻一番: a multiple, not a rise
    if name.endswith(NAMED_FALL):
        words |= lx.DOWN
    words |= direction_before(text, slot.start, slot.end, number)
    share = number.unit == "%" and clock.statement.multiple_of is not None
    if share and is_share_then(text, number.start):
        # 增长86%，恢复到2019年的112%: neither a rise nor a rate of what is told of
        return read_open(number, words & ~(lx.UP | lx.DOWN), False)
    if not slot.candidates:
        return read_open(number, words, clock.statement.average)
    average = clock.statement.average or name.endswith(_YEARLY)
    if number.unit == "%" and not average and clock.may_span:
        risen = bool(words & lx.UP) and not words & lx.DOWN
        average = risen and clock.averages_aims and _of_money(slot, catalogue)
        average = average or (clock.span.several > 1 and keeps_pace(text, number))
    grows_by_name = name.endswith(NAMED_GROWTH)
    newly = slot.newly and not net
    # 覆盖率达到46%，比上年增长1.2%: 增长 is of percent, 提高 of points
    rate_grows = (
        number.unit == "%" and _OF_PERCENT in text[max(slot.end, number.start - 8) : number.start]
    )
    found: list[Reading] = []
    for candidate in slot.candidates:
        indicator = catalogue.indicators[candidate]
        more = newly and (indicator.kind is not _FLOW or _added(text, slot))
        stays = (
            _LEVEL in indicator.measures
        )  # 贫困人口累计6万人脱贫: nothing that stays to be counted
        made = indicator.made is _ALWAYS and (not stays or _summed_up(text, slot, clock))
        if not made and indicator.kind is not _FLOW and built_since(text, slot, words):
            made = more = True
        total = slot.total and not made
        reading = read_measure(
            indicator, number, words, more, total, average,
            grows_by_name, base_side,
        )  # fmt: skip
        if reading is not None and reading.measure in indicator.measures:
            # 能耗下降3%，降幅收窄0.5个百分点: of the fall, not of what falls
            of_fall = binding.inherited or name.endswith(NAMED_FALL)
            if not (of_fall and reading.rule == "intensity_points"):
                found.append(reading)
    if rate_grows and all(r.rule == "rate_change" for r in found):
        found = [Reading(r.indicator, _GROWTH, r.negative, r.rule) for r in found]
    if found:
        # a rate and its whole share a name (民生支出): without a verb of growth, % is the rate
        return next((r for r in found if r.rule == "rate"), found[0])
    return read_open(number, words, average)


def _added(text: str, slot: Slot) -> bool:
    return _ADDED.search(text, max(0, slot.start - 8), slot.start) is not None


def _summed_up(text: str, slot: Slot, clock: Clock) -> bool:
    """五年来累计完成棚户区改造…: whether what was made is told of for all the years of a review."""
    told = _SUMMED.search(text, max(0, slot.start - 8), slot.start)
    return told is not None and clock.may_span


def _of_money(slot: Slot, catalogue: Catalogue) -> bool:
    return all(_YUAN in catalogue.indicators[c].units for c in slot.candidates)


def _amounts(slot: Slot, catalogue: Catalogue) -> bool:
    """Whether a name is of an amount: a percentage of it can only be its growth."""
    kinds = {catalogue.indicators[c].kind for c in slot.candidates}
    return kinds == {_FLOW}
