"""Where reports say something."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.console.choices import SearchChoice, chosen
from api.console.forms import check_form
from api.console.pages import page
from api.routes.search import search_texts
from api.service import CurrentService
from zhibiao.errors import ZhibiaoError

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_HITS = 50


@router.get("/search")
def show_search(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, SearchChoice)
    choice, problem, found = asked.choice, asked.problem, None
    if choice.text is not None:
        try:
            found = search_texts(
                service, choice.reports(), choice.text, limit=_HITS, after=choice.next
            )
        except ZhibiaoError as error:
            problem = error.message
    return page(
        request,
        "search.html",
        status=200 if problem is None else 422,
        hits=None if found is None else found["hits"],
        following=None if found is None else found["next"],
        written=asked.written,
        problem=problem,
    )
