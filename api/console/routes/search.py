"""Where reports say something."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.console.choices import SearchChoice, chosen
from api.console.forms import check_form
from api.console.messages import told
from api.console.pages import form_page
from api.routes.search import find_quantities, search_texts
from api.service import CurrentService
from zhibiao.errors import ZhibiaoError
from zhibiao.store.queries import documents

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_HITS = 50


@router.get("/search")
def show_search(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, SearchChoice)
    choice, problem = asked.choice, asked.problem
    hits = quantities = following = None
    if choice.text is not None:
        what = choice.reports(), choice.text
        try:
            if choice.of == "quantities":
                numbers = find_quantities(service, *what, limit=_HITS, after=choice.next)
                quantities, following = numbers.observations, numbers.next
            else:
                found = search_texts(service, *what, limit=_HITS, after=choice.next)
                hits, following = found["hits"], found["next"]
        except ZhibiaoError as error:
            problem = told(request, error)
    with service.store.read() as connection:
        empty = not documents.are_there_any(connection)
    return form_page(
        request,
        "search.html",
        empty=empty,
        hits=hits,
        quantities=quantities,
        following=following,
        written=asked.written,
        problem=problem,
    )
