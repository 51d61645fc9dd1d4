"""Amounts that are several times what the report tells of the same fact elsewhere, or a fraction.

青渡高新区单列运行，地区生产总值突破90亿元, of a city that made 2860亿元: the smaller is of the park
that its sentence begins with. 一般公共预算支出820亿元 in a review of five years, of a city that
spent 180亿元 in the last: the larger is what all five add up to.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from zhibiao.catalogue.indicators import Kind
from zhibiao.domain import Doubt, Measure, Observation, Scope
from zhibiao.extract.decision import Decision
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.words.bodies import BODIES
from zhibiao.extract.years.period import UNDERSTOOD, Period
from zhibiao.language.wording import wording

_FLOW: Final = Kind.FLOW
_AMOUNTS: Final = (Kind.FLOW, Kind.STOCK)
_LEVEL: Final = Measure.LEVEL
_REGION: Final = Scope.REGION
_OPENING_PART: Final = wording(__name__, BODIES).pattern("opening_part")
_FAR: Final = 3  # times: no region's own amount is told so differently
# times its number of years that a sum may be of the last year's amount
_LEAST_OF_SUM: Final = Decimal("0.6")
_MOST_OF_SUM: Final = Decimal("1.3")


def set_apart(decisions: list[Decision], stated: list[Observation | None], text: str) -> list[int]:
    """Change the decisions on such amounts; which of them, by their places."""
    told: dict[tuple[object, ...], list[int]] = {}
    for i, observation in enumerate(stated):
        if observation is None or observation.indicator is None or not observation.base_value:
            continue
        reading = decisions[i].reading
        if (
            observation.measure is _LEVEL
            and observation.scope is _REGION
            and observation.period_start == observation.period_end
            and reading is not None
            and reading.indicator is not None
            and reading.indicator.kind in _AMOUNTS
        ):
            fact = (
                observation.indicator, observation.status, observation.period_end,
                observation.base_unit,
            )  # fmt: skip
            told.setdefault(fact, []).append(i)
    changed: list[int] = []
    for places in told.values():
        if len(places) < 2:
            continue  # as of most
        values = {i: each.base_value for i in places if (each := stated[i]) and each.base_value}
        if max(values.values()) >= _FAR * min(values.values()):
            changed += _changed(decisions, values, text)
    return changed


def _changed(decisions: list[Decision], values: dict[int, Decimal], text: str) -> list[int]:
    """The same, of the amounts that are told of one fact."""
    changed: list[int] = []
    own: list[Decimal] = []  # of the last year, by the section
    largest = max(values.values())
    for i, value in values.items():
        if value * _FAR <= largest and (part := _part(decisions[i], text)):
            _make_part(decisions[i], part)
            changed.append(i)
        elif decisions[i].frame.several == 1:
            own.append(value)
    least = min(own, default=None)
    if least is None:
        return changed
    for i, value in values.items():
        if _is_sum(decisions[i], value / least):
            _make_sum(decisions[i])
            changed.append(i)
    return changed


def _part(decision: Decision, text: str) -> str:
    """The part of the region that opens the sentence, or the count of them that are as large."""
    binding = decision.binding
    if binding is None:
        return ""
    found = _OPENING_PART.search(text, decision.sentence[0], binding.slot.start)
    return "" if found is None else found[0]


def _make_part(decision: Decision, part: str) -> None:
    assert decision.binding is not None
    slot = decision.binding.slot.of_part(Part(PartKind.SUBJECT, part))
    decision.binding = decision.binding.about(slot)


def _is_sum(decision: Decision, times: Decimal) -> bool:
    """Whether an amount that no word dates may add up over the years of its section."""
    reading, period, several = decision.reading, decision.period, decision.frame.several
    if several < 2 or period is None or period.rule != "frame" or _of_part(decision):
        return False
    flows = (
        reading is not None and reading.indicator is not None and reading.indicator.kind is _FLOW
    )
    return flows and several * _LEAST_OF_SUM <= times <= several * _MOST_OF_SUM


def _of_part(decision: Decision) -> bool:
    return decision.binding is not None and decision.binding.slot.part is not None


def _make_sum(decision: Decision) -> None:
    period = decision.period
    assert period is not None
    assert period.last is not None
    first = period.last - decision.frame.several + 1
    decision.period = Period(period.status, first, period.last, UNDERSTOOD)
    if Doubt.YEARS_COUNTED not in decision.doubts:
        decision.doubts = (*decision.doubts, Doubt.YEARS_COUNTED)
