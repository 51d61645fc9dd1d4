"""/v1/exports: whole tables as files."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import IO, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from api import knowledge
from api.asked_tables import AskedTable, make_table, manifest_header
from api.choices import check
from api.parameters import Certain, Corrections, Indicators, OpenQuantities, Reports, Written
from api.refusals import OF_CHANGES, refusals
from api.schemas.exports import CoverageRequest, GoldAnswer, GoldReport, KeywordRequest
from api.service import CurrentService, Service
from zhibiao.analysis.labels import Language
from zhibiao.analysis.units import Units
from zhibiao.domain import State
from zhibiao.keywords.choices import Denominator, Grain, Match, TermGrain
from zhibiao.keywords.sets import Keyword
from zhibiao.rendering import Table, TableFormat
from zhibiao.settings import Settings
from zhibiao.store.queries.exports import ExportFilter, PanelWish
from zhibiao.store.queries.gold import gold_records
from zhibiao.store.queries.keywords import KeywordChoice
from zhibiao.store.queries.manifests import parse_moment
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.queries.terms import TermChoice
from zhibiao.tables import MEDIA_TYPES
from zhibiao.text.segmentation import TERMS, load_fine_segmenter, read_dictionary

# An export holds one of the fifteen connections of the store's pool, and a core, for as long as it
# takes. More of them wait, without a thread.
_EXPORTS_AT_ONCE = 4
_PIECE_BYTES = 256 * 1024


async def _place() -> AsyncIterator[None]:
    yield


router = APIRouter(
    tags=["exports"],
    # Until the file is made, not until it is sent: a slow receiver holds up nobody.
    dependencies=[Depends(_place, scope="function", max_concurrency=_EXPORTS_AT_ONCE)],
)


FILE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for media_type in MEDIA_TYPES.values()
        }
    }
}

Form = Annotated[TableFormat, Query(alias="format")]


def _rows(
    reports: Reports,
    as_of: Annotated[
        Written | None,
        Query(description="As a run left it (its number), or at a date or time; not `documents`."),
    ] = None,
) -> ExportFilter:
    """What every table can be narrowed by."""
    return ExportFilter(
        observations=ObservationFilter(documents=reports),
        as_of=None if as_of is None else parse_moment(as_of),
    )


Rows = Annotated[ExportFilter, Depends(_rows)]


def _panel_wish(
    service: CurrentService,
    request: Request,
    layout: Annotated[
        Literal["wide", "long"],
        Query(description="Of `panel`: a row a region and year, or a row a cell."),
    ] = "wide",
    unit: Annotated[
        list[Written] | None,
        Query(description="Of `panel`: 亿元 instead of 元; one for each kind of amount."),
    ] = None,
    flagged: Annotated[
        bool, Query(description="Of a wide `panel`: also the values that only the long one has.")
    ] = False,
) -> PanelWish:
    catalogue = knowledge.catalogue_of(service.settings)
    Units.of(unit or (), catalogue)  # a misspelt one is an error of every table
    return PanelWish(
        catalogue=catalogue,
        long=layout == "long",
        units=tuple(unit or ()),
        set_aside=flagged,
        site=str(request.base_url).rstrip("/"),
    )


Wish = Annotated[PanelWish, Depends(_panel_wish)]
Labels = Annotated[
    Language | None,
    Query(description="Headings in Chinese or English, of panel, coverage and codebook."),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Counting:
    """How keywords are counted."""

    match: Match
    by: Grain
    per: Denominator
    zeros: bool


def _counting(
    match: Annotated[
        Match,
        Query(description="Of `keywords`: on word boundaries (token), or wherever it stands."),
    ] = "token",
    by: Annotated[
        Grain,
        Query(description="Of `keywords`: a row a report, or a row each part of its outline."),
    ] = "document",
    per: Annotated[
        Denominator, Query(description="Of `keywords`: of what `per_10000` is a share.")
    ] = "tokens",
    zeros: Annotated[
        bool, Query(description="Of `keywords`: also rows for what a report does not say.")
    ] = True,
) -> Counting:
    return Counting(match=match, by=by, per=per, zeros=zeros)


CountingChoice = Annotated[Counting, Depends(_counting)]


def _terms(
    of: Annotated[
        TermGrain, Query(description="Of `terms`: whose words, a report's, a year's, a region's.")
    ] = "document",
    top: Annotated[
        int | None,
        Query(ge=1, le=100_000, description="Of `terms`: only so many of each, by TF-IDF."),
    ] = None,
) -> TermChoice:
    return TermChoice(by=of, top=top)


Terms = Annotated[TermChoice, Depends(_terms)]


def _asked_table(
    service: CurrentService,
    request: Request,
    rows: Rows,
    wish: Wish,
    table: Table,
    counting: CountingChoice,
    terms: Terms,
    form: Form = "csv",
    labels: Labels = None,
    state: Annotated[
        list[State] | None, Query(description="Of `documents`: only these states.")
    ] = None,
    indicator: Indicators = None,
    parts: Annotated[
        bool, Query(description="Also what is said of parts of the region or of others.")
    ] = False,
    open_quantities: OpenQuantities = False,
    certain: Certain = None,
    corrections: Corrections = True,
    keyword: Annotated[
        list[Written] | None,
        Query(
            description="Of `keywords` and `concordance`: terms to count; none: the built-in "
            "policy terms."
        ),
    ] = None,
) -> AskedTable:
    chosen = replace(rows.documents, states=tuple(each.value for each in state or ()))
    wanted = replace(
        rows,
        panel=wish,
        labels=labels,
        terms=terms,
        observations=replace(
            rows.observations,
            documents=chosen,
            indicators=tuple(indicator or ()),
            scope=None if parts else "region",
            open_quantities=open_quantities,
            certain=certain,
            corrections=corrections,
        ),
    )
    if table in ("keywords", "concordance"):
        words = [word.text for word in read_dictionary(TERMS)] if keyword is None else keyword
        wanted = _with_keywords(wanted, words, counting, service.settings)
    return AskedTable(table=table, form=form, wanted=wanted, asked=_asked(request, form))


TableChoice = Annotated[AskedTable, Depends(_asked_table)]


@router.get(
    "/exports/{table}",
    operation_id="export_table",
    summary="A whole table as a file",
    response_class=FileResponse,
    responses=FILE_ANSWER | refusals(410, 507),
)
def export_table(service: CurrentService, chosen: TableChoice) -> StreamingResponse:
    """The header `X-Zhibiao-Manifest` says in JSON what the file was made of.

    `documents` has one row for every submitted document, also for those that failed.

    docs/exports.md says which columns each table has and by which rule the panel is made.
    """
    return _file(service, chosen)


@router.get("/gold", operation_id="export_gold", summary="Checked reports as annotations")
def export_gold(service: CurrentService, reports: Reports) -> GoldAnswer:
    """What people have confirmed, edited and added of reports that they have checked in full."""
    with service.store.read() as connection:
        check(connection, service.settings, reports)
        found = [GoldReport(**each) for each in gold_records(connection, reports)]
    return GoldAnswer(reports=found)


@router.post(
    "/exports/keywords",
    operation_id="export_keywords",
    summary="How often each report says each term of a set, as a file",
    response_class=FileResponse,
    responses=FILE_ANSWER | OF_CHANGES | refusals(410, 507),
)
def export_keywords(
    service: CurrentService,
    request: Request,
    rows: Rows,
    asked: KeywordRequest,
    counting: CountingChoice,
    form: Form = "csv",
) -> StreamingResponse:
    """As the table `keywords`, with a set of terms that is too large for an address."""
    return _of_a_set(service, "keywords", request, rows, asked, counting, form)


def _of_a_set(
    service: Service,
    table: Table,
    request: Request,
    rows: ExportFilter,
    asked: KeywordRequest,
    counting: Counting,
    form: TableFormat,
) -> StreamingResponse:
    keywords = [
        each if isinstance(each, str) else Keyword(**each.model_dump()) for each in asked.keywords
    ]
    wanted = _with_keywords(rows, keywords, counting, service.settings)
    terms = [each if isinstance(each, str) else asdict(each) for each in keywords]
    written = _asked(request, form) | {"keyword": terms}
    return _file(service, AskedTable(table=table, form=form, wanted=wanted, asked=written))


@router.post(
    "/exports/concordance",
    operation_id="export_concordance",
    summary="Each place where a report says a term of a set, as a file",
    response_class=FileResponse,
    responses=FILE_ANSWER | OF_CHANGES | refusals(410, 507),
)
def export_concordance(
    service: CurrentService,
    request: Request,
    rows: Rows,
    asked: KeywordRequest,
    counting: CountingChoice,
    form: Form = "csv",
) -> StreamingResponse:
    """As the table `concordance`, with a set of terms that is too large for an address."""
    return _of_a_set(service, "concordance", request, rows, asked, counting, form)


@router.post(
    "/exports/coverage",
    operation_id="export_coverage",
    summary="Which of the expected reports state what, as a file",
    response_class=FileResponse,
    responses=FILE_ANSWER | OF_CHANGES | refusals(410, 507),
)
def export_coverage(
    service: CurrentService,
    request: Request,
    rows: Rows,
    wish: Wish,
    asked: CoverageRequest,
    form: Form = "csv",
    indicator: Indicators = None,
    labels: Labels = None,
) -> StreamingResponse:
    """As the table `coverage`, with the reports that you expect: what is missing is seen."""
    expected = tuple((unit.region_code, unit.year) for unit in asked.expected)
    wanted = replace(
        rows,
        panel=replace(wish, expected=expected),
        labels=labels,
        observations=replace(rows.observations, indicators=tuple(indicator or ())),
    )
    asked_for = _asked(request, form) | {"expected": len(expected)}
    return _file(service, AskedTable(table="coverage", form=form, wanted=wanted, asked=asked_for))


def _asked(request: Request, form: TableFormat) -> dict[str, Any]:
    query = request.query_params
    return {"format": form} | {name: query.getlist(name) for name in query}


def _file(service: Service, chosen: AskedTable) -> StreamingResponse:
    # Made whole before the first byte is sent: an error half-way is an error, not a short file.
    path = service.exports.scratch(chosen.form)
    try:
        made_of = make_table(service, chosen, path)
        file = path.open("rb")
    finally:
        # Read without its name: what is broken off, by either side, leaves nothing.
        path.unlink(missing_ok=True)
    return _SentFile(
        file,
        media_type=MEDIA_TYPES[chosen.form],
        headers={
            "Content-Length": str(os.fstat(file.fileno()).st_size),
            "Content-Disposition": f'attachment; filename="{chosen.table}.{chosen.form}"',
            "X-Zhibiao-Manifest": manifest_header(made_of),
        },
    )


class _SentFile(StreamingResponse):
    """An open file, closed whatever becomes of its receiver."""

    def __init__(self, file: IO[bytes], **options: Any) -> None:
        super().__init__(iter(partial(file.read, _PIECE_BYTES), b""), **options)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            await super().__call__(scope, receive, send)


def _with_keywords(
    wanted: ExportFilter, asked: Iterable[str | Keyword], counting: Counting, settings: Settings
) -> ExportFilter:
    """Of a term that comes twice the first counts."""
    words = (word if isinstance(word, Keyword) else Keyword(term=word) for word in asked)
    keywords = tuple({word.term: word for word in reversed(list(words))}.values())[::-1]
    choice = KeywordChoice(
        keywords=keywords,
        segmenter=lambda: load_fine_segmenter(settings.segmenter, settings.user_dictionary),
        match=counting.match,
        by_section=counting.by == "section",
        per=counting.per,
        zeros=counting.zeros,
    )
    return replace(wanted, keywords=choice)
