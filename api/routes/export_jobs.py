"""/v1/export-jobs: whole tables, made in the background."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse

from api.asked_tables import check_table, make_table, manifest_header
from api.export_jobs import view
from api.refusals import OF_CHANGES, refusals
from api.routes.exports import FILE_ANSWER, TableChoice
from api.schemas.exports import ExportJobView
from api.service import CurrentService
from zhibiao.tables import MEDIA_TYPES

router = APIRouter(tags=["exports"])

JobId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="Id of an export.")]


@router.post(
    "/export-jobs/{table}",
    operation_id="begin_export",
    summary="Make a whole table in the background",
    status_code=202,
    response_model=ExportJobView,
    responses=OF_CHANGES | refusals(410),
)
def begin_export(service: CurrentService, chosen: TableChoice) -> dict[str, Any]:
    """As `GET /v1/exports/{table}`, for tables that take longer than a connection lasts.

    One is made at a time. Ask for its state until it is `done` and fetch the file within a day.
    Exports that were not finished when the service was stopped are gone.
    """
    with service.store.read() as connection:
        check_table(connection, service.settings, chosen)
    made = partial(make_table, service, chosen)
    return view(service.exports.submit(chosen.table, chosen.form, made))


@router.get(
    "/export-jobs/{job}",
    operation_id="get_export",
    summary="How an export in the background stands",
    response_model=ExportJobView,
)
def get_export(service: CurrentService, job: JobId) -> dict[str, Any]:
    return view(service.exports.get(job))


@router.get(
    "/export-jobs/{job}/file",
    operation_id="get_export_file",
    summary="The file of a finished export",
    response_class=FileResponse,
    responses=FILE_ANSWER | refusals(409),
)
def get_export_file(service: CurrentService, job: JobId) -> FileResponse:
    found, path = service.exports.file(job)
    return FileResponse(
        path,
        media_type=MEDIA_TYPES[found.format],
        filename=f"{found.table}.{found.format}",
        headers={"X-Zhibiao-Manifest": manifest_header(found.manifest)},
    )


@router.delete(
    "/export-jobs/{job}",
    operation_id="delete_export",
    summary="Delete a finished export with its file",
    status_code=204,
    responses={**OF_CHANGES, **refusals(409)},
)
def delete_export(service: CurrentService, job: JobId) -> None:
    service.exports.delete(job)
