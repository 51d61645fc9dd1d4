"""/v1/exports: whole tables as files."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from api import knowledge
from api.routes.documents import Region, RegionCode, RunChoice, YearFrom, YearTo
from api.routes.service import installed_version
from api.service import CurrentService
from zhibiao.domain import State
from zhibiao.rendering import TableFormat
from zhibiao.settings import Settings
from zhibiao.store.documents import DocumentFilter
from zhibiao.store.exports import ExportFilter, Table, export
from zhibiao.store.manifests import manifest, parse_moment
from zhibiao.store.observations import ObservationFilter
from zhibiao.store.tables import MEDIA_TYPES
from zhibiao.text.segmentation import TERMS, load_segmenter, read_dictionary

router = APIRouter(tags=["exports"])

_HEADER_BYTES = 6000
_STATEMENT_SECONDS = 300.0  # sorting a large table takes its time before the first row comes


@router.get(
    "/exports/{table}",
    operation_id="export_table",
    summary="A whole table as a file",
    response_class=FileResponse,
    responses={
        200: {
            "content": {
                media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
                for media_type in MEDIA_TYPES.values()
            }
        }
    },
)
def export_table(
    service: CurrentService,
    request: Request,
    table: Table,
    form: Annotated[TableFormat, Query(alias="format")] = "csv",
    run: RunChoice = None,
    region: Region = None,
    region_code: RegionCode = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    state: Annotated[
        list[State] | None, Query(description="Of `documents`: only these states.")
    ] = None,
    indicator: Annotated[list[str] | None, Query(description="Catalogue ids: gdp.")] = None,
    parts: Annotated[
        bool, Query(description="Also what is said of parts of the region or of others.")
    ] = False,
    open_quantities: Annotated[
        bool, Query(alias="open", description="Also numbers of no catalogue indicator.")
    ] = False,
    keyword: Annotated[
        list[str] | None,
        Query(description="Of `keywords`: terms to count; none: the built-in policy terms."),
    ] = None,
    as_of: Annotated[
        str | None,
        Query(description="As a run left it (its number), or at a date or time; not `documents`."),
    ] = None,
) -> FileResponse:
    """The header `X-Zhibiao-Manifest` says in JSON what the file was made of.

    `documents` has one row for every submitted document, also for those that failed.

    docs/exports.md says which columns each table has and by which rule the panel is made.
    """
    wanted = ExportFilter(
        observations=ObservationFilter(
            documents=DocumentFilter(
                run=run,
                region=region,
                region_code=region_code,
                year_from=year_from,
                year_to=year_to,
                states=tuple(each.value for each in state or ()),
            ),
            indicators=tuple(indicator or ()),
            scope=None if parts else "region",
            open_quantities=open_quantities,
        ),
        as_of=None if as_of is None else parse_moment(as_of),
    )
    if table == "keywords":
        wanted = _with_keywords(wanted, keyword, service.settings)
    # Made whole before the first byte is sent: an error half-way is an error, not a short file.
    with tempfile.NamedTemporaryFile(suffix=f".{form}", delete=False) as made:
        path = Path(made.name)
    known = {
        "version": installed_version(),
        "catalogue": knowledge.catalogue_of(service.settings).digest,
    }
    try:
        with service.store.read(patience_seconds=_STATEMENT_SECONDS) as connection:
            rows = export(connection, table, form, path, wanted)
            asked = {"format": form} | {
                name: request.query_params.getlist(name) for name in request.query_params
            }
            made_of = manifest(
                connection, table, path, wanted, rows=rows, asked=asked, now=time.time()
            )
    except BaseException:
        path.unlink()
        raise
    return FileResponse(
        path,
        media_type=MEDIA_TYPES[form],
        filename=f"{table}.{form}",
        headers={"X-Zhibiao-Manifest": _header({**known, **made_of})},
        background=BackgroundTask(path.unlink),
    )


def _header(made_of: dict[str, Any]) -> str:
    """As ASCII; where that is long, without what versions are made of: proxies bound headers."""
    written = json.dumps(made_of)
    if len(written) <= _HEADER_BYTES:
        return written
    counts = {
        stage: {version: {"documents": found["documents"]} for version, found in versions.items()}
        for stage, versions in made_of["versions"].items()
    }
    return json.dumps({**made_of, "versions": counts})


def _with_keywords(
    wanted: ExportFilter, asked: list[str] | None, settings: Settings
) -> ExportFilter:
    if asked is None:
        # Words of every segmenter's dictionary: each report's counts are stored already.
        return replace(wanted, keywords=tuple(word.text for word in read_dictionary(TERMS)))
    segmenter = load_segmenter(settings.segmenter, settings.user_dictionary)
    return replace(wanted, keywords=tuple(dict.fromkeys(asked)), segmenter=segmenter)
