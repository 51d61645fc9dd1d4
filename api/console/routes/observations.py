"""Observations of all documents, and the panel that they make."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import knowledge
from api.choices import check
from api.console.charts import chart, chart_unit
from api.console.choices import ObservationChoice, PanelChoice, chosen
from api.console.forms import check_form
from api.console.pages import page
from api.observations import observation_page
from api.schemas import ObservationPage
from api.service import CurrentService
from zhibiao.catalogue.indicators import Indicator
from zhibiao.domain import Measure, Status
from zhibiao.errors import ZhibiaoError
from zhibiao.store.observations import ObservationFilter
from zhibiao.store.panel import PANEL_KEYS, panel_frame

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_OBSERVATIONS = 50
_REGIONS = 200  # rows of a panel that a page shows
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
    indicators = knowledge.catalogue_of(service.settings).indicators
    wanted = ObservationFilter(
        documents=choice.reports(),
        indicators=(choice.indicator,),
        measure=choice.measure.value,
        status=choice.status.value,
    )
    column = f"{choice.indicator}_{choice.measure}_{choice.status}"
    values: dict[tuple[str, str], dict[int, float]] = {}  # by region's code and name, by year
    with service.store.read() as connection:
        try:
            check(
                connection,
                service.settings,
                run=choice.run,
                indicators=[choice.indicator],
                region=choice.region,
            )
            frame = panel_frame(connection, wanted)
            if column in frame.columns:
                chosen_rows = frame[[*PANEL_KEYS, column]].dropna(subset=[column])
                for row in chosen_rows.itertuples(index=False, name=None):
                    code, region, _, _, year, value = row
                    values.setdefault((code, region), {})[int(year)] = float(value)
        except ZhibiaoError as error:
            problem = error.message
    years = sorted({year for each in values.values() for year in each})
    unit = _unit(choice.measure, indicators.get(choice.indicator))
    shown = dict(list(values.items())[:_REGIONS])
    series = {name: each for (_, name), each in shown.items()}
    return page(
        request,
        "panel.html",
        status=200 if problem is None else 422,
        choice=choice,
        written=asked.written,
        problem=problem,
        indicators=list(indicators.values()),
        indicator=indicators.get(choice.indicator),
        measures=list(Measure),
        statuses=list(Status),
        values=shown,
        regions=len(values),
        years=years,
        unit=unit,
        chart=chart(series, years, unit),
        chart_unit=chart_unit(series, unit),
    )


def _unit(measure: Measure, indicator: Indicator | None) -> str:
    if measure in (Measure.GROWTH, Measure.AVERAGE_GROWTH):
        return "%"
    if measure is Measure.RATIO:
        return "倍"
    base_unit = "" if indicator is None else indicator.base_unit
    return "个百分点" if measure is Measure.CHANGE and base_unit == "%" else base_unit
