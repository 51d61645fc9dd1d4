"""Documents: the list, and one with its text and what was found in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, BackgroundTasks, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy import Connection

from api.choices import check
from api.console.choices import AsWritten, DocumentChoice, chosen, form_written
from api.console.forms import check_form
from api.console.messages import fields_told, told
from api.console.names import indicator_names
from api.console.outlines import entries_of
from api.console.pages import form_page, page
from api.console.words import WORDS
from api.corrections import correction_views
from api.documents import document_detail, document_page
from api.identity import Who
from api.observations import observation_page
from api.parameters import DocumentId
from api.routes import documents as routes
from api.schemas.documents import DocumentDetail, DocumentPage, DocumentPatch
from api.schemas.observations import ObservationView
from api.service import CurrentService, Service
from zhibiao.errors import MetadataError, ZhibiaoError
from zhibiao.extract.by_hand import FIELDS
from zhibiao.metadata.corrected import CORRECTABLE
from zhibiao.store.database.errors import NotFound
from zhibiao.store.database.metadata_columns import as_metadata
from zhibiao.store.queries import documents
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.text.marking import Piece, marked_lines

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_DOCUMENTS = 50
_FORM_FIELDS = {"id", "evidence", *FIELDS}
_OBSERVATIONS = 3000  # of one report; a long one has some 600


@router.get("/documents")
def show_documents(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, DocumentChoice)
    choice, problem, found = asked.choice, asked.problem, DocumentPage(documents=[], next=None)
    with service.store.read() as connection:
        try:
            check(connection, service.settings, choice.reports())
            found = document_page(
                connection,
                choice.filter(),
                limit=_DOCUMENTS,
                cursor=choice.next,
                newest_first=True,
            )
        except ZhibiaoError as error:
            problem = told(request, error)
        barren = documents.barren(connection, [each.id for each in found.documents])
    return form_page(
        request,
        "documents.html",
        documents=found.documents,
        barren=barren,
        following=found.next,
        written=asked.written,
        problem=problem,
    )


@dataclass(frozen=True, kw_only=True)
class MarkedText:
    """A clean text cut at its observations' edges."""

    text: str
    lines: list[list[Piece]]
    offsets: str  # `clean,raw,length;…`: where its stretches stood in the raw text


@router.get("/documents/{document}")
def show_document(request: Request, service: CurrentService, document: DocumentId) -> Response:
    return document_page_of(request, service, document)


@router.post("/documents/{document}/metadata")
async def correct_metadata(
    request: Request,
    service: CurrentService,
    background: BackgroundTasks,
    document: DocumentId,
    who: Who,
) -> Response:
    """The fields that were changed; an empty one is taken back, and so is what `undo` names."""
    form = await form_written(request)
    return await run_in_threadpool(
        _correct_metadata, request, service, background, document, who, form
    )


def _correct_metadata(
    request: Request,
    service: Service,
    background: BackgroundTasks,
    document: int,
    who: str,
    form: AsWritten,
) -> Response:
    try:
        with service.store.read() as connection:
            known = document_detail(documents.get(connection, document))
        wanted = DocumentPatch.model_validate(_changes(form, known))
        routes.correct_document(service, document, wanted, who, background)
    except ValidationError as error:
        wrong = fields_told(request, error)
        return document_page_of(request, service, document, problem=wrong, written=form)
    except MetadataError as error:
        return document_page_of(
            request, service, document, problem=told(request, error), written=form
        )
    return RedirectResponse(f"/documents/{document}", 303, background=background)


def _changes(form: AsWritten, known: DocumentDetail) -> dict[str, object]:
    if form["undo"]:
        return {form["undo"]: None}
    shown = _shown(known)
    changed: dict[str, object] = {
        name: form[name] or None
        for name in shown
        if name in form and form[name] != shown[name] and (form[name] or name in _undoable(known))
    }
    region = changed.get("region")
    if isinstance(region, str) and region.isdecimal():
        changed["region_code"] = changed.pop("region")
    if form["province"] and region:
        changed["province"] = form["province"]
    return changed


def _undoable(known: DocumentDetail) -> set[str]:
    return {"region" if each == "region_code" else each for each in known.corrected}


def _shown(known: DocumentDetail) -> dict[str, str]:
    """What the form that corrects says at first."""
    fields = ("region", *(name for name in CORRECTABLE if name not in ("region_code", "partial")))
    values = {name: getattr(known, name) for name in fields}
    shown = {name: "" if value is None else str(value) for name, value in values.items()}
    return shown | {"partial": str(known.partial).lower()}


def document_page_of(
    request: Request,
    service: Service,
    document: int,
    *,
    problem: str | None = None,
    written: AsWritten | None = None,
    refused: str | None = None,
    form: AsWritten | None = None,
) -> Response:
    """A document's page. `problem` and `written` are of its metadata's form, the others of that
    which corrects observations."""
    wanted = ObservationFilter(
        document=document, scope=None, open_quantities=True, corrections=None
    )
    with service.store.read() as connection:
        row = documents.get(connection, document)
        found = document_detail(row)
        stated = observation_page(connection, wanted, limit=_OBSERVATIONS, cursor=None)
        ordered = sorted(stated.observations, key=lambda each: (each.number_start, each.overruled))
        marked = _marked(connection, document, ordered)
        corrections = correction_views(connection, row)
        barren = documents.barren(connection, [document])
    outline = [] if marked is None else entries_of(marked.text, as_metadata(row), marked.lines)
    notes = found.metadata_notes or {}
    known = found.model_dump()
    return page(
        request,
        "document.html",
        status=200 if problem is None and refused is None else 422,
        problem=problem,
        correction_problem=refused,
        corrections=corrections,
        corrected_form=AsWritten() if form is None else form,
        written=AsWritten(_shown(found)) if written is None else written,
        document=found,
        barren=barren,
        metadata=[
            (name, known[name], decided)
            for name in WORDS["field"]
            for decided in [notes.get("decided_by", {}).get(name, "")]
        ],
        observations=ordered,
        more=stated.next is not None,
        kinds=Counter(kind_of(each) for each in stated.observations),
        kind_of=kind_of,
        shown_fields=_FORM_FIELDS,
        names=indicator_names(service.settings),
        marked=marked,
        outline=outline,
        headed={entry.line for entry in outline},
    )


@router.post("/documents/{document}/retry")
def retry_document(
    service: CurrentService, background: BackgroundTasks, document: DocumentId
) -> Response:
    routes.retry_document(service, document, background)
    return RedirectResponse(f"/documents/{document}", 303, background=background)


def kind_of(observation: ObservationView) -> str:
    """How an observation is marked: as an outturn or aim of the region, of a part, or neither."""
    if observation.overruled:
        return "overruled"
    if observation.indicator is None:
        return "open"
    return observation.status if observation.scope == "region" else "part"


def _marked(
    connection: Connection, document: int, stated: Sequence[ObservationView]
) -> MarkedText | None:
    """None where the document has not been cleaned yet."""
    try:
        text = documents.clean_text(connection, document)
        offsets = documents.clean_offsets(connection, document)
    except NotFound:
        return None
    # The numbers too, behind the statements: a click on one opens its own statement.
    spans = [offsets.clean_between(each.start, each.end) for each in stated]
    spans += [offsets.clean_between(each.number_start, each.number_end) for each in stated]
    return MarkedText(
        text=text,
        lines=marked_lines(text, spans),
        offsets=";".join(f"{clean},{raw},{length}" for clean, raw, length in offsets.segments),
    )
