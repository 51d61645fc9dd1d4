"""Observations of all documents, and the panel that they make."""

from __future__ import annotations

from itertools import islice

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api import knowledge
from api.choices import check
from api.console.charts import chart, chart_unit
from api.console.choices import ObservationChoice, PanelChoice, chosen
from api.console.forms import check_form
from api.console.pages import page
from api.observations import observation_page
from api.schemas.observations import ObservationPage
from api.service import CurrentService
from zhibiao.analysis.cells import SET_ASIDE
from zhibiao.analysis.panel import PanelRules, long_rows
from zhibiao.analysis.units import Units, usual_unit
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.domain import Measure, Status
from zhibiao.errors import ZhibiaoError
from zhibiao.store.observations import ObservationFilter
from zhibiao.store.panel import statements_by_region

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_OBSERVATIONS = 50
_REGIONS = 200  # of a panel, that a page shows

Values = dict[tuple[str, str], dict[int, float]]  # by a region's code and name, by year

# The ones that the list takes are those that the API's CSV does.
_CSV = (
    *("run", "region", "region_code", "year_from", "year_to", "indicator", "measure", "status"),
    *("scope", "period", "document", "certain"),
)


@router.get("/observations")
def show_observations(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, ObservationChoice)
    choice, problem = asked.choice, asked.problem
    found = ObservationPage(observations=[], next=None)
    with service.store.read() as connection:
        try:
            check(
                connection,
                service.settings,
                run=choice.run,
                document=choice.document,
                indicators=[choice.indicator] if choice.indicator else None,
                region=choice.region,
            )
            found = observation_page(
                connection, choice.filter(), limit=_OBSERVATIONS, cursor=choice.next
            )
        except ZhibiaoError as error:
            problem = error.message
    return page(
        request,
        "observations.html",
        status=200 if problem is None else 422,
        observations=found.observations,
        following=found.next,
        written=asked.written,
        exported={name: asked.written[name] for name in _CSV if name in asked.written},
        problem=problem,
        indicators=list(knowledge.catalogue_of(service.settings).indicators.values()),
        measures=list(Measure),
        statuses=list(Status),
    )


@router.get("/panel")
def show_panel(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, PanelChoice)
    choice, problem = asked.choice, asked.problem
    catalogue = knowledge.catalogue_of(service.settings)
    indicators = catalogue.indicators
    values: Values = {}
    more = False
    with service.store.read() as connection:
        try:
            check(
                connection,
                service.settings,
                run=choice.run,
                indicators=[choice.indicator],
                region=choice.region,
            )
            values, more = _values(connection, choice, catalogue)
        except ZhibiaoError as error:
            problem = error.message
    years = sorted({year for each in values.values() for year in each})
    indicator = indicators.get(choice.indicator)
    unit = usual_unit(choice.measure, "" if indicator is None else indicator.base_unit)
    series = {name: each for (_, name), each in values.items()}
    return page(
        request,
        "panel.html",
        status=200 if problem is None else 422,
        choice=choice,
        written=asked.written,
        problem=problem,
        indicators=list(indicators.values()),
        indicator=indicator,
        measures=list(Measure),
        statuses=list(Status),
        values=values,
        regions=_REGIONS if more else None,
        years=years,
        unit=unit,
        chart=chart(series, years, unit),
        chart_unit=chart_unit(series, unit),
    )


def _values(
    connection: Connection, choice: PanelChoice, catalogue: Catalogue
) -> tuple[Values, bool]:
    """What the wide panel says, in base units, and whether more regions than a page shows do."""
    wanted = ObservationFilter(documents=choice.reports())
    regions = statements_by_region(connection, wanted)
    rules = PanelRules(
        catalogue=catalogue,
        units=Units.of((), catalogue),
        address=lambda _: "",  # cells lead to all that is stated, competing statements too
        indicators=frozenset((choice.indicator,)),
    )
    found: Values = {}
    for row in long_rows(islice(regions, _REGIONS), rules):
        if (row["measure"], row["status"]) != (choice.measure, choice.status):
            continue
        if SET_ASIDE.isdisjoint(row["flags"]):
            region = found.setdefault((row["region_code"], row["region"]), {})
            region.setdefault(row["year"], float(row["value"]))
    return found, next(regions, None) is not None
