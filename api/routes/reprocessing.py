"""Reprocessing: plan, run, compare, take back, forget."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from api import knowledge
from api.auditing import note
from api.choices import check
from api.identity import caller_of
from api.parameters import Count, DocumentChoice, Indicators, OpenQuantities, RunId
from api.progress import view
from api.refusals import OF_CHANGES, refusals
from api.reprocessing import (
    DiffView,
    PruneAnswer,
    ReprocessAnswer,
    ReprocessRequest,
    RollbackAnswer,
    RollbackRequest,
    change_views,
    diff_view,
    plan_view,
)
from api.service import CurrentService, Service
from tasks.ringing import ring
from zhibiao.rendering import csv_lines
from zhibiao.store.outputs import prints, publications, retention
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.manifests import parse_moment
from zhibiao.store.reprocessing import diffs, plans, reruns, sparing
from zhibiao.store.reprocessing.diffs import DIFF_FIELDS, DiffFilter, DocumentDiff

router = APIRouter(tags=["reprocessing"])

DryRun = Annotated[bool, Query(description="Say what would be done, and do nothing.")]
Form = Annotated[
    Literal["json", "csv", "jsonl"],
    Query(alias="format", description="json: with totals; csv, jsonl: every change, a line each."),
]
Limit = Annotated[int, Query(ge=1, le=10_000, description="Changes in a JSON answer.")]
_FILES: dict[int | str, dict[str, object]] = {
    200: {"content": {"text/csv": {}, "application/x-ndjson": {}}}
}


@router.post(
    "/reprocess",
    operation_id="reprocess_documents",
    summary="Bring outdated documents up to date, or plan it",
    status_code=202,
    responses={
        200: {"model": ReprocessAnswer, "description": "Planned, or nothing to do."},
        **OF_CHANGES,
    },
)
def reprocess(
    request: Request,
    service: CurrentService,
    response: Response,
    background: BackgroundTasks,
    wanted: ReprocessRequest | None = None,
    dry_run: DryRun = False,
) -> ReprocessAnswer:
    """Only outdated stages are executed; what readers see changes document by document, each at
    once. The run is watched, paused, cancelled and resumed like any other."""
    asked = wanted if wanted is not None else ReprocessRequest()
    selection, current = asked.selection(), knowledge.current_of(service.settings)
    problem = knowledge.problem_of(service.settings)
    with service.store.write() as connection:
        now = service.store.now(connection)
        check(connection, service.settings, asked.named())
        documents.require(connection, asked.documents)
        sparing.remember(connection, current, now=now)
    # Before the run's own transaction: it may take long, and others have to write meanwhile.
    with service.store.read() as connection:
        spared = sparing.find(connection, selection, current)
        planned = plans.plan(connection, selection, current, spared)
    run = found = None
    if not dry_run and (planned.outdated or spared):
        with service.store.write() as connection:
            now = service.store.now(connection)
            run = reruns.begin(
                connection,
                selection,
                current,
                now=now,
                label=asked.label,
                owner=caller_of(request).owner,
                atomic=asked.atomic,
                options={"selection": asked.model_dump(mode="json", exclude_defaults=True)},
                spared=spared,
            )
            found = None if run is None else view(connection, run, now=now)
    note(request, run=run, dry_run=dry_run)
    if run is None:
        response.status_code = 200
    else:
        background.add_task(ring, service.settings)
    return ReprocessAnswer(plan=plan_view(planned, problem), run=found)


@router.get(
    "/runs/{run}/diff",
    operation_id="diff_run",
    summary="Which observations a run has changed",
    response_model=DiffView,
    responses=_FILES | refusals(410),
)
def diff_run(
    service: CurrentService,
    run: RunId,
    form: Form = "json",
    document: DocumentChoice = None,
    indicator: Indicators = None,
    open_quantities: OpenQuantities = False,
    limit: Limit = 1000,
) -> DiffView | Response:
    """Against what readers saw before it. Of an atomic run that is not visible yet: a preview."""
    wanted = _filter(document, indicator, open_quantities)
    with service.store.read() as connection:
        check(connection, service.settings, DocumentFilter(run=run), indicators=indicator)
        if document is not None:
            documents.require(connection, [document], run=run)
    return _answer(service, form, limit, lambda connection: diffs.of_run(connection, run, wanted))


@router.get(
    "/diff",
    operation_id="diff_moments",
    summary="Which observations differ between two runs or two times",
    response_model=DiffView,
    responses=_FILES | refusals(410),
)
def diff_moments(
    service: CurrentService,
    before: Annotated[str, Query(description="A run, a date, or a time in ISO 8601.")],
    after: Annotated[str, Query(description="A run, a date, or a time in ISO 8601.")],
    form: Form = "json",
    document: DocumentChoice = None,
    indicator: Indicators = None,
    open_quantities: OpenQuantities = False,
    limit: Limit = 1000,
) -> DiffView | Response:
    """A run stands for what readers saw when its last document was done."""
    wanted = _filter(document, indicator, open_quantities)
    old, new = parse_moment(before), parse_moment(after)
    with service.store.read() as connection:
        check(
            connection,
            service.settings,
            DocumentFilter(),
            document=document,
            indicators=indicator,
        )
    return _answer(
        service, form, limit, lambda connection: diffs.between(connection, old, new, wanted)
    )


def _filter(document: int | None, indicator: list[str] | None, open_quantities: bool) -> DiffFilter:
    return DiffFilter(
        document=document, indicators=tuple(indicator or ()), open_quantities=open_quantities
    )


def _answer(
    service: Service,
    form: Literal["json", "csv", "jsonl"],
    limit: int,
    find: Callable[[Connection], Iterator[DocumentDiff]],
) -> DiffView | Response:
    with service.store.read() as connection:
        if form == "json":
            return diff_view(find(connection), limit)
        next(find(connection), None)  # what is wrong with the question shows before the first line
    lines = _csv(service, find) if form == "csv" else _json_lines(service, find)
    media_type = "text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson"
    return StreamingResponse(lines, media_type=media_type)


def _csv(service: Service, find: Callable[[Connection], Iterator[DocumentDiff]]) -> Iterator[bytes]:
    with service.store.read() as connection:
        flat = (record for each in find(connection) for record in diffs.records(each))
        yield from csv_lines(flat, DIFF_FIELDS)


def _json_lines(
    service: Service, find: Callable[[Connection], Iterator[DocumentDiff]]
) -> Iterator[bytes]:
    with service.store.read() as connection:
        for each in find(connection):
            for change in change_views(each):
                written = json.dumps(change.model_dump(), ensure_ascii=False)
                yield written.encode("utf-8", "replace") + b"\n"


@router.post(
    "/runs/{run}/rollback",
    operation_id="roll_back_run",
    summary="Make current again what was so before a run",
    responses=OF_CHANGES | refusals(409, 410),
)
def roll_back_run(
    service: CurrentService, run: RunId, wanted: RollbackRequest | None = None
) -> RollbackAnswer:
    """All of it in one transaction. Nothing is deleted: the run's outputs are still there to be
    compared. The documents are outdated again, so reprocess them only when the cause is mended."""
    document = None if wanted is None else wanted.document
    with service.store.write() as connection:
        now = service.store.now(connection)
        check(connection, service.settings, DocumentFilter(run=run))
        if document is not None:
            documents.require(connection, [document], run=run)
        done = publications.roll_back(connection, run, now=now, document=document)
    prints.settle_due(service.store)
    return RollbackAnswer(**asdict(done))


@router.post(
    "/prune",
    operation_id="prune_outputs",
    summary="Forget superseded outputs beyond what is kept",
    responses=OF_CHANGES,
)
def prune(
    service: CurrentService,
    keep: Annotated[
        Count | None,
        Query(description="Superseded generations a document; ZHIBIAO_KEEP_EXTRACTIONS."),
    ] = None,
    dry_run: DryRun = False,
) -> PruneAnswer:
    """Current outputs always stay. What is forgotten can no longer be compared or gone back to."""
    kept = service.settings.keep_extractions if keep is None else keep
    found = retention.prune(
        service.store,
        keep=kept,
        keep_work_days=service.settings.keep_work_days,
        keep_audit_days=service.settings.keep_audit_days,
        dry_run=dry_run,
    )
    return PruneAnswer(**asdict(found.forgotten), dry_run=dry_run)
