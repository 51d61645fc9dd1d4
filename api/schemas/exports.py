"""What tables are asked for with, where it is too much for an address."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.parameters import Written
from zhibiao.keywords.sets import LONGEST_TERM, MOST_TERMS
from zhibiao.rendering import Table, TableFormat

# Of a set as long as may be, of Chinese characters, or with groups and weights.
SET_BYTES = 40_000_000

Term = Annotated[Written, Field(min_length=1, max_length=LONGEST_TERM)]


class KeywordTerm(BaseModel):
    """A term of a keyword set, in a group of it."""

    model_config = ConfigDict(extra="forbid")
    term: Term
    group: Annotated[Written, Field(max_length=100)] = ""
    weight: float = Field(default=1.0, allow_inf_nan=False)


class KeywordRequest(BaseModel):
    """A keyword set: the terms to count, in the order of the rows."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"keywords": ["数字经济", {"term": "智能制造", "group": "产业数字化"}]}]
        },
    )
    keywords: list[Term | KeywordTerm] = Field(min_length=1, max_length=MOST_TERMS)


class ExpectedReport(BaseModel):
    model_config = ConfigDict(extra="forbid")

    region_code: Annotated[str, Field(pattern=r"^[0-9]{6}$", description="GB/T 2260.")]
    year: int = Field(ge=1949, le=2200, description="Of delivery.")


class CoverageRequest(BaseModel):
    """The reports that are expected: the rows of the grid."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"expected": [{"region_code": "610000", "year": 2024}]}]},
    )
    expected: list[ExpectedReport] = Field(min_length=1, max_length=100_000)


class GoldReport(BaseModel):
    """A report that somebody has checked in full."""

    name: str = Field(description="Of its file without the ending.")
    document_id: int
    metadata: dict[str, Any] = Field(description="What was corrected of it: no rule finds that.")
    observations: list[dict[str, Any]] = Field(description="As annotations have them.")


class GoldAnswer(BaseModel):
    reports: list[GoldReport]


class ExportJobView(BaseModel):
    """An export in the background and how it stands."""

    id: str
    table: Table
    format: TableFormat
    state: Literal["waiting", "running", "done", "failed"]
    asked_at: str
    finished_at: str | None
    size: int | None = Field(description="Bytes of the file.")
    manifest: dict[str, Any] = Field(description="What it was made of; `rows` among it.")
    error: dict[str, str] | None = Field(description="`code` and `message`, where it failed.")
