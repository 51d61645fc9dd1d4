"""Reports that were read without a service as the tables that the service exports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from zhibiao.analysis.cells import of_its_year
from zhibiao.analysis.coverage import (
    Grid,
    Report,
    coverage_rows,
    of_other_years,
    why_nothing,
    with_expected,
)
from zhibiao.analysis.panel import PanelRules
from zhibiao.analysis.units import Units
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.domain import Scope, StatementKind
from zhibiao.rendering import Record, TableFormat
from zhibiao.tables import Sheet, write
from zhibiao.tables.observations import LOCAL_OBSERVATION_COLUMNS
from zhibiao.tables.panels import Look, coverage_sheet, panel_sheets
from zhibiao.text.prints import Print, group

LocalTable = Literal["observations", "panel", "coverage", "codebook"]
_ByRegion = Mapping[str, list[Record]]  # by region code


@dataclass(frozen=True, kw_only=True, slots=True)
class TableWish:
    """Which table, and how."""

    table: LocalTable
    catalogue: Catalogue
    parts: bool = False  # of observations: also those of parts of the region
    long: bool = False  # of panel: one row a cell
    units: tuple[str, ...] = ()
    look: Look


def write_table(form: TableFormat, path: Path, reports: Sequence[Record], wish: TableWish) -> int:
    """Write a table of reports (records of the purpose "tabulate"); how many rows it has.

    Several prints of one report count once: the fullest one. Raises UnknownUnit, and
    OSError, which names `path`.
    """
    Units.of(wish.units, wish.catalogue)  # before hours of reading
    with _sheets(fullest(reports), wish, path.parent) as sheets:
        return write(form, path, sheets)


def is_unplaced(report: Record) -> bool:
    """Something is stated in the report, but no region or year is known that it were of."""
    known = report["report"]
    return bool(report["observations"]) and (known["region_code"] is None or known["year"] is None)


def fullest(reports: Sequence[Record]) -> list[Record]:
    """The reports without further prints of the same ones, in their order."""
    places: dict[tuple[Any, Any], list[int]] = defaultdict(list)
    for position, record in enumerate(reports):
        places[record["report"]["region_code"], record["report"]["year"]].append(position)
    kept: list[int] = []
    for (code, year), positions in places.items():
        if code is None or year is None:
            kept += positions
            continue
        prints = [
            Print(
                document=position,
                characters=reports[position]["characters"],
                partial=reports[position]["partial"],
                sketch=reports[position]["sketch"],
            )
            for position in positions
        ]
        kept += [members[0].document for members in group(prints)]
    return [reports[position] for position in sorted(kept)]


@contextmanager
def _sheets(reports: Sequence[Record], wish: TableWish, folder: Path) -> Iterator[Sequence[Sheet]]:
    if wish.table == "observations":
        yield [_observations(reports, wish)]
        return
    grid = _grid(reports)
    stated = dict(_by_region(reports, "observations"))
    said = _without_values(reports, stated)
    coverage = _coverage(grid, stated, said, wish.catalogue)
    if wish.table == "coverage":
        yield [coverage_sheet(coverage, wish.look)]
        return
    rules = _rules(grid, said, wish)
    made = panel_sheets(stated.values(), coverage, rules, wish.look, long=wish.long, folder=folder)
    with made as sheets:
        yield [sheets[1]] if wish.table == "codebook" else sheets


def _observations(reports: Sequence[Record], wish: TableWish) -> Sheet:
    records = (
        {name: record[name] for name in LOCAL_OBSERVATION_COLUMNS}
        for report in reports
        for record in report["observations"]
        if wish.parts or record["scope"] == Scope.REGION
    )
    return Sheet(title="observations", columns=LOCAL_OBSERVATION_COLUMNS, records=records)


def _by_region(reports: Sequence[Record], name: str) -> Iterator[tuple[str, list[Record]]]:
    """What the reports of each region state, by region code."""
    known = [report for report in reports if report["report"]["region_code"] is not None]
    known.sort(key=lambda report: str(report["report"]["region_code"]))
    for code, own in groupby(known, lambda report: str(report["report"]["region_code"])):
        yield code, [record for report in own for record in report[name]]


def _rules(grid: Grid, said: _ByRegion, wish: TableWish) -> PanelRules:
    return PanelRules(
        catalogue=wish.catalogue,
        units=Units.of(wish.units, wish.catalogue),
        address=_address,
        missing=partial(why_nothing, grid),
        without_values=lambda code: said.get(code, []),
    )


def _address(record: Mapping[str, Any]) -> str:
    return f"{record['source']}#{record['start']}-{record['end']}"


def _grid(reports: Sequence[Record]) -> Grid:
    """Every region is expected for every year that any report is of."""
    found: dict[str, dict[int, Report]] = defaultdict(dict)
    for record in reports:
        known = record["report"]
        if known["region_code"] is not None and known["year"] is not None:
            found[known["region_code"]].setdefault(known["year"], Report(**known, state="done"))
    return with_expected(found)


def _coverage(
    grid: Grid, stated: _ByRegion, said: _ByRegion, catalogue: Catalogue
) -> Iterator[Record]:
    for code in sorted(grid):
        yield from coverage_rows(
            list(grid[code].values()),
            stated.get(code, []),
            catalogue,
            without_values=said.get(code, []),
            address=_address,
        )


def _without_values(reports: Sequence[Record], stated: _ByRegion) -> _ByRegion:
    """By region code, what gives no value of its report's years; see `coverage_rows`.

    A mention gives no value whatever its year.
    """
    return {
        code: [
            *(
                each
                for each in own
                if each["scope"] == Scope.REGION
                and (of_its_year(each) or each["kind"] == StatementKind.MENTIONED)
            ),
            *of_other_years(stated[code]),
        ]
        for code, own in _by_region(reports, "statements")
    }
