"""/v1/documents: reports, their texts, what was found in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks, Query
from fastapi.responses import PlainTextResponse, Response

from api import knowledge
from api.choices import check
from api.documents import document_detail, document_page
from api.identity import Who
from api.observations import observation_page
from api.parameters import (
    DocumentId,
    ErrorCode,
    Limit,
    Next,
    OpenQuantities,
    Reports,
    Written,
    Year,
)
from api.refusals import OF_CHANGES, refusals
from api.schemas.documents import (
    CorrectedDocument,
    DocumentDetail,
    DocumentPage,
    DocumentPatch,
    TermsView,
)
from api.schemas.observations import ObservationPage
from api.service import CurrentService
from tasks.ringing import ring
from zhibiao.domain import State
from zhibiao.metadata.corrected import checked_corrections
from zhibiao.rendering import sendable
from zhibiao.store.database.errors import NotFound
from zhibiao.store.outputs import results
from zhibiao.store.queries import documents
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.reprocessing import corrected_metadata, sparing
from zhibiao.store.work import control

router = APIRouter(tags=["documents"])


@router.get("/documents", operation_id="list_documents", summary="Documents that match")
def list_documents(
    service: CurrentService,
    reports: Reports,
    state: Annotated[list[State] | None, Query(description="Only these states.")] = None,
    error_code: ErrorCode = None,
    year: Annotated[Year | None, Query(description="Delivered in.")] = None,
    name: Annotated[Written | None, Query(description="Part of the file name.")] = None,
    barren: Annotated[
        bool,
        Query(description="Only those that are done and in which no indicator was found."),
    ] = False,
    unplaced: Annotated[
        bool,
        Query(description="Only those that are done and whose region or year is not known."),
    ] = False,
    order: Annotated[
        Literal["oldest", "newest"], Query(description="Which come first.")
    ] = "oldest",
    count: Annotated[bool, Query(description="Also say in `total` how many match.")] = False,
    limit: Limit = 100,
    after: Next = None,
) -> DocumentPage:
    wanted = replace(
        reports,
        states=tuple(each.value for each in state or ()),
        error_code=error_code,
        year_from=year if year is not None else reports.year_from,
        year_to=year if year is not None else reports.year_to,
        name_contains=name,
        barren=barren,
        unplaced=unplaced,
    )
    with service.store.read() as connection:
        check(connection, service.settings, reports)
        return document_page(
            connection,
            wanted,
            limit=limit,
            cursor=after,
            newest_first=order == "newest",
            count=count,
        )


@router.get(
    "/documents/{document}", operation_id="get_document", summary="All that is known of one"
)
def get_document(service: CurrentService, document: DocumentId) -> DocumentDetail:
    with service.store.read() as connection:
        return document_detail(documents.get(connection, document))


@router.patch(
    "/documents/{document}",
    operation_id="correct_document",
    summary="Correct its region, year or other metadata by hand",
    responses=OF_CHANGES | refusals(409),
)
def correct_document(
    service: CurrentService,
    document: DocumentId,
    wanted: DocumentPatch,
    who: Who,
    background: BackgroundTasks,
) -> CorrectedDocument:
    """Stays so, whatever is reprocessed or submitted again, until null takes it back. The report is
    cleaned and extracted again with it: the years of observations depend on the report's."""
    changes = checked_corrections(wanted.changes())
    current = knowledge.current_of(service.settings)
    with service.store.write() as connection:
        now = service.store.now(connection)
        sparing.remember(connection, current, now=now)
        run = corrected_metadata.correct(
            connection, document, changes, by=who, now=now, current=current
        )
        found = documents.get(connection, document)
    background.add_task(ring, service.settings)
    return CorrectedDocument(document=document_detail(found), run=run)


@router.get(
    "/documents/{document}/text",
    operation_id="get_document_text",
    summary="Its text",
    response_class=PlainTextResponse,
)
def get_document_text(
    service: CurrentService,
    document: DocumentId,
    form: Annotated[
        Literal["clean", "raw"],
        Query(description="Without boilerplate, or as read: what `start` and `end` point into."),
    ] = "clean",
) -> PlainTextResponse:
    with service.store.read() as connection:
        read = documents.clean_text if form == "clean" else documents.raw_text
        text = sendable(read(connection, document))
    return PlainTextResponse(text, media_type="text/plain; charset=utf-8")


@router.get(
    "/documents/{document}/terms", operation_id="get_document_terms", summary="Its term counts"
)
def get_document_terms(
    service: CurrentService,
    document: DocumentId,
    limit: Annotated[int, Query(ge=1, le=100_000, description="The most frequent ones.")] = 1000,
) -> TermsView:
    with service.store.read() as connection:
        counts = documents.terms(connection, document)
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return TermsView(document=document, tokens=sum(counts.values()), terms=dict(ordered[:limit]))


@router.get(
    "/documents/{document}/observations",
    operation_id="list_document_observations",
    summary="Its observations, each with its sentence",
)
def list_document_observations(
    service: CurrentService,
    document: DocumentId,
    scope: Annotated[Literal["region", "part", "any"], Query()] = "region",
    open_quantities: OpenQuantities = False,
    limit: Limit = 500,
    after: Next = None,
) -> ObservationPage:
    wanted = ObservationFilter(
        document=document,
        scope=None if scope == "any" else scope,
        open_quantities=open_quantities,
    )
    with service.store.read() as connection:
        documents.require(connection, [document])
        return observation_page(connection, wanted, limit=limit, cursor=after)


@router.get(
    "/documents/{document}/source",
    operation_id="get_document_source",
    summary="The file it came in, byte for byte",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def get_document_source(service: CurrentService, document: DocumentId) -> Response:
    with service.store.read() as connection:
        found = documents.get(connection, document)
        if found["sha256"] is None:
            raise NotFound(f"The bytes of document {document} were not kept.", document=document)
        content = results.source_of(connection, document)
    name = str(found["name"]).rpartition("/")[2]
    # Never shown inline: a submitted page must not run in this service's origin.
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )


@router.post(
    "/documents/{document}/retry",
    operation_id="retry_document",
    summary="Try one failed or quarantined document again",
    responses=OF_CHANGES | refusals(409),
)
def retry_document(
    service: CurrentService, document: DocumentId, background: BackgroundTasks
) -> DocumentDetail:
    with service.store.write() as connection:
        run = documents.current_run(connection, document)
        control.retry(connection, run, now=service.store.now(connection), document_ids=[document])
        found = documents.get(connection, document)
    background.add_task(ring, service.settings)
    return document_detail(found)
