"""Where reports say something."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import cursors
from api.choices import check
from api.console.choices import SearchChoice, chosen
from api.console.forms import check_form
from api.console.pages import page
from api.service import CurrentService
from zhibiao.errors import ZhibiaoError
from zhibiao.store.search import SearchFilter, search

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_HITS = 50


@router.get("/search")
def show_search(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, SearchChoice)
    choice, problem, found = asked.choice, asked.problem, None
    if choice.text is not None:
        wanted = SearchFilter(text=choice.text, documents=choice.reports())
        with service.store.read() as connection:
            try:
                check(connection, service.settings, run=choice.run, region=choice.region)
                last = cursors.decode(choice.next)
                found = search(connection, wanted, limit=_HITS, after=last)
            except ZhibiaoError as error:
                problem = error.message
    following = None if found is None or found.after is None else cursors.encode(found.after)
    return page(
        request,
        "search.html",
        status=200 if problem is None else 422,
        hits=None if found is None else found.hits,
        following=following,
        written=asked.written,
        problem=problem,
    )
