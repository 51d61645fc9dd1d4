"""The HTTP service: what it is made of."""

from __future__ import annotations

from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import Depends, FastAPI, Security

from api import errors, flower
from api.access import Routes
from api.console.routes import access as access_pages
from api.console.routes import corrections as correction_forms
from api.console.routes import coverage as coverage_pages
from api.console.routes import documents as document_pages
from api.console.routes import entrance, overview
from api.console.routes import keywords as keyword_pages
from api.console.routes import observations as observation_pages
from api.console.routes import oidc as oidc_pages
from api.console.routes import reprocessing as reprocessing_pages
from api.console.routes import runs as run_pages
from api.console.routes import search as search_pages
from api.export_jobs import ExportJobs
from api.gate import Gate, bearer
from api.knowledge import current_of
from api.limits import RateLimits
from api.oidc import Provider
from api.queries import check_query
from api.readiness import FlowerWatch
from api.refusals import OF_ALL, OF_ROUTES
from api.requests import CommonHeaders
from api.routes import (
    access,
    corrections,
    docs,
    documents,
    export_jobs,
    exports,
    observations,
    reprocessing,
    runs,
    search,
    service,
    submissions,
)
from api.routes import flower as flower_pages
from api.schemas.exports import SET_BYTES
from api.service import Service
from api.unread import UnreadBodies
from zhibiao import __version__, tracing
from zhibiao.errors import CatalogueError, DictionaryError
from zhibiao.sandbox.zygote import Zygote
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.tokens import CurrentToken

_DESCRIPTION = """
Chinese government work reports (政府工作报告) in, a queryable panel of indicators out.

Submit files to `POST /v1/runs`, watch `GET /v1/runs/{run}`, read `GET /v1/observations` or export
a table. Everything under `/v1` needs a bearer token: the one of the data dir's file `token`, which
may do everything, or an API key with a scope that the route names. Every answer that is no success
has one shape, `{"error": {"code", "message", "details", "request_id"}}`.
"""
_TAGS = [
    {"name": "runs", "description": "Submit, watch, cancel, pause, resume, retry."},
    {"name": "documents", "description": "Reports: how they stand, their texts, their terms."},
    {"name": "observations", "description": "What the reports state, with the sentence."},
    {"name": "corrections", "description": "What people say of observations."},
    {"name": "exports", "description": "Whole tables as CSV, Parquet, Excel, JSON Lines."},
    {"name": "reprocessing", "description": "Plan, run, compare, take back, forget."},
    {"name": "access", "description": "Users, API keys, the audit log."},
    {"name": "service", "description": "Health, versions, the catalogue, metrics."},
]


def _is_seldom_of_interest(scope: MutableMapping[str, Any]) -> bool:
    """Requests that are no work: every few seconds, or of every page."""
    return str(scope["path"]).startswith(("/healthz", "/readyz", "/metrics", "/static/"))


def create_app(settings: Settings) -> FastAPI:
    """The application. It opens the store when it starts, and closes it when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        store = Store(settings.store_url)
        zygote = Zygote()
        with suppress(CatalogueError, DictionaryError):  # told to whoever asks for what they decide
            # Now, not when first asked for: the versions are those of the code that runs.
            current_of(settings)
        app.state.service = Service(
            settings=settings,
            store=store,
            token=CurrentToken(settings),
            limits=RateLimits(settings),
            exports=ExportJobs(settings.data_dir / "exports"),
            flower=FlowerWatch(settings),
            provider=provider,
            zygote=zygote,
        )
        try:
            async with flower.client_of(settings) as app.state.flower:
                yield
        finally:
            zygote.close()
            store.close()
            tracing.stop()

    provider = Provider(settings) if settings.oidc_issuer else None
    if settings.traces_url:
        tracing.start(settings.traces_url, share=settings.traces_share, part="api")
    app = FastAPI(
        title="zhibiao 指标",
        summary="Indicators out of government work reports",
        description=_DESCRIPTION,
        version=__version__,
        openapi_tags=_TAGS,
        openapi_url=None,  # served as an open route
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,  # they load their scripts from elsewhere, which fails without internet
        redoc_url=None,
        responses=OF_ALL,
        telemetry={
            "tracer_provider": tracing.provider(),
            "tracing": tracing.provider() is not None,
            "operation_spans": False,
            "metrics": False,
            "logs": False,  # with what people have sent
            "auto_configure": False,
            "exclude": _is_seldom_of_interest,
        },
    )
    app.add_middleware(
        Gate,
        settings=settings,
        open_forms={entrance.LOGIN},
        bodies={
            ("POST", "/v1/runs"): None,
            ("POST", "/v1/exports/keywords"): SET_BYTES,
            ("POST", "/v1/exports/concordance"): SET_BYTES,
        },
    )
    app.add_middleware(UnreadBodies)
    app.add_middleware(CommonHeaders)
    errors.install(app)
    for module in (
        submissions,
        runs,
        documents,
        corrections,
        observations,
        search,
        exports,
        export_jobs,
        reprocessing,
        access,
        service,
    ):
        app.include_router(
            module.router,
            prefix="/v1",
            dependencies=[Security(bearer), Depends(check_query)],
            responses=OF_ROUTES,
        )
    app.include_router(
        service.metrics_router,
        dependencies=[Security(bearer), Depends(check_query)],
        responses=OF_ROUTES,
    )
    app.include_router(service.open_router)
    app.include_router(docs.router)
    app.include_router(entrance.open_router)
    app.include_router(oidc_pages.open_router)
    for pages in (
        entrance,
        overview,
        reprocessing_pages,
        run_pages,
        document_pages,
        correction_forms,
        coverage_pages,
        keyword_pages,
        observation_pages,
        search_pages,
        access_pages,
        flower_pages,
    ):
        app.include_router(pages.router)
    app.state.routes = Routes(app.routes)
    return app
