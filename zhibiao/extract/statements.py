"""What a report states of the catalogue's indicators without giving their values.

Qualitative statements (与经济增长同步, 只降不升, 完成省下达任务) and relative ones
(高于全省1个百分点, 居全省前列). A predicate is found first; its indicator is the name right
before it, or the name of the number right before it (增长6.2%、高于全国0.3个百分点).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from zhibiao.catalogue.indicators import Catalogue, Indicator, Kind
from zhibiao.catalogue.units import POINTS
from zhibiao.domain import Measure, StatementKind
from zhibiao.extract.number.endings import value_of
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Slot
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.owner.shares import headed
from zhibiao.extract.predicates import Predicate, predicates
from zhibiao.extract.scope.home import Home
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.lexicon import NUMBER, Scanner, Token
from zhibiao.extract.words.sentences import Line, Plan
from zhibiao.extract.years.clock import Clock
from zhibiao.extract.years.period import Accrual, Period, period_of
from zhibiao.language.wording import wording
from zhibiao.outline.frames import Frame, Years

# What may stand between a name (or its number) and a predicate that is about it.
_BETWEEN: Final = (
    lx.UP | lx.DOWN | lx.TO | lx.EACH | lx.TONE | lx.FILL | lx.VERBISH | lx.REACH | lx.TIME
    | lx.LIST | lx.COMMA | lx.OPEN | lx.GE | lx.APPROX | lx.SHARE_END
)  # fmt: skip
_WORDING: Final = wording(__name__)
_FILLING: Final = frozenset(_WORDING.words("filling"))
_GROWS: Final = _WORDING.pattern("grows")
_AMOUNT: Final = _WORDING.pattern("amount")
_ELSE: Final = _WORDING.pattern("else")
_UNITS: Final = {**dict.fromkeys(_WORDING.words("points"), POINTS), "%": "%"}
_INDICATORS: Final = _WORDING.text("indicators")
_COMPLETION: Final = _WORDING.text("completion")
_MENTIONED: Final = StatementKind.MENTIONED
_EACH_OF_THEM: Final = _WORDING.words("each_of_them")
_RANKS: Final = ("rank", "among_first")
_OF_CHANGE: Final = ("rises", "falls")
# Of these nothing is said where the value itself stands before them: 产量75万吨，持续增长.
_INSTEAD_OF_VALUES: Final = ("rises", "falls", "improves", "record", "in_words")
_LEAD: Final = 48  # characters before a predicate where a name stands, and what stands before it
_BEFORE: Final = 24  # characters before a name that may say what a predicate needs
_APART: Final = "，。；\n"
_FARTHEST: Final = 12  # tokens between a name and its predicate


class Answered:
    """A number that was decided to be an observation, as far as a statement about it needs."""

    __slots__ = ("indicator", "measure", "period", "slot")

    def __init__(self, slot: Slot, indicator: Indicator, measure: Measure, period: Period) -> None:
        self.slot = slot
        self.indicator = indicator
        self.measure = measure
        self.period = period


class Stated(NamedTuple):
    """A statement in the clean text; offsets into it."""

    kind: StatementKind
    relation: str  # the predicate's name in data/statements.toml
    indicator: Indicator
    measure: Measure
    period: Period
    part: bool
    reference: str
    value: Decimal | None
    unit: str
    name: tuple[int, int]
    start: int
    end: int


class Ground(NamedTuple):
    """What is known of the text that statements are looked for in."""

    text: str
    sentences: list[tuple[int, int]]
    frames: list[Frame]
    years: Years
    home: Home
    catalogue: Catalogue
    scan: Scanner
    numbers: list[Number]
    starts: list[int]  # where each of them starts
    answers: dict[int, Answered]  # by the number's start


def read_statements(ground: Ground) -> list[Stated]:
    """The statements of a text about indicators of the catalogue, in order."""
    places = predicates().find(ground.text, ground.sentences)
    behind = 0
    found: list[Stated] = []
    for (predicate, match, begin), lead in zip(places, _owned_leads(ground, places), strict=True):
        if not lead[0].tokens or match.start() < behind:
            continue  # as most
        groups = match.groupdict()
        listed = bool(groups.get("items") or groups.get("every"))
        apart = ground.text[match.start() - 1] in _APART
        if listed and apart:
            continue  # 收入增长7%，5项指标居全市前列
        stated = list(_of_match(ground, lead, begin, predicate, match, listed))
        if not stated and not listed and not apart and match[0].startswith(_EACH_OF_THEM):
            # 产量、销售面积均居前列: of a list that ends in something unknown
            stated = list(_of_match(ground, lead, begin, predicate, match, True))
        if stated:
            behind = match.end()
            found += stated
    return found


def _of_match(
    ground: Ground, lead: tuple[Line, list[Number]], begin: int, predicate: Predicate,
    match: re.Match[str], listed: bool,
) -> Iterator[Stated]:  # fmt: skip
    """What is stated; `lead` are the two clauses before the predicate."""
    if _owner(*lead, ground.answers, listed) is None:
        return  # as most are
    after = bisect_right(ground.frames, match.start(), key=lambda frame: frame.start)
    frame = ground.frames[after - 1]
    if frame.glossary:
        return
    if predicate.before is not None and not predicate.may_stand_in(
        ground.text, max(begin, match.start() - _LEAD), match.start()
    ):
        return
    told = {name: value for name, value in match.groupdict().items() if value}
    line, own = _line(ground, begin, match)
    last = _owner(line, own, ground.answers, listed)
    assert last is not None
    count = told.get("value") or ("1" if "first" in told else "")
    value = value_of(count) if count else None
    unit = _UNITS.get(told.get("unit", ""), "") if predicate.relation not in _RANKS else "位"
    token = line.tokens[last]
    between = ground.text[token.start : match.start()]
    if _INDICATORS in between and "等" not in between:
        return  # 收入增长7%，主要经济指标居全市前列
    if predicate.relation in _INSTEAD_OF_VALUES and (token.mask == NUMBER or _ELSE.search(between)):
        return  # 产量75万吨，持续增长; 民间投资占比稳步提升
    if predicate.before is not None:
        said = _said_before(ground.text, begin, line, last, predicate.before)
        if said is None:
            return
        told |= said
    if token.mask == NUMBER:
        answered = ground.answers[own[token.number].start]
        about = ground.text[token.end : match.start()]
        measure = answered.measure
        if _AMOUNT.search(about):
            measure = Measure.LEVEL
        elif _GROWS.search(about):
            measure = _measure(answered.indicator, True)
        owners = [(answered.slot, answered.indicator, measure, answered.period)]
    else:
        about = told.get("items", "") if listed else between
        owners = list(_named(ground, line, own, last, frame, about, listed))
    told_of = _leading_part(line) if predicate.kind is _MENTIONED else False
    for slot, indicator, measure, period in owners:
        if predicate.relation in _OF_CHANGE:
            measure = _measure(indicator, True)
        elif predicate.relation == "in_step" and indicator.kind in (Kind.FLOW, Kind.STOCK):
            measure = Measure.GROWTH
        yield Stated(
            predicate.kind, predicate.relation, indicator, measure, period,
            slot.part is not None or told_of, told.get("reference") or told.get("since", ""),
            value, unit if value is not None else "", (slot.start, slot.end),
            min(slot.start, match.start()), match.end(),
        )  # fmt: skip


def _leading_part(line: Line) -> bool:
    """Whether a clause or its sentence begins with a part of the region: 开发区营业收入、税收…."""
    starts = [0, *(i + 1 for i, mask in enumerate(line.masks) if mask & lx.COMMA)][-1:]
    return any(
        line.masks[i] & lx.PART and line.tokens[i].end - line.tokens[i].start > 1
        for start in (0, *starts)
        for i in range(start, min(start + 3, len(line.masks)))
    )


def _said_before(
    text: str, begin: int, line: Line, last: int, before: re.Pattern[str]
) -> dict[str, str] | None:
    """What a pattern finds right before a name, or before the list that it ends."""
    first = _listed(line, last)[0]
    if line.tokens[first].mask == NUMBER:
        return None
    start = line.tokens[first].start
    found = before.search(text, max(begin, start - _BEFORE), start)
    return None if found is None else {k: v for k, v in found.groupdict().items() if v}


def _two_clauses(text: str, begin: int, end: int) -> int:
    """Where the clause before the last one of text[begin:end] starts: no owner stands before it."""
    last = text.rfind("，", begin, end)
    return max(begin, text.rfind("，", begin, last)) if last >= 0 else begin


def _owned_leads(
    ground: Ground, places: list[tuple[Predicate, re.Match[str], int]]
) -> list[tuple[Line, list[Number]]]:
    """The two clauses before each predicate; without tokens where they hold no owner."""
    plan = Plan(ground.text, ground.scan)
    numbers: list[list[Number]] = []
    answered: list[bool] = []
    for _, match, begin in places:
        lead = _two_clauses(ground.text, begin, match.start())
        numbers.append(_plan_line(plan, ground, lead, *match.span()))
        answered.append(any(number.start in ground.answers for number in numbers[-1]))
    tokens = plan.tokens_holding(lx.NAME | lx.HEAD, answered)
    return [(Line(ground.text, read), own) for read, own in zip(tokens, numbers, strict=True)]


def _line(ground: Ground, begin: int, match: re.Match[str]) -> tuple[Line, list[Number]]:
    """The tokens from the sentence's beginning up to the predicate, which is the last one, with
    the numbers that they speak of."""
    plan = Plan(ground.text, ground.scan)
    own = _plan_line(plan, ground, begin, *match.span())
    return Line(ground.text, plan.tokens()[0]), own


def _plan_line(plan: Plan, ground: Ground, begin: int, start: int, end: int) -> list[Number]:
    """Plan the tokens of text[begin:start] and of the predicate; the numbers that they speak of."""
    first = bisect_left(ground.starts, begin)
    own = ground.numbers[first : bisect_left(ground.starts, start, first)]
    at = begin
    for index, number in enumerate(own):
        if number.start < at or plan.has_name_over(number, at):
            continue
        plan.words(at, number.start)
        plan.token(Token(NUMBER, number.start, number.end, None, index))
        at = number.end
    plan.words(at, start)
    plan.token(Token(0, start, end, None, -1))
    plan.end_line()
    return own


def _owner(
    line: Line, own: Sequence[Number], answers: dict[int, Answered], listed: bool
) -> int | None:
    """The token of the name, or of its number, that the predicate is about.

    `listed`: it is about all names of the clause's list.
    """
    if listed:
        names = _of_clause(line, len(line.tokens) - 1)
        return names[-2] if len(names) > 1 else None
    commas = 0
    for i in range(len(line.tokens) - 2, max(-1, len(line.tokens) - _FARTHEST), -1):
        token = line.tokens[i]
        if token.mask & (lx.NAME | lx.HEAD):
            return i
        if token.mask == NUMBER:
            number = own[token.number]
            if number.year:
                continue
            return i if number.start in answers else None
        commas += bool(token.mask & lx.COMMA)
        filling = line.text[token.start : token.end] in _FILLING
        if commas > 1 or not (token.mask & _BETWEEN or filling):
            return None
    return None


def _named(
    ground: Ground, line: Line, own: list[Number], last: int, frame: Frame, between: str,
    every: bool,
) -> Iterator[tuple[Slot, Indicator, Measure, Period]]:  # fmt: skip
    """The name's indicators, with those of the names that it stands in one list with.

    `every`: of all the clause's names that end what they stand in, be the others unknown.
    """
    clock = Clock(line, own, frame, ground.years)
    clock.advance(len(line.tokens) - 1, True)
    reader = Reader(line, own, ground.catalogue, ground.home)
    names = _of_clause(line, last) if every else _listed(line, last)
    part: Part | None = None  # that the list begins with
    for name in names:
        slots: tuple[Slot, ...]
        if line.tokens[name].name is not None:
            slots = reader.slots_of(name, False, False)
        else:  # 粮食产量和播种面积: a bare head after its topic
            head = headed(reader, name)
            slots = () if head is None else (head,)
        if len(slots) > 1 and slots[0].single:
            slots = (slots[0].meaning((slots[0].single,)),)
        behind = _behind(line, name) if every else ""
        if _COMPLETION in behind:
            continue  # 到位资金完成率, of a plan
        part = part or (slots[0].part if slots else None)
        for slot in slots:
            if not slot.candidates:
                continue
            if _leads(part):
                slot = slot.of_part(part)  # 园区税收、投资均居前列: of each name
            indicator = ground.catalogue.indicators[slot.candidates[0]]
            said = behind + between
            measure = _measure(indicator, bool(_GROWS.search(said)))
            accrual = Accrual(measure, False, False, True, True, False)
            yield slot, indicator, measure, period_of(clock, accrual)


def _leads(part: Part | None) -> bool:
    """Whether a part is a place, whose what a whole list is."""
    return part is not None and part.kind is PartKind.SUBJECT


def _listed(line: Line, last: int) -> list[int]:
    """The tokens of the names that the last one stands in one list with, and its own."""
    names = [last]
    i = last - 1
    named = lx.NAME | lx.HEAD
    while i > 0 and line.tokens[i].mask & (lx.LIST | lx.JOIN) and line.tokens[i - 1].mask & named:
        names.insert(0, i - 1)
        i -= 2
    return names


def _of_clause(line: Line, last: int) -> list[int]:
    """The same with unknown things in the list: 工业投资增速、水耗、能耗等多项指标."""
    names = [last]
    ends = True  # whether nothing but function words stands before the next mark of the list
    for i in range(last - 1, -1, -1):
        token = line.tokens[i]
        if token.mask & lx.COMMA:
            break
        if token.mask & (lx.LIST | lx.JOIN):
            ends = True
        elif token.mask & (lx.NAME | lx.HEAD) and ends:
            names.insert(0, i)
            ends = False
        elif not token.mask & _BETWEEN:
            ends = False
    return names


def _behind(line: Line, name: int) -> str:
    """A name of a list with what stands between it and the next mark: 工业投资增速."""
    start, end = line.tokens[name].start, line.tokens[name].end
    for token in line.tokens[name + 1 : -1]:
        if token.mask & (lx.LIST | lx.JOIN | lx.COMMA):
            break
        end = token.end
    return line.text[start:end]


def _measure(indicator: Indicator, grows: bool) -> Measure:
    """A rate that rises changes; whatever else does grows."""
    if not grows:
        return Measure.LEVEL
    return Measure.GROWTH if Measure.GROWTH in indicator.measures else Measure.CHANGE
