"""The forms of a document's page that correct its observations."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.console.choices import AsWritten, form_written
from api.console.forms import check_form
from api.console.messages import fields_told, told
from api.console.routes.documents import document_page_of
from api.identity import Who
from api.parameters import DocumentId
from api.routes import corrections as routes
from api.schemas.corrections import CorrectionRequest
from api.service import CurrentService, Service
from zhibiao.domain.corrections import places_of
from zhibiao.errors import InvalidCorrection
from zhibiao.extract.by_hand import FIELDS
from zhibiao.store.database.errors import NotFound
from zhibiao.store.queries import documents

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.post("/documents/{document}/corrections")
async def correct_observation(
    request: Request, service: CurrentService, document: DocumentId, who: Who
) -> Response:
    form = await form_written(request)
    return await run_in_threadpool(_correct, request, service, document, who, form)


@router.post("/documents/{document}/checked")
async def check_report(
    request: Request, service: CurrentService, document: DocumentId, who: Who
) -> Response:
    checked = (await request.form()).get("checked") == "true"
    if checked:
        await run_in_threadpool(routes.mark_checked, service, document, who)
    else:
        await run_in_threadpool(routes.unmark_checked, service, document)
    return RedirectResponse(f"/documents/{document}#correcting", 303)


def _correct(
    request: Request, service: Service, document: int, who: str, form: AsWritten
) -> Response:
    place = "#correcting"
    try:
        if form["undo"].isdecimal():
            routes.take_back_correction(service, document, int(form["undo"][:18]), who)
        else:
            wanted = _wanted(service, document, form)
            routes.make_correction(service, document, wanted, who)
            if form["start"].isdecimal() and form["end"].isdecimal():
                place = f"#{form['start']}-{form['end']}"
    except ValidationError as error:
        wrong = fields_told(request, error)
        return document_page_of(request, service, document, refused=wrong, form=form)
    except (InvalidCorrection, NotFound) as error:
        return document_page_of(request, service, document, refused=told(request, error), form=form)
    return RedirectResponse(f"/documents/{document}{place}", 303)


def _wanted(service: Service, document: int, form: AsWritten) -> CorrectionRequest:
    body: dict[str, Any] = {"kind": form["kind"]}
    if form["kind"] != "added":
        body["observation"] = form["observation"] or None
    if form["kind"] in ("edited", "added"):
        stated: dict[str, Any] = {name: form[name] for name in FIELDS if form[name]}
        stated |= {"value_high": form["value_high"] or None}
        if form["kind"] == "added" and form["evidence"]:
            stated |= _place(service, document, form["evidence"])
        body["stated"] = stated
    return CorrectionRequest.model_validate(body)


def _place(service: Service, document: int, words: str) -> dict[str, int]:
    """Where the raw text holds words. Raises InvalidCorrection."""
    with service.store.read() as connection:
        found = places_of(words, documents.raw_text(connection, document))
    if len(found) != 1:
        raise InvalidCorrection(
            f"The text holds {words!r} {len(found)} times: write down words that it holds once.",
            field="evidence",
        )
    return {"start": found[0].start, "end": found[0].end}
