"""Indicators that a report names near a number from which no value was taken.

A report that states nothing else of an indicator may still name it beside a number:
争取专项债、预算内资金等31.5亿元 is of several together, 失业率控制在4.5以下 has lost its unit,
新增就业19.7万人 has a short name that may mean another, and 城乡居民收入增长8% is of all residents.
What can be read there is for a person to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from zhibiao.catalogue.indicators import Catalogue, Made
from zhibiao.catalogue.units import RELATIVE, dimension
from zhibiao.domain import StatementKind, Status
from zhibiao.extract.decision import Decision
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.scope.part import PENDING
from zhibiao.extract.statements import Stated
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.lexicon import Token
from zhibiao.extract.words.sentences import Line
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_OF_ANOTHER: Final = (*_WORDING.words("of_another"), *PENDING)
_USED: Final = _WORDING.words("used")
_GIVEN: Final = _WORDING.words("given")
_OTHER_MEASURE: Final = _WORDING.words("other_measure")
_FULFILLED: Final = _WORDING.pattern("fulfilled")
_WORKS: Final = _WORDING.pattern("works")
_ALL_OF_THEM: Final = _WORDING.pattern("all_of_them")
_ALL_BEGINS: Final = _WORDING.words("all_begins")
_OTHER_RULES: Final = frozenset(("comparison", "share_of_other", "standard", "implied_share"))
# What may stand between a name and its number.
_FUNCTION: Final = (
    lx.UP | lx.DOWN | lx.TO | lx.FROM | lx.CREATE | lx.REACH | lx.TOTAL | lx.GE | lx.LE | lx.APPROX
    | lx.EACH | lx.DISTRIBUTE | lx.TONE | lx.FILL | lx.VERBISH | lx.REGION | lx.TIME | lx.OPEN
    | lx.CLOSE | lx.BETTER
)  # fmt: skip
_JOINED: Final = 5  # tokens between a number and the name behind what it counts together
_FARTHEST: Final = 16  # tokens between a name and its number
_QUALIFIED: Final = 3  # characters of an unknown word that may qualify a name: 退减缓 + 免税费
_LIST_CHARACTERS: Final = 40  # of what a name is listed with
_SHORT: Final = 2  # characters of a name that says too little by itself
_MOST: Final = 3  # mentions of one indicator
_JOINT: Final = "compound_single"
_ITEM: Final = 10  # characters of a listed thing that is no name: 就业困难人员就业
_LISTED: Final = lx.PART | lx.REGION  # of what such a thing may be
_REBUILT: Final = _LISTED | lx.CREATE | lx.BETTER  # and what is done to a name before it: 改建
_JOINTLY: Final = lx.PART | lx.JOIN | lx.LIST | lx.FILL  # what a number before them counts together

# Of an indicator, as a target or as an outturn.
Said = set[tuple[str, Status]]


def read_mentions(
    lines: Sequence[tuple[Line, list[Decision]]], catalogue: Catalogue, said: Said
) -> list[Stated]:
    """The mentions of what the report does not state else, in order; `said` is what it does."""
    found: list[Stated] = []
    times: Counter[tuple[str, Status]] = Counter()
    for line, decisions in lines:
        if not line.present & lx.NAME:
            continue
        for decision in decisions:
            for stated in _of_number(line, decision, catalogue):
                key = (stated.indicator.id, stated.period.status)
                if key not in said and times[key] < _MOST:
                    times[key] += 1
                    found.append(stated)
    return found


def _of_number(line: Line, decision: Decision, catalogue: Catalogue) -> Iterator[Stated]:
    """The indicators that a name beside one number mentions, where no value was taken from it."""
    binding, reading, period = decision.binding, decision.reading, decision.period
    if binding is None or reading is None or period is None or binding.slot.part is not None:
        return
    if binding.rule in _OTHER_RULES or binding.rule.startswith("distribute"):
        return
    if decision.reason not in ("", "not_understood"):
        return
    if reading.indicator is not None and not decision.reason:
        names = _named_beside(line, binding, decision, catalogue)
    else:
        names = _names(line, binding, decision, catalogue)
    start, end = decision.number.start, decision.number.end
    for name in names:
        for indicator in _indicators(name):
            yield Stated(
                StatementKind.MENTIONED, "number", catalogue.indicators[indicator],
                reading.measure, period, False, "", None, "", (name.start, name.end),
                min(name.start, start), max(name.end, end),
            )  # fmt: skip


def _names(line: Line, binding: Binding, decision: Decision, catalogue: Catalogue) -> list[Token]:
    """Those near a number that is of no indicator."""
    behind = _name_behind(line, binding, decision, catalogue)
    if behind is not None and binding.rule == "name_after":
        return [behind]  # 24个老旧小区、7个棚户区改造
    place = _name_before(line, binding, decision, catalogue)
    if place is None:
        return [] if behind is None else [behind]
    return [line.tokens[place], *_listed_before(line, place, decision, catalogue)]


def _named_beside(
    line: Line, binding: Binding, decision: Decision, catalogue: Catalogue
) -> list[Token]:
    """Those that share the name or the list of a number that is of another indicator."""
    slot = binding.slot
    for i in range(binding.lead_to - 1, max(-1, binding.lead_to - _FARTHEST), -1):
        token = line.tokens[i]
        if token.start == slot.start and token.mask & lx.NAME:
            if binding.rule == _JOINT:
                return [token]
            return _listed_before(line, i, decision, catalogue)
    return []


def _listed_before(line: Line, name: int, decision: Decision, catalogue: Catalogue) -> list[Token]:
    """失业人员再就业、农村劳动力转移就业16万人: those listed before a name, with one number."""
    unit = decision.number.unit
    found: list[Token] = []
    if not unit or unit in RELATIVE:
        return found
    joined, unknown = False, 0
    for i in range(name - 1, max(-1, name - _FARTHEST), -1):
        token = line.tokens[i]
        if token.mask & lx.NAME:
            if not joined or token.name is None or token.name.excluded:
                break
            if not _fits(catalogue, token, unit, alone=False):
                break
            if _is_of_another(line, i, name, unit):
                break
            found.append(token)
            joined, unknown = False, 0
        elif token.mask & (lx.LIST | lx.JOIN):
            joined = True
        elif not token.mask & lx.FILL:
            unknown += token.end - token.start
            if token.mask & ~(_REBUILT if joined else _LISTED) or unknown > _ITEM:
                break
    return found


def _indicators(token: Token) -> tuple[str, ...]:
    """What a name may mean."""
    name = token.name
    if name is None:
        return ()
    return name.candidates or tuple(member for member in name.members if member)


def _name_before(
    line: Line, binding: Binding, decision: Decision, catalogue: Catalogue
) -> int | None:
    """The place of the name that stands before a number, alone or as one of several."""
    unknown = listed = 0  # characters
    joined = made = False
    place = binding.lead_to
    number = line.tokens[place].start
    for i in range(place - 1, max(-1, place - _FARTHEST), -1):
        token = line.tokens[i]
        if token.mask & lx.NAME and not (token.name is not None and token.name.excluded):
            if token.name is None or token.end - token.start < _SHORT:
                return None
            if unknown and joined:
                # 专项债、预算内投资等资金31.5亿元: of all that is listed
                listed, unknown = listed + unknown, 0
            fits = _fits(catalogue, token, decision.number.unit, alone=not (unknown or joined))
            if not fits or unknown > _QUALIFIED or listed > _LIST_CHARACTERS:
                return None
            return None if _is_of_another(line, i, place, decision.number.unit) else i
        if token.mask & (lx.COMMA | lx.NUMBER | lx.SHARE | lx.SHARE_END | lx.COMPARE):
            return None
        if token.mask & (lx.LIST | lx.JOIN):
            if made and unknown and not joined and token.mask & lx.LIST:
                return None  # 推进棚户区改造、新建保障性住房500套
            joined = True
            listed, unknown = listed + unknown, 0
        elif _says_all(line.text, token.start, number):
            joined = True
            unknown += token.end - token.start
        elif not token.mask & _FUNCTION:
            unknown += token.end - token.start
        made = bool(token.mask & lx.CREATE)
    return None


def _says_all(text: str, start: int, end: int) -> bool:
    """专项债、预算内投资等资金: whether what is listed is told of together."""
    if not text.startswith(_ALL_BEGINS, start):
        return False  # as most tokens
    return _ALL_OF_THEM.match(text, start, end) is not None


def _fits(catalogue: Catalogue, token: Token, unit: str, *, alone: bool) -> bool:
    """Whether a unit is one of a name's indicators; one of change only right behind the name."""
    if not unit or unit in RELATIVE:
        return alone
    counted = dimension(unit)
    units = (catalogue.indicators[each].units for each in _indicators(token))
    return counted is not None and any(counted[0] in known for known in units)


def _is_of_another(line: Line, name: int, place: int, unit: str) -> bool:
    """快于城镇居民2个百分点; 存款的70%用于…: a yardstick, or a share of what is named."""
    text, token, number = line.text, line.tokens[name], line.tokens[place]
    if text.endswith(_OF_ANOTHER, 0, token.start) or text.startswith(_OTHER_MEASURE, token.end):
        return True
    compared = any(mask & lx.COMPARE for mask in line.masks[max(0, name - 2) : name])
    if compared or (unit == "%" and _FULFILLED.search(text, token.end, number.start)):
        return True
    if unit == "%" and text.endswith(_USED, 0, number.start):
        return True
    return unit == "%" and text.startswith(_GIVEN, number.end)


def _name_behind(
    line: Line, binding: Binding, decision: Decision, catalogue: Catalogue
) -> Token | None:
    """7个棚户区改造: the name of works that a number stands right before.

    Or behind those that it counts together: 6000名贫困和低收入人口顺利脱贫.
    """
    first = place = binding.lead_to + 1
    joined = False
    while place < len(line.tokens) and place < first + _JOINED and line.masks[place] & _JOINTLY:
        joined = joined or bool(line.masks[place] & (lx.JOIN | lx.LIST))
        place += 1
    if place >= len(line.tokens) or not line.masks[place] & lx.NAME:
        return None
    token = line.tokens[place]
    if not (joined or place == first) or not _WORKS.match(line.text, token.start):
        return None  # 为170个老旧小区加建燃气管道
    made = [catalogue.indicators[each].made for each in _indicators(token)]
    if Made.ALWAYS not in made or decision.number.unit in RELATIVE:
        return None
    return token if _fits(catalogue, token, decision.number.unit, alone=False) else None
