"""Where reports say something."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import cursors
from api.choices import check
from api.console.arriving import Checked, arriving_page
from api.console.choices import SearchChoice, chosen
from api.console.forms import check_form
from api.console.messages import told
from api.routes.search import quantity_page, text_page
from api.service import CurrentService
from zhibiao.errors import ZhibiaoError
from zhibiao.store.queries import documents
from zhibiao.store.queries.search import SearchFilter

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_HITS = 50


@router.get("/search")
async def show_search(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, SearchChoice)
    choice = asked.choice

    def find(checked: Checked) -> dict[str, Any]:
        problem = asked.problem
        hits = quantities = following = None
        with service.store.read() as connection:
            empty = not documents.are_there_any(connection)
            try:
                reports = choice.reports()
                check(connection, service.settings, reports)
                cursors.decode(choice.next)
                checked()
                if choice.text is not None and choice.of == "quantities":
                    numbers = quantity_page(
                        connection, choice.text, reports, limit=_HITS, cursor=choice.next
                    )
                    quantities, following = numbers.observations, numbers.next
                elif choice.text is not None:
                    wanted = SearchFilter(text=choice.text, documents=reports)
                    found = text_page(connection, wanted, limit=_HITS, cursor=choice.next)
                    hits, following = found["hits"], found["next"]
            except ZhibiaoError as error:
                problem = told(request, error)
        return {
            "empty": empty,
            "hits": hits,
            "quantities": quantities,
            "following": following,
            "problem": problem,
        }

    return await arriving_page(request, "search.html", find, written=asked.written)
