"""Observations of all documents, and the panel that they make."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api import cursors, knowledge
from api.choices import check
from api.console.arriving import Checked, arriving_page
from api.console.charts import chart
from api.console.choices import ObservationChoice, PanelChoice, chosen
from api.console.forms import check_form
from api.console.messages import told
from api.console.names import indicator_names
from api.console.pages import form_page
from api.observations import observation_page
from api.schemas.observations import ObservationPage
from api.service import CurrentService
from zhibiao.analysis.cells import SET_ASIDE
from zhibiao.analysis.panel import PanelRules, Record, long_rows
from zhibiao.analysis.units import Units, usual_unit
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.errors import ZhibiaoError
from zhibiao.store.queries import documents
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.queries.panel import first_regions, statements_by_region

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_OBSERVATIONS = 50
_REPORTS = 80  # of a page of the panel: all that each of them states is looked at

Values = dict[tuple[str, str], dict[int, float]]  # by a region's code and name, by year

# What a page's table and the file of the same are narrowed by.
_REPORTS_CHOSEN = ("run", "region", "region_code", "year_from", "year_to")
_CSV = (
    *_REPORTS_CHOSEN,
    *("indicator", "measure", "status", "scope", "period", "document", "certain"),
)


@router.get("/observations")
async def show_observations(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, ObservationChoice)
    choice = asked.choice

    def find(checked: Checked) -> dict[str, Any]:
        problem = asked.problem
        found = ObservationPage(observations=[], next=None)
        with service.store.read() as connection:
            try:
                wanted = choice.filter()
                check(
                    connection,
                    service.settings,
                    wanted.documents,
                    document=wanted.document,
                    indicators=wanted.indicators,
                )
                cursors.decode_place(choice.next)
                checked()
                found = observation_page(
                    connection, wanted, limit=_OBSERVATIONS, cursor=choice.next
                )
            except ZhibiaoError as error:
                problem = told(request, error)
        return {"observations": found.observations, "following": found.next, "problem": problem}

    return await arriving_page(
        request,
        "observations.html",
        find,
        written=asked.written,
        exported=_only(asked.written, _CSV),
        names=await run_in_threadpool(indicator_names, service.settings),
    )


@router.get("/panel")
def show_panel(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, PanelChoice)
    choice, problem = asked.choice, asked.problem
    catalogue = knowledge.catalogue_of(service.settings)
    values: Values = {}
    regions: list[str] = []
    more = False
    unplaced = 0
    with service.store.read() as connection:
        empty = not documents.are_there_any(connection)
        try:
            reports = choice.reports()
            check(connection, service.settings, reports, indicators=[choice.indicator])
            wanted = ObservationFilter(documents=reports)
            regions, more = first_regions(
                connection, wanted, reports=_REPORTS, after=choice.next or ""
            )
            statements = statements_by_region(
                connection, wanted, codes=regions, filling=_filling(choice)
            )
            values = _values(statements, choice, catalogue)
            unplaced = documents.count(connection, replace(reports, unplaced=True))
        except ZhibiaoError as error:
            problem = told(request, error)
    years = sorted({year for each in values.values() for year in each})
    indicator = catalogue.indicators.get(choice.indicator)
    unit = usual_unit(choice.measure, "" if indicator is None else indicator.base_unit)
    series = {name: each for (_, name), each in values.items()}
    return form_page(
        request,
        "panel.html",
        empty=empty,
        choice=choice,
        written=asked.written,
        exported=_only(asked.written, _REPORTS_CHOSEN) | {"indicator": choice.indicator},
        problem=problem,
        names=indicator_names(service.settings),
        values=values,
        regions=len(regions),
        following=regions[-1] if more else None,
        unplaced=unplaced,
        years=years,
        unit=unit,
        chart=chart(series, years, unit),
    )


def _filling(choice: PanelChoice) -> dict[str, Collection[str]]:
    """What a record has to be of to be seen in the table."""
    return {
        "indicator": {choice.indicator},
        "measure": {choice.measure.value},
        "status": {choice.status.value},
    }


def _only(written: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: written[name] for name in names if name in written}


def _values(
    regions: Iterable[Sequence[Record]], choice: PanelChoice, catalogue: Catalogue
) -> Values:
    """What the wide panel says, in base units."""
    rules = PanelRules(
        catalogue=catalogue,
        units=Units.of((), catalogue),
        address=lambda _: "",  # cells lead to all that is stated, competing statements too
        indicators=frozenset((choice.indicator,)),
    )
    found: Values = {}
    for row in long_rows(regions, rules):
        if SET_ASIDE.isdisjoint(row["flags"]):
            region = found.setdefault((row["region_code"], row["region"]), {})
            region.setdefault(row["year"], float(row["value"]))
    return found
