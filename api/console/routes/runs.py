"""Runs: the list, one run as it goes on, and the levers to move it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.console.choices import ListChoice, RunDocumentChoice, chosen
from api.console.forms import check_form
from api.console.language import language_of
from api.console.messages import messages_of
from api.console.pages import form_page, page
from api.documents import document_page
from api.flower import tasks_of
from api.parameters import RunId
from api.progress import view
from api.routes import runs as levers
from api.schemas.runs import RetryRequest
from api.service import CurrentService
from zhibiao.domain import Stage, State
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_RUNS = 50
_DOCUMENTS = 100


@router.get("/submit")
def show_submit(request: Request, service: CurrentService) -> Response:
    return page(
        request,
        "submit.html",
        max_file_bytes=service.settings.max_file_bytes,
        messages=messages_of(language_of(request)),
    )


@router.get("/runs")
def show_runs(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, ListChoice)
    found = levers.list_runs(service, limit=_RUNS, after=asked.choice.next)
    return form_page(
        request,
        "runs.html",
        problem=asked.problem,
        runs=found.runs,
        following=found.next,
        written=asked.written,
    )


@router.get("/runs/{run}")
def show_run(request: Request, service: CurrentService, run: RunId) -> Response:
    asked = chosen(request, RunDocumentChoice)
    state = asked.choice.state
    wanted = DocumentFilter(
        run=run,
        states=() if state is None else (state.value,),
        error_code=asked.choice.error_code,
    )
    with service.store.read() as connection:
        found = view(connection, run, now=service.store.now(connection))
        listed = document_page(connection, wanted, limit=_DOCUMENTS, cursor=asked.choice.next)
        barren = documents.barren(connection, [each.id for each in listed.documents])
        has_barren, has_unplaced = (
            documents.has_any(connection, few)
            for few in (
                DocumentFilter(run=run, barren=True),
                DocumentFilter(run=run, unplaced=True),
            )
        )
    return form_page(
        request,
        "run.html",
        has_barren=has_barren,
        has_unplaced=has_unplaced,
        problem=asked.problem,
        run=found,
        documents=listed.documents,
        barren=barren,
        following=listed.next,
        written=asked.written,
        states=list(State),
        stages=list(Stage),
        shown=state,
        tasks=tasks_of(run),
    )


@router.post("/runs/{run}/{lever}")
def move_run(
    service: CurrentService,
    background: BackgroundTasks,
    run: RunId,
    lever: Literal["cancel", "pause", "resume"],
) -> Response:
    if lever == "resume":
        levers.resume_run(service, run, background)
    else:
        {"cancel": levers.cancel_run, "pause": levers.pause_run}[lever](service, run)
    return RedirectResponse(f"/runs/{run}", 303, background=background)


@router.post("/runs/{run}/documents/retry")
def retry_run(
    service: CurrentService,
    background: BackgroundTasks,
    run: RunId,
    quarantined: Annotated[bool, Form()] = False,
) -> Response:
    """The failed ones; with `quarantined` those too."""
    levers.retry_run(service, run, background, RetryRequest(quarantined=quarantined))
    return RedirectResponse(f"/runs/{run}", 303, background=background)
