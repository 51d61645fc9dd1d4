"""Which report states an indicator, and why a cell is empty."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import knowledge
from api.choices import check
from api.console.choices import GridChoice, chosen
from api.console.forms import check_form
from api.console.language import language_of
from api.console.messages import told
from api.console.names import indicator_names
from api.console.pages import form_page
from api.parameters import Written
from api.service import CurrentService
from zhibiao.analysis.names import reason_name
from zhibiao.errors import ZhibiaoError
from zhibiao.store.queries import documents
from zhibiao.store.queries.coverage import coverage_records
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.queries.panel import first_regions

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_REPORTS = 80  # of a page


class CoverageChoice(GridChoice):
    indicator: Written = "gdp"


@router.get("/coverage")
def show_coverage(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, CoverageChoice)
    choice, problem = asked.choice, asked.problem
    catalogue = knowledge.catalogue_of(service.settings)
    cells: dict[tuple[str, str], dict[int, dict[str, Any]]] = {}
    codes: list[str] = []
    more = False
    unplaced = 0
    with service.store.read() as connection:
        try:
            reports = choice.reports()
            check(connection, service.settings, reports, indicators=[choice.indicator])
            wanted = ObservationFilter(documents=reports, indicators=(choice.indicator,))
            codes, more = first_regions(
                connection, wanted, reports=_REPORTS, after=choice.next or ""
            )
            only = codes if more or choice.next else None
            for row in coverage_records(connection, wanted, catalogue, codes=only):
                region = (row["region_code"], row["region"] or "")
                cells.setdefault(region, {})[row["year"]] = row
            unplaced = documents.count(connection, replace(reports, unplaced=True))
        except ZhibiaoError as error:
            problem = told(request, error)
        empty = not cells and not documents.are_there_any(connection)
    language = language_of(request)
    return form_page(
        request,
        "coverage.html",
        choice=choice,
        written=asked.written,
        problem=problem,
        empty=empty,
        names=indicator_names(service.settings),
        cells=cells,
        years=sorted({year for each in cells.values() for year in each}),
        reason=lambda code: reason_name(code, language),
        regions=len(cells),
        following=codes[-1] if more else None,
        unplaced=unplaced,
    )
