"""The panel of regions: a long table of one row a cell, a wide one of one row a region and year.

Regions come in the order of their codes, so that a province and a prefecture are known before what
is below them; only one region's statements are in memory at a time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from zhibiao.analysis.cells import Candidate, Cell, CellKey, base_high, cells
from zhibiao.analysis.coverage import NOTHING_STATED, outturn_reasons
from zhibiao.analysis.derived import derived
from zhibiao.analysis.names import Facet, WideColumn, wide_column
from zhibiao.analysis.units import Units, yuan
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.domain import Status
from zhibiao.gazetteer.gazetteer import Gazetteer
from zhibiao.spool import spooled

Record = Mapping[str, Any]
_Said = Mapping[tuple[int, str, str], str]  # see `outturn_reasons`
Row = dict[str, Any]

PANEL_KEYS = ("region_code", "region", "province", "level", "year")
LONG_COLUMNS = (
    "region", "region_code", "province", "level", "year", "indicator", "measure", "status",
    "value", "value_high", "unit", "bound", "tone", "stretch", "yuan", "certain",
    "corrected", "competing", "competitors", "flags", "headline", "outturn", "gap",
    "outturn_missing", "above_region", "above_target", "over_above", "value_stated", "unit_stated",
    "document", "source", "sentence", "evidence", "start", "end", "document_id",
    "observation", "address",
)  # fmt: skip

_AREA_ENDS = "00"  # of the codes of provinces and prefectures, which others are below


@dataclass(frozen=True, kw_only=True)
class PanelRules:
    """How a panel is made."""

    catalogue: Catalogue
    units: Units
    address: Callable[[Record], str]  # where a statement can be looked at
    indicators: frozenset[str] = frozenset()  # none: all
    certain: bool = False  # only statements that there is no doubt about
    set_aside: bool = False  # the wide table, too, has what it leaves out otherwise
    # Why a region's report of a year gives no outturn: "not_submitted", "not_stated" …
    missing: Callable[[str, int], str] = lambda _region_code, _year: ""
    # What a region's reports say without a value of their years, see `coverage_rows`; asked for in
    # the order of the codes, for the long table.
    without_values: Callable[[str], Iterable[Record]] = lambda _region_code: ()


@dataclass
class _Above:
    """Targets of the provinces and prefectures that regions to come may be below."""

    targets: dict[str, dict[CellKey, Decimal]] = field(default_factory=dict)

    def learn(self, code: str, found: Iterable[Cell]) -> None:
        if not code.endswith(_AREA_ENDS):
            return
        if code.endswith("0000"):  # the next province
            kept = {"000000", code}
            self.targets = {known: own for known, own in self.targets.items() if known in kept}
        self.targets[code] = {
            cell.key: cell.chosen.value
            for cell in found
            if cell.key.status == Status.TARGET and cell.chosen.fit
        }

    def of(self, code: str, key: CellKey) -> tuple[str, Decimal] | None:
        """The nearest level of government above that is not the nation, and its target."""
        gazetteer = Gazetteer.load()
        region = gazetteer.by_code(code)
        if region is None:
            return None
        for superior in gazetteer.superiors(region):
            if superior.level == "nation" and region.level != "province":
                continue
            value = self.targets.get(superior.code, {}).get(key)
            if value is not None:
                return superior.name, value
        return None


def long_rows(regions: Iterable[Sequence[Record]], rules: PanelRules) -> Iterator[Row]:
    """One row a cell, with the statement that it is taken from and all that concerns it.

    `regions` are the statements of one region each, in the order of their codes.
    """
    for region in _regions(regions, rules):
        said = outturn_reasons(rules.without_values(region.code))
        for cell in region.cells:
            yield _long_row(cell, region, rules, said)


@contextmanager
def wide_table(
    regions: Iterable[Sequence[Record]], rules: PanelRules, *, folder: Path | None = None
) -> Iterator[tuple[dict[str, WideColumn | None], Iterator[Row]]]:
    """The columns of the wide table, and its rows; to be read inside the context.

    Which columns there are is known only at the end: rows wait in a file without a name in
    `folder`, or where the system keeps temporary files. Raises OSError.
    """
    columns: set[WideColumn] = set()

    def made() -> Iterator[Row]:
        for region in _regions(regions, rules):
            for row, filled in _wide_rows(region, rules):
                columns.update(filled)
                yield row | {column.name: value for column, value in filled.items()}

    with ExitStack() as ending:
        try:
            rows = ending.enter_context(spooled(made(), folder))
        except OSError as error:  # a full disk, which does not say which
            place = str(folder or tempfile.gettempdir())
            raise OSError(error.errno, error.strerror, place) from error
        known: dict[str, WideColumn | None] = dict.fromkeys(PANEL_KEYS)
        known |= {column.name: column for column in sorted(columns)}
        empty = dict.fromkeys(known)
        yield known, (empty | row for row in rows)


@dataclass(frozen=True, kw_only=True)
class _Region:
    code: str
    cells: Sequence[Cell]
    by_key: Mapping[CellKey, Cell]
    above: Mapping[CellKey, tuple[str, Decimal]]  # of targets


def _regions(regions: Iterable[Sequence[Record]], rules: PanelRules) -> Iterator[_Region]:
    above = _Above()
    for records in regions:
        if not records:
            continue
        code = records[0]["region_code"]
        found = cells(records, catalogue=rules.catalogue, certain=rules.certain)
        above.learn(code, found)
        if rules.indicators:
            found = [cell for cell in found if cell.key.indicator in rules.indicators]
        superior = {
            cell.key: known
            for cell in found
            if cell.key.status == Status.TARGET and (known := above.of(code, cell.key)) is not None
        }
        by_key = {cell.key: cell for cell in found}
        yield _Region(code=code, cells=found, by_key=by_key, above=superior)


def _shown(value: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if value is None else (value * factor).normalize()


def _outturn(cell: Cell, region: _Region) -> Cell | None:
    """The outturn that a target is compared with."""
    if cell.key.status != Status.TARGET or not cell.chosen.fit:
        return None
    found = region.by_key.get(cell.key._replace(status=Status.ACTUAL.value))
    return found if found is not None and found.chosen.fit else None


def _long_row(cell: Cell, region: _Region, rules: PanelRules, said: _Said) -> Row:
    key, chosen = cell.key, cell.chosen
    record = chosen.record
    unit, factor = _unit(key, rules)
    high = base_high(record)
    outturn = _outturn(cell, region)
    above = region.above.get(key) if chosen.fit else None
    row = {name: record.get(name) for name in LONG_COLUMNS}
    gap = None if outturn is None else outturn.chosen.value - chosen.value
    row |= {
        "year": key.year,
        "value": _shown(chosen.value, factor),
        "value_high": _shown(high, factor),
        "unit": unit,
        "stretch": _shown(None if cell.stretch is None else cell.stretch.value, factor),
        "yuan": yuan(chosen.value, key.unit),
        "competing": len(cell.competitors),
        "competitors": "; ".join(map(_told, cell.competitors)) or None,
        "flags": list(chosen.flags),
        "headline": chosen.headline,
        "outturn": _shown(None if outturn is None else outturn.chosen.value, factor),
        "gap": _shown(gap, factor),
        "outturn_missing": _missing(cell, outturn, region, rules, said),
        "above_region": None if above is None else above[0],
        "above_target": _shown(None if above is None else above[1], factor),
        "over_above": _shown(_over(cell, above), factor),
        "value_stated": record["value"],
        "unit_stated": record["unit"],
        "observation": record.get("id"),
        "address": rules.address(record),
    }
    return row


def _over(cell: Cell, above: tuple[str, Decimal] | None) -> Decimal | None:
    """A target minus that of the region above, which of amounts would be that of the whole."""
    if above is None or cell.chosen.amount:
        return None
    return cell.chosen.value - above[1]


def _missing(
    cell: Cell, outturn: Cell | None, region: _Region, rules: PanelRules, said: _Said
) -> str | None:
    """Why a target has no outturn beside it."""
    key = cell.key
    if key.status != Status.TARGET or outturn is not None:
        return None
    if not cell.chosen.fit:
        return "target_set_aside"
    found = region.by_key.get(key._replace(status=Status.ACTUAL.value))
    if found is not None:
        return f"value_{next(iter(found.chosen.flags))}"
    reason = rules.missing(region.code, key.year + 1)
    if reason != NOTHING_STATED:
        return reason or None
    report = (key.year + 1, key.indicator)
    if (*report, key.measure) in said:
        return said[*report, key.measure]
    others = [
        other.key.measure
        for other in region.cells
        if (other.key.year, other.key.indicator) == (key.year, key.indicator)
        and other.key.status == Status.ACTUAL
        and other.chosen.fit
    ]
    if others:
        return "value_other_unit" if key.measure in others else "value_other_measure"
    return said.get((*report, ""), NOTHING_STATED)


def _told(candidate: Candidate) -> str:
    """8%左右 [812-824]: a competing statement in short."""
    record = candidate.record
    number = f"{Decimal(str(record['value'])).normalize():f}"
    high = record["value_high"]
    said = number if high is None else f"{number}-{Decimal(str(high)).normalize():f}"
    return f"{said}{record['unit']} {record['bound']} [{record['start']}-{record['end']}]"


def _wide_rows(
    region: _Region, rules: PanelRules
) -> Iterator[tuple[Row, dict[WideColumn, Decimal]]]:
    years: dict[int, tuple[Row, dict[WideColumn, Decimal]]] = {}
    for cell in region.cells:
        if not (cell.chosen.fit or rules.set_aside):
            continue
        record = cell.chosen.record
        # Names are those of the first statement: a region that was renamed keeps one row a year.
        row = {name: record[name] for name in PANEL_KEYS} | {"year": cell.key.year}
        _, filled = years.setdefault(cell.key.year, (row, {}))
        _fill(filled, cell, region, rules)
    for key, value in derived(region.by_key).items():
        if key.year in years:
            unit, factor = _unit(key, rules)
            column = _column(key, unit, rules)
            years[key.year][1][replace(column, facet="derived")] = (value * factor).normalize()
    for year in sorted(years):
        yield years[year]


def _unit(key: CellKey, rules: PanelRules) -> tuple[str, Decimal]:
    """The unit that a cell's values are shown in, and what to multiply them by."""
    known = rules.catalogue.indicators.get(key.indicator)
    return rules.units.shown(key.unit, per_head=known is not None and known.per_head)


def _column(key: CellKey, unit: str, rules: PanelRules) -> WideColumn:
    return wide_column(rules.catalogue, key.indicator, key.measure, key.status, key.unit, unit)


def _fill(
    filled: dict[WideColumn, Decimal], cell: Cell, region: _Region, rules: PanelRules
) -> None:
    key = cell.key
    unit, factor = _unit(key, rules)
    column = _column(key, unit, rules)
    outturn, above = _outturn(cell, region), region.above.get(key)
    value = cell.chosen.value
    facets: dict[Facet, Decimal | None] = {
        "": value,
        "high": base_high(cell.chosen.record),
        "stretch": None if cell.stretch is None else cell.stretch.value,
        "gap": None if outturn is None else outturn.chosen.value - value,
        "above": None if above is None else above[1],
        "over_above": _over(cell, above),
    }
    for facet, found in facets.items():
        shown = _shown(found, factor)
        if shown is not None:
            filled[replace(column, facet=facet)] = shown
