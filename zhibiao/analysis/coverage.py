"""Why a cell is empty: a grid of region, year of the report, and indicator, each with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from zhibiao.analysis.cells import PART_OF_YEAR, Cell, cells, of_its_year
from zhibiao.analysis.labels import EVERY_INDICATOR_ZH
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.domain import Scope, Status
from zhibiao.gazetteer.gazetteer import Gazetteer

Row = dict[str, Any]

NOT_SUBMITTED = "not_submitted"
EVERY_INDICATOR = "all"
# Of a report that has been processed, from nothing to a value; the last one that holds decides.
(
    NOTHING_STATED, MENTIONED, VALUE_OTHER_YEARS, QUALITATIVE, RELATIVE, VALUE_SET_ASIDE,
    VALUE_PART_OF_YEAR, VALUE,
) = STATED = (
    "nothing_stated",
    "mentioned",  # named near a number, of which no value was taken
    "value_other_years",  # of several years (五年来, 年均), or of a year that is not the report's
    "qualitative",
    "relative",
    "value_set_aside",
    "value_part_of_year",
    "value",
)  # fmt: skip

COVERAGE_COLUMNS = (
    "region", "region_code", "province", "level", "year", "indicator", "indicator_zh", "reason",
    "detail", "target_reason", "target_measures", "outturn_reason", "outturn_measures",
    "outturn_year", "document_id", "document", "source", "corrected", "evidence", "start", "end",
    "address",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One report of the grid, submitted or only expected."""

    region_code: str
    region: str | None
    province: str | None
    level: str | None
    year: int  # of delivery
    review_year: int | None = None
    state: str = NOT_SUBMITTED  # else the document's: "done", "failed", "quarantined" …
    detail: str | None = None  # of a failure: its code and message
    document_id: int | None = None
    document: str | None = None
    source: str | None = None
    corrected: tuple[str, ...] = ()  # fields of its metadata that a person has decided


Grid = Mapping[str, Mapping[int, Report]]  # region code -> year -> report


def with_expected(submitted: Grid, expected: Sequence[tuple[str, int]] = ()) -> Grid:
    """The reports that were submitted, and those that were expected (region code, year).

    Without any expectation, every region is expected for every year that any report is of.
    """
    years = sorted({year for reports in submitted.values() for year in reports})
    found = {code: dict(reports) for code, reports in submitted.items()}
    for code, year in expected or [(code, year) for code in submitted for year in years]:
        own = found.setdefault(code, {})
        if year not in own:
            own[year] = _not_submitted(
                code, year, next(iter(submitted.get(code, {}).values()), None)
            )
    return found


def _not_submitted(code: str, year: int, other: Report | None) -> Report:
    """A report that is missing, called as another one of its region is."""
    if other is not None:
        return Report(
            region_code=code,
            region=other.region,
            province=other.province,
            level=other.level,
            year=year,
        )
    gazetteer = Gazetteer.load()
    region = gazetteer.by_code(code)
    return Report(
        region_code=code,
        region=None if region is None else region.name,
        province=None if region is None else gazetteer.province(region),
        level=None if region is None else region.level,
        year=year,
    )


def why_nothing(reports: Grid, region_code: str, year: int) -> str:
    """Why a region's report of a year gives no value."""
    report = reports.get(region_code, {}).get(year)
    if report is None:
        return NOT_SUBMITTED
    return NOTHING_STATED if report.state == "done" else report.state


def by_report(rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The same rows, but one for all indicators where a report was not submitted, or not read.

    Most rows of a grid of many years are of those.
    """
    for _, group in groupby(rows, key=lambda row: (row["region_code"], row["year"])):
        of_report = list(group)
        if of_report[0]["reason"] in STATED:
            yield from of_report
        else:
            of_all = {"indicator": EVERY_INDICATOR, "indicator_zh": EVERY_INDICATOR_ZH}
            yield {**of_report[0], **of_all}


def outturn_reasons(
    without_values: Iterable[Mapping[str, Any]],
) -> dict[tuple[int, str, str], str]:
    """Why a report gives no outturn: by its year, indicator and measure, where it says something.

    With "" for the measure: of any one. `without_values` as of `coverage_rows`, with those of other
    years.
    """
    found: dict[tuple[int, str, str], str] = {}
    for said in without_values:
        if said["status"] == Status.ACTUAL:
            for measure in (said["measure"], ""):
                key = (said["year"], said["indicator"], measure)
                found[key] = max(said["kind"], found.get(key, NOTHING_STATED), key=STATED.index)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stated:
    """What one report states of one indicator, as a target or as an outturn."""

    reason: str
    measures: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    record: Mapping[str, Any] | None = None  # the first that says so, where its place is known


_NOTHING = _Stated(reason=NOTHING_STATED)


def coverage_rows(
    reports: Sequence[Report],
    records: Sequence[Mapping[str, Any]],
    catalogue: Catalogue,
    *,
    indicators: Iterable[str] = (),
    without_values: Iterable[Mapping[str, Any]] = (),
    address: Callable[[Mapping[str, Any]], str] | None = None,
) -> Iterator[Row]:
    """The rows of one region: of every report, each indicator once.

    `records` are the region's statements, `without_values` those that give none of the report's
    years (与经济增长同步, 五年累计…; also `of_other_years`), with their reason as `kind`.
    `indicators`: none is all of the catalogue. `address`: a link to the place of a record.
    """
    stated = _stated(cells(records, catalogue=catalogue), without_values)
    wanted = list(indicators) or list(catalogue.indicators)
    for report in sorted(reports, key=lambda each: each.year):
        for indicator in wanted:
            yield _row(report, indicator, stated, catalogue, address)


def of_other_years(records: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Values of the region that no panel takes from their report."""
    for record in records:
        whole = record["indicator"] is not None and record["scope"] == Scope.REGION
        if whole and not of_its_year(record):
            yield {**record, "kind": VALUE_OTHER_YEARS}


def _stated(
    found: Iterable[Cell], without_values: Iterable[Mapping[str, Any]]
) -> dict[tuple[int, str, str], _Stated]:
    """By year of the report, indicator and status."""
    known: dict[tuple[int, str, str], _Stated] = {}
    for said in without_values:
        key = (said["year"], said["indicator"], said["status"])
        _learn(known, key, said["kind"], said["measure"], said)
    for cell in found:
        flags = cell.chosen.flags
        if cell.chosen.fit:
            reason = VALUE
        else:
            reason = VALUE_PART_OF_YEAR if PART_OF_YEAR in flags else VALUE_SET_ASIDE
        key = (cell.chosen.record["year"], cell.key.indicator, cell.key.status)
        _learn(known, key, reason, cell.key.measure, cell.chosen.record, flags)
    return known


def _learn(
    known: dict[tuple[int, str, str], _Stated], key: tuple[int, str, str], reason: str,
    measure: str, record: Mapping[str, Any], flags: tuple[str, ...] = (),
) -> None:  # fmt: skip
    before = known.get(key, _NOTHING)
    if STATED.index(reason) > STATED.index(before.reason):
        known[key] = _Stated(reason=reason, measures=(measure,), flags=flags, record=record)
    elif reason == before.reason and measure not in before.measures:
        measures = (*before.measures, measure)
        known[key] = replace(before, measures=measures)


def _row(
    report: Report,
    indicator: str,
    stated: Mapping[tuple[int, str, str], _Stated],
    catalogue: Catalogue,
    address: Callable[[Mapping[str, Any]], str] | None,
) -> Row:
    known = catalogue.indicators.get(indicator)
    done = report.state == "done"
    target = stated.get((report.year, indicator, Status.TARGET.value), _NOTHING)
    outturn = stated.get((report.year, indicator, Status.ACTUAL.value), _NOTHING)
    best = max(target, outturn, key=lambda each: STATED.index(each.reason))
    reviewed = report.review_year if done else report.year - 1
    return {
        "region": report.region,
        "region_code": report.region_code,
        "province": report.province,
        "level": report.level,
        "year": report.year,
        "indicator": indicator,
        "indicator_zh": None if known is None else known.name_zh,
        "reason": best.reason if done else report.state,
        "detail": (" ".join(best.flags) or None) if done else report.detail,
        "target_reason": target.reason if done else report.state,
        "target_measures": " ".join(target.measures) or None,
        "outturn_reason": outturn.reason if done else report.state,
        "outturn_measures": " ".join(outturn.measures) or None,
        "outturn_year": reviewed,
        "document_id": report.document_id,
        "document": report.document,
        "source": report.source,
        "corrected": " ".join(report.corrected) or None,
        **_place(best.record if done else None, address),
    }


def _place(
    record: Mapping[str, Any] | None, address: Callable[[Mapping[str, Any]], str] | None
) -> Row:
    """Where the report says what a reason is about."""
    if record is None or record.get("start") is None:
        return dict.fromkeys(("evidence", "start", "end", "address"))
    return {
        "evidence": record["evidence"],
        "start": record["start"],
        "end": record["end"],
        "address": None if address is None else address(record),
    }
