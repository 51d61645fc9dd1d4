"""How often reports say the terms of a set: over the years, by region and section, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from api.choices import check
from api.console.charts import chart
from api.console.choices import Reports, chosen
from api.console.forms import check_form
from api.console.messages import told
from api.console.pages import form_page
from api.parameters import Written
from api.service import CurrentService
from zhibiao.errors import ZhibiaoError
from zhibiao.keywords.rates import Line, Rates, rates_of
from zhibiao.keywords.sets import Keyword, KeywordSetError, bundled_sets, load_keywords
from zhibiao.settings import Settings
from zhibiao.store.queries import documents
from zhibiao.store.queries.concordance import concordance_records
from zhibiao.store.queries.keywords import KeywordChoice, keyword_records
from zhibiao.text.segmentation import load_fine_segmenter

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

_REPORTS = 300  # whose texts a page looks through
_PLACES = 50
_TERMS = 50


class KeywordPageChoice(Reports):
    set: Written = "数字经济"
    terms: Annotated[Written, Field(max_length=1000)] | None = None
    by: Line = "region"


@router.get("/keywords")
def show_keywords(request: Request, service: CurrentService) -> Response:
    asked = chosen(request, KeywordPageChoice)
    choice, problem = asked.choice, asked.problem
    rates = Rates(by_line={}, terms=[])
    places: list[dict[str, Any]] = []
    cut_short = False
    with service.store.read() as connection:
        try:
            reports = choice.reports()
            check(connection, service.settings, reports)
            wanted = _choice(choice, service.settings)
            first = _First(keyword_records(connection, wanted, reports))
            rates = rates_of(first, choice.by)
            cut_short = first.cut_short
            if rates.terms:
                found = concordance_records(connection, wanted, reports)
                places = list(islice(found, _PLACES))
        except ZhibiaoError as error:
            problem = told(request, error)
        empty = not rates.by_line and not documents.are_there_any(connection)
    years = sorted({year for each in rates.by_line.values() for year in each})
    return form_page(
        request,
        "keywords.html",
        choice=choice,
        written=asked.written,
        problem=problem,
        empty=empty,
        sets=[(name, name) for name in bundled_sets()],
        rates=rates.by_line,
        years=years,
        terms=rates.terms[:_TERMS],
        places=places,
        reports=_REPORTS if cut_short else None,
        chart=chart(rates.by_line, years, ""),
    )


def _choice(choice: KeywordPageChoice, settings: Settings) -> KeywordChoice:
    """Raises KeywordSetError."""
    if choice.terms:
        words = dict.fromkeys(choice.terms.replace("，", " ").replace("、", " ").split())
        keywords = tuple(Keyword(term=word) for word in words)
    elif choice.set in bundled_sets():  # never a path: it comes from an address
        keywords = load_keywords(choice.set)
    else:
        known = ", ".join(bundled_sets())
        raise KeywordSetError(f"There is no bundled set {choice.set!r}: choose one of {known}.")
    return KeywordChoice(
        keywords=keywords,
        segmenter=lambda: load_fine_segmenter(settings.segmenter, settings.user_dictionary),
        by_section=choice.by == "section",
    )


class _First:
    """The records of the first reports."""

    def __init__(self, records: Iterable[Mapping[str, Any]]) -> None:
        self._records = records
        self.cut_short = False

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        seen: set[int] = set()
        for record in self._records:
            seen.add(record["document_id"])
            if len(seen) > _REPORTS:
                self.cut_short = True
                return
            yield record
