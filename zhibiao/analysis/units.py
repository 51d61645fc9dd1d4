"""The unit of a panel's values: an indicator's base unit, or one that the reader asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.units import DOLLARS, POINTS, STANDARD_COAL, dimension
from zhibiao.domain import Measure
from zhibiao.errors import ZhibiaoError

_PERCENT, _TIMES = "%", "倍"
_MONEY = "元"
_LARGEST_PER_HEAD = 10_000  # base units in one: 万元
_PIECES, _HOUSEHOLDS = "个", "户"
# What is in these, or in one unit per another, does not add up over the parts of a region. Standard
# coal is measured by what a yuan of product takes.
_NO_AMOUNTS = frozenset((_PERCENT, POINTS, _TIMES, "番", "岁", "天", STANDARD_COAL))


class UnknownUnit(ZhibiaoError):
    """No indicator is measured in this unit."""

    code = "unknown_unit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Units:
    """Which unit a value is shown in; without a wish it stays in its base unit."""

    wanted: Mapping[str, tuple[str, Decimal]]  # dimension -> unit, and base units in one of it

    @classmethod
    def of(cls, wanted: Iterable[str], catalogue: Catalogue) -> Units:
        """Raises UnknownUnit: of a unit that no indicator has, and of two that exclude each other.

        `亿元` is for every amount of money in yuan; dollars stay dollars.
        """
        known = {name for each in catalogue.indicators.values() for name in each.units}
        known |= {DOLLARS, *(each.base_unit for each in catalogue.indicators.values())}
        dimensions = {found[0] for name in known if (found := dimension(name)) is not None}
        chosen: dict[str, tuple[str, Decimal]] = {}
        for unit in wanted:
            found = dimension(unit)
            if found is None or found[0] not in dimensions:
                raise UnknownUnit(
                    f"No indicator is measured in {unit!r}; try 亿元, 万元, 万人, 万亩.",
                    unit=unit,
                )
            name, factor = found
            if name in chosen and chosen[name][0] != unit:
                raise UnknownUnit(
                    f"{chosen[name][0]} and {unit} measure the same: give one of them.",
                    unit=unit,
                )
            chosen[name] = (unit, factor)
        return cls(wanted=chosen)

    def shown(self, unit: str, *, per_head: bool = False) -> tuple[str, Decimal]:
        """The unit that values in `unit` are shown in, and what to multiply them by.

        Amounts `per_head` stay as they are where the wish is for far larger ones (亿元).
        """
        found = dimension(unit)
        if found is None or found[0] not in self.wanted:
            return unit, Decimal(1)
        wanted, factor = self.wanted[found[0]]
        if per_head and factor > _LARGEST_PER_HEAD:
            return unit, Decimal(1)
        return wanted, found[1] / factor


def counted_in(unit: str, base_unit: str) -> str:
    """The base unit of a value that is stated in a unit: the indicator's own, as a rule.

    Companies are 户, 家 and 个 alike; but where 个 are counted, 7.9万户 are the households in them.
    """
    if base_unit == _PIECES and unit.endswith((_HOUSEHOLDS, "戶")):
        return _HOUSEHOLDS
    return base_unit


def is_amount(unit: str, *, per_head: bool) -> bool:
    """Whether values add up over the parts of a region: 亿元, 公里, 人; not %, 岁, 微克/立方米."""
    return not per_head and unit not in _NO_AMOUNTS and "/" not in unit


def usual_unit(measure: str, base_unit: str) -> str:
    """The unit that a measure of an indicator has without further notice."""
    if measure in (Measure.GROWTH, Measure.AVERAGE_GROWTH):
        return _PERCENT
    if measure == Measure.RATIO:
        return _TIMES
    if measure == Measure.CHANGE and base_unit == _PERCENT:
        return POINTS
    return base_unit


def unit_of_difference(unit: str) -> str:
    """What one value minus another is in: 5.2% minus 5% is 0.2 percentage points."""
    return POINTS if unit == _PERCENT else unit


def yuan(value: Decimal, unit: str) -> Decimal | None:
    """An amount of money in yuan; None for what is no such amount."""
    found = dimension(unit)
    return value * found[1] if found is not None and found[0] == _MONEY else None
