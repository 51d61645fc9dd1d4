"""/v1/observations: what the reports state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response, StreamingResponse

from api.choices import check
from api.observations import observation_detail, observation_page
from api.parameters import (
    Certain,
    Corrections,
    DocumentChoice,
    Indicators,
    Limit,
    Next,
    OpenQuantities,
    Reports,
    StoreId,
)
from api.schemas.observations import ObservationDetail, ObservationPage
from api.service import CurrentService, Service
from zhibiao.domain import Measure, Status
from zhibiao.rendering import csv_lines
from zhibiao.store.queries.exports import observation_records
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.tables.observations import OBSERVATION_COLUMNS

router = APIRouter(tags=["observations"])


@router.get(
    "/observations",
    operation_id="list_observations",
    summary="Observations that match, as JSON pages or as one CSV",
    response_model=ObservationPage,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def list_observations(
    service: CurrentService,
    reports: Reports,
    indicator: Indicators = None,
    measure: Annotated[Measure | None, Query()] = None,
    status: Annotated[Status | None, Query(description="Outturn or aim.")] = None,
    scope: Annotated[
        Literal["region", "part", "any"],
        Query(description="The region as a whole, a part of it or another, or both."),
    ] = "region",
    period: Annotated[
        int | None, Query(ge=1900, le=2200, description="Last year that the value refers to.")
    ] = None,
    document: DocumentChoice = None,
    open_quantities: OpenQuantities = False,
    certain: Certain = None,
    corrections: Corrections = True,
    form: Annotated[
        Literal["json", "csv"] | None,
        Query(alias="format", description="csv: all rows at once, for Excel and scripts."),
    ] = None,
    accept: Annotated[str, Header()] = "application/json",
    limit: Limit = 100,
    after: Next = None,
) -> ObservationPage | Response:
    """Each report counts once, however many prints of it were submitted."""
    wanted = ObservationFilter(
        documents=reports,
        document=document,
        indicators=tuple(indicator or ()),
        measure=None if measure is None else measure.value,
        status=None if status is None else status.value,
        scope=None if scope == "any" else scope,
        open_quantities=open_quantities,
        certain=certain,
        corrections=corrections,
        period=period,
    )
    as_csv = form == "csv" or (form is None and accept.partition(";")[0].strip() == "text/csv")
    with service.store.read() as connection:
        check(connection, service.settings, reports, document=document, indicators=indicator)
        if not as_csv:
            return observation_page(connection, wanted, limit=limit, cursor=after)
    return StreamingResponse(
        _csv(service, wanted),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="observations.csv"'},
    )


@router.get(
    "/observations/{observation}",
    operation_id="get_observation",
    summary="One observation with what stands around it",
)
def get_observation(
    service: CurrentService,
    request: Request,
    observation: Annotated[StoreId, Path(description="Id of an observation.")],
    lines: Annotated[int, Query(ge=0, le=1000, description="On either side of the number.")] = 10,
) -> ObservationDetail:
    with service.store.read() as connection:
        site = str(request.base_url).rstrip("/")
        return observation_detail(connection, observation, lines=lines, site=site)


def _csv(service: Service, wanted: ObservationFilter) -> Iterator[bytes]:
    with service.store.read() as connection:
        records = observation_records(connection, wanted)
        yield from csv_lines(records, OBSERVATION_COLUMNS)
