"""Which unit a bare number of a table has."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from zhibiao.catalogue.indicators import Indicator, Kind
from zhibiao.catalogue.units import dimension


def level_unit(
    row: Sequence[str], column: Sequence[str], table: Sequence[str], indicators: Sequence[Indicator]
) -> str | None:
    """The unit of a level: the row's, the column's, the table's; None where they do not settle it.

    "" for what needs none: the index of prices.
    """
    if row and "%" in column and "%" not in row:
        return None
    for units in (row, column, table):
        unit = _one_of(units, indicators)
        if unit:
            return unit
    kinds = {indicator.kind for indicator in indicators}
    if kinds == {Kind.RATE}:
        return "%"
    return "" if kinds == {Kind.PRICE} else None


def _one_of(units: Sequence[str], indicators: Sequence[Indicator]) -> str:
    """The only unit, or of several the only one that measures the indicator."""
    if len(units) == 1:
        return units[0]
    fitting = [unit for unit in units if _measures(unit, indicators)]
    return fitting[0] if len(fitting) == 1 else ""


def _measures(unit: str, indicators: Sequence[Indicator]) -> bool:
    counted = dimension(unit)
    return counted is not None and any(counted[0] in indicator.units for indicator in indicators)


def is_plausible(value: Decimal, unit: str, indicators: Sequence[Indicator]) -> bool:
    """Whether a level in a unit that stands elsewhere in the table is one that an indicator has."""
    counted = dimension(unit)
    if counted is None or not indicators:
        return True
    for indicator in indicators:
        same = counted[0] == (dimension(indicator.base_unit) or ("", 1))[0]
        if indicator.range is None or not same:
            return True
        low, high = indicator.range
        if low <= float(value * counted[1]) <= high:
            return True
    return False
