"""What is going on: the first page, failures, the system."""

from __future__ import annotations

import shutil

from fastapi import APIRouter, BackgroundTasks, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api import knowledge, readiness
from api.access import READ
from api.auditing import note
from api.console import samples
from api.console.forms import check_form
from api.console.pages import page
from api.console.words import MISSING_PARTS
from api.identity import caller_of
from api.routes.runs import list_runs
from api.service import CurrentService
from tasks import health
from tasks.ringing import ring
from zhibiao.rendering import instant
from zhibiao.store.database.migrate import head
from zhibiao.store.queries import documents
from zhibiao.store.work import canaries, queue

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_RUNS = 5


@router.get("/")
def show_overview(request: Request, service: CurrentService) -> Response:
    """Whoever may not read is told of nobody's runs; the rest of the page is links."""
    if not READ.allows(caller_of(request)):
        return page(request, "overview.html", runs=[], states={})
    newest = list_runs(service, limit=_RUNS).runs
    with service.store.read() as connection:
        states = queue.counts(connection)
    return page(request, "overview.html", runs=newest, states=states)


@router.post("/samples")
def submit_samples(
    request: Request, service: CurrentService, background: BackgroundTasks
) -> Response:
    """The bundled, invented reports as a run."""
    run = samples.submit(service, owner=caller_of(request).owner)
    note(request, run=run)
    background.add_task(ring, service.settings)
    return RedirectResponse(f"/runs/{run}", 303, background=background)


@router.get("/failures")
def show_failures(request: Request, service: CurrentService) -> Response:
    with service.store.read() as connection:
        found = documents.failures(connection)
    return page(request, "failures.html", failures=found)


@router.get("/system")
def show_system(request: Request, service: CurrentService) -> Response:
    report = readiness.report(service.settings, service.store, service.flower)
    queues = []
    if report["database"]["ok"]:
        with service.store.read() as connection:
            now = service.store.now(connection)
            queues = [
                {
                    "name": each.queue,
                    "answered_at": instant(each.answered_at),
                    "by": each.answered_by,
                    "silent_seconds": each.silent_seconds(now),
                }
                for each in canaries.all_of(connection)
            ]
    return page(
        request,
        "system.html",
        report=report,
        missing=MISSING_PARTS,
        ready=health.ready(report),
        queues=queues,
        stages=knowledge.stage_versions(service.settings),
        catalogue=knowledge.catalogue_of(service.settings).digest,
        problem=knowledge.problem_of(service.settings),
        schema_version=head(),
        disk=shutil.disk_usage(service.settings.data_dir),
    )
