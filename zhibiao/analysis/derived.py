"""Outturns that no report states and that follow from two others: growth from the levels of two
years, a level from that of the year before and the growth.

Only of exact values, and not of industry above designated size (规模以上) and all of it at once.
Levels are at current prices and growth, as a rule, at constant ones, so that what follows is near
the truth and not a statement: it has columns of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal

from zhibiao.analysis.cells import Cell, CellKey
from zhibiao.catalogue.units import DOLLARS
from zhibiao.domain import Bound, Measure, Status
from zhibiao.language.wording import wording

_PERCENT = "%"
# Rates have no growth; of what is counted in dollars and in yuan too, the growth is of one of them.
_NOT_DERIVED = (_PERCENT, DOLLARS)
_GROWTH_STEP = Decimal("0.01")
_LEVEL = Context(prec=6)
_SURVEYED = wording(__name__).pattern("surveyed")


def derived(cells: Mapping[CellKey, Cell]) -> dict[CellKey, Decimal]:
    """The values of one region that follow from others, by the key that a stated one would have.

    In base units; growth in %, to two decimals, and levels to six digits. Shares, rates and amounts
    in dollars have none.
    """
    found: dict[CellKey, Decimal] = {}
    for key in cells:
        of_level = key.measure == Measure.LEVEL and key.status == Status.ACTUAL
        if not of_level or key.unit in _NOT_DERIVED:
            continue
        level = _exact(cells.get(key))
        if level is None or level <= 0:
            continue
        after = key._replace(year=key.year + 1)
        grown = after._replace(measure=Measure.GROWTH.value, unit=_PERCENT)
        next_level, growth = _exact(cells.get(after)), _exact(cells.get(grown))
        if not _alike(cells[key], cells.get(after)):
            next_level = None
        if not _alike(cells[key], cells.get(grown)):
            growth = None
        if not _stated(cells.get(grown)) and next_level is not None:
            found[grown] = ((next_level / level - 1) * 100).quantize(_GROWTH_STEP)
        if not _stated(cells.get(after)) and growth is not None:
            found[after] = _LEVEL.multiply(level, 1 + growth / 100)
    return found


def _alike(cell: Cell, other: Cell | None) -> bool:
    """Whether both, or neither, are of those that surveys cover: above designated size."""
    if other is None:
        return False
    one, two = (
        bool(_SURVEYED.search(each.chosen.record["evidence"] or "")) for each in (cell, other)
    )
    return one == two


def _stated(cell: Cell | None) -> bool:
    """Whether the wide table has a value of its own."""
    return cell is not None and cell.chosen.fit


def _exact(cell: Cell | None) -> Decimal | None:
    """A cell's value, if it may be in the wide table and is one number."""
    if cell is None or not _stated(cell):
        return None
    record = cell.chosen.record
    exact = record["bound"] == Bound.EQ and record["value_high"] is None
    return cell.chosen.value if exact else None
