"""Reports that were read without a service as the tables that the service exports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from zhibiao.analysis.coverage import NOT_SUBMITTED, NOTHING_STATED, Report, coverage_rows
from zhibiao.analysis.panel import PanelRules
from zhibiao.analysis.units import Units
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.domain import Scope
from zhibiao.rendering import OBSERVATION_FIELDS, Record, TableFormat
from zhibiao.tables import Sheet, write
from zhibiao.tables.observations import OBSERVATION_COLUMNS
from zhibiao.tables.panels import Look, coverage_sheet, notes_sheet, panel_sheets
from zhibiao.text.prints import Print, group

LocalTable = Literal["observations", "panel", "coverage", "codebook"]

_SEPARATE = {name: kind for name, kind in OBSERVATION_COLUMNS.items() if name != "document_id"}


@dataclass(frozen=True, kw_only=True, slots=True)
class TableWish:
    """Which table, and how."""

    table: LocalTable
    catalogue: Catalogue
    parts: bool = False  # of observations: also those of parts of the region
    long: bool = False  # of panel: one row a cell
    units: tuple[str, ...] = ()
    look: Look


def write_table(form: TableFormat, path: Path, reports: Iterable[Record], wish: TableWish) -> int:
    """Write a table of reports (records of the purpose "tabulate"); how many rows it has.

    Several prints of one report count once: the fullest one. Raises TableTooLarge, UnknownUnit,
    and OSError, which names `path`.
    """
    Units.of(wish.units, wish.catalogue)  # before hours of reading
    with _sheets(fullest(list(reports)), wish) as sheets:
        return write(form, path, sheets)


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
def _sheets(reports: Sequence[Record], wish: TableWish) -> Iterator[Sequence[Sheet]]:
    if wish.table == "observations":
        yield [_observations(reports, wish)]
    elif wish.table == "coverage":
        yield [coverage_sheet(_coverage(reports, wish), wish.look)]
    else:
        rules = _rules(reports, wish)
        regions = (records for _, records in _by_region(reports, "observations"))
        with panel_sheets(regions, rules, wish.look, long=wish.long) as (panel, codebook):
            if wish.table == "codebook":
                yield [codebook]
                return
            coverage = coverage_sheet(_coverage(reports, wish), wish.look)
            yield [panel, codebook, coverage, notes_sheet(wish.look)]


def _observations(reports: Sequence[Record], wish: TableWish) -> Sheet:
    records = (
        {name: record[name] for name in OBSERVATION_FIELDS if name in _SEPARATE}
        for report in reports
        for record in report["observations"]
        if wish.parts or record["scope"] == Scope.REGION
    )
    return Sheet(title="observations", columns=_SEPARATE, records=records)


def _by_region(reports: Sequence[Record], name: str) -> Iterator[tuple[str, list[Record]]]:
    """What the reports of each region state, by region code."""
    known = [report for report in reports if report["report"]["region_code"] is not None]
    known.sort(key=lambda report: str(report["report"]["region_code"]))
    for code, own in groupby(known, lambda report: str(report["report"]["region_code"])):
        yield code, [record for report in own for record in report[name]]


def _rules(reports: Sequence[Record], wish: TableWish) -> PanelRules:
    read = {(report["report"]["region_code"], report["report"]["year"]) for report in reports}

    def address(record: Mapping[str, Any]) -> str:
        return f"{record['source']}#{record['start']}-{record['end']}"

    def missing(region_code: str, year: int) -> str:
        return NOTHING_STATED if (region_code, year) in read else NOT_SUBMITTED

    return PanelRules(
        catalogue=wish.catalogue,
        units=Units.of(wish.units, wish.catalogue),
        address=address,
        missing=missing,
    )


def _coverage(reports: Sequence[Record], wish: TableWish) -> Iterator[Record]:
    """Every region is expected for every year that any report is of."""
    grid: dict[str, dict[int, Report]] = defaultdict(dict)
    for record in reports:
        known = record["report"]
        if known["region_code"] is not None and known["year"] is not None:
            grid[known["region_code"]].setdefault(known["year"], Report(**known, state="done"))
    years = {year for own in grid.values() for year in own}
    stated = dict(_by_region(reports, "observations"))
    said = dict(_by_region(reports, "statements"))
    for code in sorted(grid):
        one = next(iter(grid[code].values()))
        for year in years - set(grid[code]):
            grid[code][year] = Report(
                region_code=code,
                region=one.region,
                province=one.province,
                level=one.level,
                year=year,
            )
        without_values = [each for each in said.get(code, []) if _of_a_year(each)]
        yield from coverage_rows(
            list(grid[code].values()),
            stated.get(code, []),
            wish.catalogue,
            without_values=without_values,
        )


def _of_a_year(statement: Record) -> bool:
    """Of a year that a panel takes from the report, and of the region as a whole."""
    of = statement["year"] if statement["status"] == "target" else statement["review_year"]
    years = (statement["period_start"], statement["period_end"])
    return statement["scope"] == Scope.REGION and years == (of, of) and of is not None
