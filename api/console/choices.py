"""What a page's form chose: empty fields say nothing, wrong ones are told in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.console.language import language_of
from api.console.messages import field_told
from api.parameters import Code, StoreId, Written, Year
from zhibiao.domain import Measure, State, Status
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.observations import ObservationFilter


class ListChoice(BaseModel):
    """What a list takes that is not narrowed: which page of it."""

    model_config = ConfigDict(extra="forbid")

    next: str | None = None


class Reports(ListChoice):
    """What every list of what reports hold can be narrowed by."""

    run: StoreId | None = None
    region: Written | None = None
    region_code: Code | None = None
    year_from: Year | None = None
    year_to: Year | None = None

    def reports(self, **others: Any) -> DocumentFilter:
        return DocumentFilter(
            run=self.run,
            region=self.region,
            region_code=self.region_code,
            year_from=self.year_from,
            year_to=self.year_to,
            **others,
        )


class RunDocumentChoice(ListChoice):
    state: State | None = None
    error_code: Written | None = None


class DocumentChoice(Reports):
    state: State | None = None
    error_code: Written | None = None
    name: Written | None = None
    barren: bool = False
    unplaced: bool = False

    def filter(self) -> DocumentFilter:
        return self.reports(
            states=() if self.state is None else (self.state.value,),
            error_code=self.error_code,
            name_contains=self.name,
            barren=self.barren,
            unplaced=self.unplaced,
        )


class ObservationChoice(Reports):
    indicator: Written | None = None
    measure: Measure | None = None
    status: Status | None = None
    scope: Literal["region", "part", "any"] = "region"
    period: int | None = Field(default=None, ge=1900, le=2200)
    document: StoreId | None = None
    certain: bool | None = None

    def filter(self) -> ObservationFilter:
        return ObservationFilter(
            documents=self.reports(),
            document=self.document,
            indicators=() if self.indicator is None else (self.indicator,),
            measure=None if self.measure is None else self.measure.value,
            status=None if self.status is None else self.status.value,
            scope=None if self.scope == "any" else self.scope,
            certain=self.certain,
            period=self.period,
        )


class SearchChoice(Reports):
    text: Annotated[Written, Field(max_length=200)] | None = None
    of: Literal["texts", "quantities"] = "texts"


class GridChoice(Reports):
    """Of a table of regions: a page follows the region that the one before ended with."""

    next: Code | None = None


class PanelChoice(GridChoice):
    indicator: Written = "gdp"
    measure: Measure = Measure.GROWTH
    status: Status = Status.ACTUAL


class PlanChoice(BaseModel):
    """Which documents are reprocessed."""

    model_config = ConfigDict(extra="forbid")

    run: StoreId | None = None
    region_code: Code | None = None
    year_from: Year | None = None
    year_to: Year | None = None


Choice = TypeVar("Choice", bound=BaseModel)


class AsWritten(dict[str, str]):
    """Fields as they were typed; an empty text for one that was left empty."""

    def __missing__(self, name: str) -> str:
        return ""


async def form_written(request: Request) -> AsWritten:
    """The fields of a form that was sent, left empty or not."""
    return AsWritten({name: str(text).strip() for name, text in (await request.form()).items()})


@dataclass(frozen=True, kw_only=True)
class Chosen(Generic[Choice]):
    """What a request's query says."""

    choice: Choice
    written: AsWritten  # for the form and the links of the page
    problem: str | None  # what was typed wrongly; `choice` is without it


def chosen(request: Request, kind: type[Choice]) -> Chosen[Choice]:
    """Read a form's fields out of the query."""
    written = AsWritten(
        (name, text.strip()) for name, text in request.query_params.items() if text.strip()
    )
    wrong: dict[str, str] = {}
    try:
        choice = kind.model_validate(written)
    except ValidationError as error:
        language = language_of(request)
        wrong = {
            str(each["loc"][0]): field_told(language, each, known=kind.model_fields)
            for each in error.errors()
        }
        choice = kind.model_validate({n: v for n, v in written.items() if n not in wrong})
    problem = "; ".join(f"{name}={written[name]}: {told}" for name, told in wrong.items())
    return Chosen(choice=choice, written=written, problem=problem or None)
