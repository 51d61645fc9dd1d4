"""What is stated but hard to believe is kept and flagged, never dropped or mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from zhibiao.catalogue.indicators import Catalogue, Indicator
from zhibiao.catalogue.units import POINTS, dimension
from zhibiao.domain import Measure, Observation, Scope, rules_part_of_year
from zhibiao.extract.number.numbers import Number
from zhibiao.language.wording import wording

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_AVERAGE_GROWTH: Final = Measure.AVERAGE_GROWTH
_CHANGE: Final = Measure.CHANGE
_GROWTH: Final = Measure.GROWTH
_LEVEL: Final = Measure.LEVEL
_REGION: Final = Scope.REGION
_MAGNITUDES: Final = frozenset(wording(__name__).text("magnitudes"))


def flagged(observations: Sequence[Observation], catalogue: Catalogue) -> tuple[Observation, ...]:
    """The observations, with these flags beside those they have.

    `implausible`: outside the catalogue's range. `other_unit`: an amount that the base unit does
    not measure, dollars where that is 元. `conflict`: one fact (indicator, measure, status, years,
    region as a whole, unit), of no part of a year, stated with different plain values, none of
    them a stretch target; its statements share one number.
    """
    result = list(observations)
    facts: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for i, observation in enumerate(result):
        if observation.indicator is None:
            continue
        indicator = catalogue.indicators[observation.indicator]
        other_unit = _in_other_unit(observation, indicator)
        raised = ("implausible",) if _implausible(observation, indicator, other_unit) else ()
        if other_unit:
            raised = (*raised, "other_unit")
        if raised:
            result[i] = replace(observation, flags=(*observation.flags, *raised))
        stated = observation.scope is _REGION and observation.measure is not _CHANGE
        if stated and not rules_part_of_year(observation.rule):
            key = (
                observation.indicator, observation.measure, observation.status,
                observation.period_start, observation.period_end, observation.base_unit,
                observation.stretch,
            )  # fmt: skip
            facts[key].append(i)
    conflict = 0
    for places in facts.values():
        exact = [i for i in places if result[i].bound == "eq" and result[i].value_high is None]
        if len({result[i].base_value for i in exact}) > 1:
            conflict += 1
            for i in exact:
                result[i] = replace(
                    result[i], flags=(*result[i].flags, "conflict"), conflict=conflict
                )
    return tuple(result)


def _in_other_unit(observation: Observation, indicator: Indicator) -> bool:
    return observation.measure in (_LEVEL, _CHANGE) and observation.base_unit not in (
        None,
        indicator.base_unit,
        POINTS,
    )


def _implausible(observation: Observation, indicator: Indicator, other_unit: bool) -> bool:
    """Whether a value is outside what its indicator, or its growth, can be."""
    value = observation.base_value
    if value is None:
        return False
    if observation.measure in (_GROWTH, _AVERAGE_GROWTH):
        low, high = indicator.growth_range
        return observation.unit == "%" and not low <= float(value) <= high
    if observation.measure is _LEVEL and indicator.range is not None and not other_unit:
        low, high = indicator.range
        return not low <= float(value) <= high
    return False


def lacks_digits(text: str, number: Number, indicator: Indicator) -> bool:
    """财政总收入突破万元大关: whether a magnitude without a numeral is less than its indicator can
    be, so that its digits were lost."""
    if text[number.number_start] not in _MAGNITUDES or indicator.range is None:
        return False
    counted = dimension(number.unit)
    if counted is None or counted[0] != (dimension(indicator.base_unit) or ("",))[0]:
        return False
    return float(number.value * counted[1]) < indicator.range[0]
