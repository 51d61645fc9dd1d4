"""/v1/documents/{document}/corrections: what people say of a report's observations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.corrections import correct, correction_views
from api.identity import Who
from api.parameters import DocumentId, StoreId
from api.refusals import OF_CHANGES, refusals
from api.schemas.corrections import CheckedView, CorrectionList, CorrectionRequest
from api.service import CurrentService
from zhibiao.rendering import instant
from zhibiao.store.corrections import checked_reports, observation_corrections
from zhibiao.store.queries import documents

router = APIRouter(prefix="/documents/{document}", tags=["corrections"])


@router.get(
    "/corrections", operation_id="list_corrections", summary="What was corrected, by whom, when"
)
def list_corrections(service: CurrentService, document: DocumentId) -> CorrectionList:
    """The newest first, those that were taken back too."""
    with service.store.read() as connection:
        row = documents.get(connection, document)
        return CorrectionList(corrections=correction_views(connection, row))


@router.post(
    "/corrections",
    operation_id="make_correction",
    summary="Say of an observation that it is right, wrong or something else, or add one",
    status_code=201,
    responses=OF_CHANGES | refusals(409),
)
def make_correction(
    service: CurrentService, document: DocumentId, wanted: CorrectionRequest, who: Who
) -> CorrectionList:
    """Takes the place of what was said of that observation before. Seen at once in all tables, and
    after any reprocessing. Answers with all corrections of the document."""
    with service.store.write() as connection:
        now = service.store.now(connection)
        row = observation_corrections.correctable(connection, document)
        correct(connection, service.settings, row, wanted, by=who, now=now)
        return CorrectionList(corrections=correction_views(connection, row))


@router.delete(
    "/corrections/{correction}",
    operation_id="take_back_correction",
    summary="Take a correction back",
    responses=OF_CHANGES | refusals(409),
)
def take_back_correction(
    service: CurrentService,
    document: DocumentId,
    correction: Annotated[StoreId, Path(description="Id of a correction.")],
    who: Who,
) -> CorrectionList:
    """It is kept in the list, with who took it back and when."""
    with service.store.write() as connection:
        now = service.store.now(connection)
        row = observation_corrections.correctable(connection, document)
        observation_corrections.end(connection, row, correction, by=who, now=now)
        return CorrectionList(corrections=correction_views(connection, row))


@router.put(
    "/checked",
    operation_id="mark_checked",
    summary="Say that all observations of a report are right and none is missing",
    responses=OF_CHANGES | refusals(409),
)
def mark_checked(service: CurrentService, document: DocumentId, who: Who) -> CheckedView:
    """Confirms what nobody has spoken of yet: the catalogue's indicators, of the region as a whole.
    Reports that are checked are what `export gold` writes."""
    with service.store.write() as connection:
        now = service.store.now(connection)
        row = observation_corrections.correctable(connection, document)
        confirmed = observation_corrections.confirm_all(connection, row, by=who, now=now)
        checked_reports.mark(connection, row, by=who, now=now)
    return CheckedView(by=who, at=str(instant(now)), confirmed=confirmed)


@router.delete(
    "/checked",
    operation_id="unmark_checked",
    summary="Say that a report is not fully checked",
    status_code=204,
    response_class=Response,
    responses=OF_CHANGES | refusals(409),
)
def unmark_checked(service: CurrentService, document: DocumentId) -> None:
    """What was confirmed stays confirmed."""
    with service.store.write() as connection:
        row = observation_corrections.correctable(connection, document)
        checked_reports.unmark(connection, row)
