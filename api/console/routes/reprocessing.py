"""Reprocessing: the plan with its reasons, the run's changes side by side, and the way back."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import knowledge
from api.choices import check
from api.console.arriving import Checked, arriving_page
from api.console.choices import PlanChoice, chosen
from api.console.forms import check_form
from api.console.messages import told
from api.console.names import indicator_names
from api.console.pages import form_page
from api.parameters import RunId
from api.reprocessing import ReprocessRequest, diff_view, plan_view
from api.routes import reprocessing as levers
from api.service import CurrentService
from zhibiao.errors import ZhibiaoError
from zhibiao.store.reprocessing import diffs, plans, sparing
from zhibiao.store.reprocessing.diffs import DiffFilter, DocumentDiff

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_CHANGES = 200  # that a page shows; it counts no others, unless it is asked to
_SECONDS = 2.0  # for looking at all of them


@router.get("/reprocess")
async def show_plan(request: Request, service: CurrentService) -> Response:
    """What a changed catalogue spares is looked for in every text, which takes its time."""
    asked = chosen(request, PlanChoice)

    def find(checked: Checked) -> dict[str, Any]:
        if asked.problem is not None:  # without what was typed wrongly it would be one for more
            return {"plan": None, "problem": asked.problem}
        wanted = ReprocessRequest(**asked.choice.model_dump())
        with service.store.read() as connection:
            try:
                check(connection, service.settings, wanted.named())
                checked()
                current = knowledge.current_of(service.settings)
                spared = sparing.find(connection, wanted.selection(), current)
                found = plans.plan(connection, wanted.selection(), current, spared)
            except ZhibiaoError as error:
                return {"plan": None, "problem": told(request, error)}
        return {"plan": plan_view(found, knowledge.problem_of(service.settings)), "problem": None}

    return await arriving_page(request, "reprocess.html", find, written=asked.written)


@router.post("/reprocess")
def reprocess(
    request: Request,
    service: CurrentService,
    background: BackgroundTasks,
    atomic: Annotated[bool, Form()] = False,
) -> Response:
    """What the plan in the address says; where that is not all clear, the page says why."""
    asked = chosen(request, PlanChoice)
    if asked.problem is not None:
        return form_page(
            request, "reprocess.html", plan=None, problem=asked.problem, written=asked.written
        )
    wanted = ReprocessRequest(**asked.choice.model_dump(), atomic=atomic)
    done = levers.reprocess(request, service, Response(), background, wanted)
    to = "/reprocess" if done.run is None else f"/runs/{done.run.id}"
    return RedirectResponse(to, 303, background=background)


@router.get("/runs/{run}/changes")
async def show_changes(
    request: Request, service: CurrentService, run: RunId, counted: bool = False
) -> Response:
    def find(checked: Checked) -> dict[str, Any]:
        with service.store.read() as connection:
            found = diffs.of_run(connection, run, DiffFilter())
            checked()
            compared = _Compared(found, math.inf if counted else _CHANGES)
            view = diff_view(compared, _CHANGES)
        names = indicator_names(service.settings)
        return {"diff": view, "cut_short": compared.cut_short, "names": names, "problem": None}

    return await arriving_page(request, "changes.html", find, run=run, counted=counted)


class _Compared:
    """The first documents, with so many changes, and in the page's time; one in any case."""

    def __init__(self, found: Iterable[DocumentDiff], most: float) -> None:
        self._found = found
        self._most = most
        self.cut_short = False

    def __iter__(self) -> Iterator[DocumentDiff]:
        deadline = time.monotonic() + _SECONDS
        changes = 0
        for each in self._found:
            if changes and (changes >= self._most or time.monotonic() > deadline):
                self.cut_short = True
                return
            changes += len(each.changes)
            yield each


@router.post("/runs/{run}/rollback")
def roll_back(service: CurrentService, run: RunId) -> Response:
    levers.roll_back_run(service, run)
    return RedirectResponse(f"/runs/{run}/changes", 303)
