"""Is the service well, what is it, what does it know?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api import knowledge, readiness
from api.errors import error_response
from api.metrics import exposition
from api.schemas.errors import ErrorAnswer
from api.schemas.service import CatalogueView, IndicatorView, VersionView
from api.service import CurrentService
from tasks import health
from zhibiao import __version__
from zhibiao.store.database.migrate import head

router = APIRouter(tags=["service"])
open_router = APIRouter(tags=["service"])  # needs no token
metrics_router = APIRouter(tags=["service"])


@router.get("/catalogue", operation_id="get_catalogue", summary="The indicators that are known")
def get_catalogue(service: CurrentService) -> CatalogueView:
    catalogue = knowledge.catalogue_of(service.settings)
    return CatalogueView(
        digest=catalogue.digest,
        indicators=[
            IndicatorView(**knowledge.indicator_view(indicator))
            for indicator in catalogue.indicators.values()
        ],
    )


@router.get("/version", operation_id="get_version", summary="Versions of all that decides results")
def get_version(service: CurrentService) -> VersionView:
    return VersionView(
        version=__version__,
        stages=knowledge.stage_versions(service.settings),
        catalogue=knowledge.catalogue_of(service.settings).digest,
        schema_version=head(),
        inputs={
            stage.value: dict(made)
            for stage, made in knowledge.current_of(service.settings).inputs.items()
        },
        problem=knowledge.problem_of(service.settings),
    )


@open_router.get("/healthz", operation_id="get_health", summary="Is this process alive?")
def get_health() -> dict[str, str]:
    return {"status": "alive"}


@open_router.get(
    "/readyz",
    operation_id="get_readiness",
    summary="Is everything there that a submission needs?",
    response_model=dict[str, dict[str, Any]],
    responses={503: {"model": ErrorAnswer, "description": "Something is missing."}},
)
def get_readiness(service: CurrentService, request: Request) -> Response:
    """503 with the part that is missing and why: the database, the broker, or the workers.

    When the service has just started, also Flower, where it is known: until it receives events.
    """
    report = readiness.report(service.settings, service.store, service.flower)
    if health.ready(report):
        return JSONResponse(report)
    missing = [f"{part}: {found['detail']}" for part, found in report.items() if not found["ok"]]
    return error_response(
        request,
        503,
        code="not_ready",
        message=" ".join(missing),
        details=report,
        headers={"Retry-After": "5"},
    )


@metrics_router.get(
    "/metrics",
    operation_id="get_metrics",
    summary="Prometheus metrics",
    response_class=PlainTextResponse,
)
def get_metrics(service: CurrentService) -> Response:
    return Response(exposition(service.store), media_type=CONTENT_TYPE_LATEST)
