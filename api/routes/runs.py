"""/v1/runs: how runs stand, and the levers to move them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import APIRouter, BackgroundTasks, Query, Request
from fastapi.responses import StreamingResponse

from api import cursors
from api.documents import document_page
from api.parameters import ErrorCode, Limit, Next, RunId
from api.progress import summaries, view
from api.refusals import OF_CHANGES, refusals
from api.schemas.documents import DocumentPage
from api.schemas.runs import Changed, Deleted, RetryRequest, RunPage, RunView
from api.service import CurrentService, Service
from tasks.ringing import ring
from zhibiao.domain import FAILURES, State
from zhibiao.store.outputs import deletion
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.work import control, runs

router = APIRouter(tags=["runs"])

_TICK_SECONDS = 1.0
_SHORTEST_TICK_SECONDS = 0.1
_SILENCE_SECONDS = 15.0  # proxies close what says nothing for long


@router.get("/runs", operation_id="list_runs", summary="Runs, newest first")
def list_runs(service: CurrentService, limit: Limit = 50, after: Next = None) -> RunPage:
    last = cursors.decode(after)
    with service.store.read() as connection:
        rows = runs.newest(connection, limit=limit + 1, before=last or None)
        found = summaries(connection, rows[:limit])
    more = len(rows) > limit
    return RunPage(runs=found, next=cursors.encode(found[-1].id) if more else None)


@router.get("/runs/{run}", operation_id="get_run", summary="One run's accounts, pace, time left")
def get_run(service: CurrentService, run: RunId) -> RunView:
    return _view(service, run)


@router.delete(
    "/runs/{run}",
    operation_id="delete_run",
    summary="Delete a submission",
    responses=OF_CHANGES | refusals(409),
)
def delete_run(service: CurrentService, run: RunId) -> Deleted:
    """Its documents, what all runs made of them, and the files that nobody else submitted.

    Refused while anything of it is in flight or another run holds duplicates of its documents.
    There is no way back. If the answer does not come, the deleting goes on all the same.
    """
    done = deletion.delete_run(service.store, run)
    return Deleted(documents=done.documents, sources=done.sources)


@router.post(
    "/runs/{run}/cancel", operation_id="cancel_run", summary="Stop a run", responses=OF_CHANGES
)
def cancel_run(service: CurrentService, run: RunId) -> Changed:
    """Nothing more of it starts; what runs stops at the end of its stage. It can be resumed."""
    with service.store.write() as connection:
        before = runs.accounts(connection, [run]).get(run)
        control.cancel(connection, run, now=service.store.now(connection))
        stopped = before.in_flight if before is not None else 0
    return Changed(documents=stopped, run=_view(service, run))


@router.post(
    "/runs/{run}/pause", operation_id="pause_run", summary="Hold a run", responses=OF_CHANGES
)
def pause_run(service: CurrentService, run: RunId) -> Changed:
    """Nothing more of it starts until it is resumed."""
    with service.store.write() as connection:
        control.pause(connection, run, now=service.store.now(connection))
    found = _view(service, run)
    return Changed(documents=found.accounts.in_flight, run=found)


@router.post(
    "/runs/{run}/resume", operation_id="resume_run", summary="Let a run go on", responses=OF_CHANGES
)
def resume_run(service: CurrentService, run: RunId, background: BackgroundTasks) -> Changed:
    """Undoes a pause or a cancellation."""
    with service.store.write() as connection:
        control.resume(connection, run, now=service.store.now(connection))
    background.add_task(ring, service.settings)
    found = _view(service, run)
    return Changed(documents=found.accounts.in_flight, run=found)


@router.post(
    "/runs/{run}/retry",
    operation_id="retry_run",
    summary="Try failed documents again",
    responses=OF_CHANGES | refusals(409),
)
def retry_run(
    service: CurrentService,
    run: RunId,
    background: BackgroundTasks,
    wanted: RetryRequest | None = None,
) -> Changed:
    """All failed ones. With `quarantined`, an error code or a list, quarantined ones too."""
    choice = wanted if wanted is not None else RetryRequest()
    named = choice.documents is not None or choice.error_code is not None
    states = FAILURES if named or choice.quarantined else (State.FAILED,)
    with service.store.write() as connection:
        runs.get(connection, run)
        documents.require(connection, choice.documents or (), run=run)
        again = control.retry(
            connection,
            run,
            now=service.store.now(connection),
            document_ids=choice.documents,
            error_code=choice.error_code,
            states=states,
        )
    background.add_task(ring, service.settings)
    return Changed(documents=again, run=_view(service, run))


@router.get(
    "/runs/{run}/documents",
    operation_id="list_run_documents",
    summary="A run's documents with state and reason",
)
def list_run_documents(
    service: CurrentService,
    run: RunId,
    state: Annotated[list[State] | None, Query(description="Only these states.")] = None,
    error_code: ErrorCode = None,
    limit: Limit = 100,
    after: Next = None,
) -> DocumentPage:
    wanted = DocumentFilter(
        run=run, states=tuple(each.value for each in state or ()), error_code=error_code
    )
    with service.store.read() as connection:
        runs.get(connection, run)
        return document_page(connection, wanted, limit=limit, cursor=after)


@router.get(
    "/runs/{run}/events",
    operation_id="watch_run",
    summary="Progress as server-sent events",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
            "description": "`event: progress` with the run as JSON whenever it has moved, "
            "`event: finished` at the end.",
        }
    },
)
async def watch_run(service: CurrentService, request: Request, run: RunId) -> StreamingResponse:
    first = await anyio.to_thread.run_sync(_view, service, run)  # 404 before the stream begins
    return StreamingResponse(
        _events(service, request, first),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _events(service: Service, request: Request, first: RunView) -> AsyncIterator[str]:
    found, told, told_at, tick = first, "", 0.0, 0.0
    while True:
        written = found.model_dump_json()
        now = time.monotonic()
        if found.finished:
            yield f"event: finished\ndata: {written}\n\n"
            return
        if written != told:
            yield f"event: progress\ndata: {written}\n\n"
            told, told_at = written, now
        elif now - told_at >= _SILENCE_SECONDS:
            yield ": still here\n\n"
            told_at = now
        # It is seen soon that a short run has ended, and that a long one has.
        waited = 1.5 * tick if found.seconds_left is None else found.seconds_left / 3
        tick = min(max(waited, _SHORTEST_TICK_SECONDS), _TICK_SECONDS)
        ended = False
        while not ended and time.monotonic() - now < _TICK_SECONDS:
            if await request.is_disconnected():
                return
            await anyio.sleep(tick)
            ended = await anyio.to_thread.run_sync(_is_at_rest, service, first.id)
        found = await anyio.to_thread.run_sync(_view, service, first.id)


def _is_at_rest(service: Service, run: int) -> bool:
    with service.store.read() as connection:
        return not runs.in_flight(connection, run)


def _view(service: Service, run: int) -> RunView:
    with service.store.read() as connection:
        return view(connection, run, now=service.store.now(connection))
