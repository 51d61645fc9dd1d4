"""/v1/search: where reports say something."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AfterValidator
from sqlalchemy import Connection

from api import cursors
from api.choices import check
from api.observations import observation_view
from api.parameters import Limit, Next, Reports, Written
from api.schemas.observations import ObservationPage
from api.schemas.search import SearchPage
from api.service import CurrentService
from zhibiao.outline.frames import SectionKind
from zhibiao.rendering import sendable
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.observations import with_sentences
from zhibiao.store.queries.quantities import search_quantities
from zhibiao.store.queries.search import SearchFilter, search

router = APIRouter(tags=["search"])


def _not_blank(written: str) -> str:
    if not written.strip():
        raise ValueError("holds no character but white space")
    return written


Text = Annotated[Written, AfterValidator(_not_blank), Query(min_length=1, max_length=200)]


@router.get(
    "/search",
    operation_id="search_texts",
    summary="Where reports say something, with what stands around it",
    response_model=SearchPage,
)
def search_texts(
    service: CurrentService,
    reports: Reports,
    text: Annotated[Text, Query(description="As it stands in the clean text.")],
    section: Annotated[
        SectionKind | None, Query(description="Only in parts of the outline of this kind.")
    ] = None,
    context: Annotated[
        int, Query(ge=0, le=400, description="Characters on either side of a hit.")
    ] = 40,
    limit: Limit = 100,
    after: Next = None,
) -> dict[str, Any]:
    """A page holds whole documents, at least `limit` hits unless its time (3 s) was over before:
    go on with `next` until it is null."""
    wanted = SearchFilter(text=text, documents=reports, section=section, context=context)
    with service.store.read() as connection:
        check(connection, service.settings, reports)
        return text_page(connection, wanted, limit=limit, cursor=after)


@router.get(
    "/search/quantities",
    operation_id="search_quantities",
    summary="Numbers by what they are of, those of no catalogue indicator too",
)
def find_quantities(
    service: CurrentService,
    reports: Reports,
    subject: Annotated[Text, Query(description="Words of what is counted: 充电桩.")],
    limit: Limit = 100,
    after: Next = None,
) -> ObservationPage:
    """A page holds whole documents, as that of a search of texts does."""
    with service.store.read() as connection:
        check(connection, service.settings, reports)
        return quantity_page(connection, subject, reports, limit=limit, cursor=after)


def text_page(
    connection: Connection, wanted: SearchFilter, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """A `SearchPage` of a choice that was checked."""
    page = search(connection, wanted, limit=limit, after=cursors.decode(cursor))
    return {
        "hits": [
            {
                name: sendable(value) if isinstance(value, str) else value
                for name, value in asdict(hit).items()
            }
            for hit in page.hits
        ],
        "next": None if page.after is None else cursors.encode(page.after),
    }


def quantity_page(
    connection: Connection, subject: str, reports: DocumentFilter, *, limit: int, cursor: str | None
) -> ObservationPage:
    """The numbers of what is called so, in reports of a choice that was checked."""
    rows, last = search_quantities(
        connection, subject, reports, limit=limit, after=cursors.decode(cursor)
    )
    found = [observation_view(*each) for each in with_sentences(connection, rows)]
    return ObservationPage(observations=found, next=None if last is None else cursors.encode(last))
