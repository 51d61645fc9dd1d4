"""What requests and answers look like; the source of the OpenAPI page."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.parameters import StoreId, Written
from zhibiao.keywords.sets import LONGEST_TERM, MOST_TERMS


class ErrorBody(BaseModel):
    code: str = Field(description="Stable, for programs; see docs/errors.md.")
    message: str = Field(description="For people: what, where, what to do.")
    details: dict[str, Any] = Field(description="Facts for programs.")
    request_id: str = Field(description="Also in the header X-Request-ID and in the log.")


class ErrorAnswer(BaseModel):
    """Every answer that is no success."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "code": "not_found",
                        "message": "There is no run 99.",
                        "details": {"run": 99},
                        "request_id": "1f0c2b7e5d1a4c0f8e6d3b2a19087f65",
                    }
                }
            ]
        }
    )
    error: ErrorBody


class RunAccounts(BaseModel):
    """Every document is in exactly one state; the states add up to `submitted`."""

    files: int = Field(description="Files in the submission.")
    submitted: int = Field(description="Documents. A compendium counts its reports once read.")
    pending: int
    running: int
    done: int
    failed: int = Field(description="An error that a retry may cure.")
    quarantined: int = Field(description="Cannot be read, or killed its worker; left alone.")
    duplicate: int = Field(description="The same bytes as another document.")
    cancelled: int
    in_flight: int = Field(description="Pending and running.")
    balanced: bool = Field(description="Do the states add up? Anything but true is a defect.")


RunStatus = Literal["receiving", "running", "paused", "cancelling", "cancelled", "finished"]

_RUN: dict[str, Any] = {
    "id": 7,
    "kind": "submission",
    "priority": "bulk",
    "label": "county reports 2023",
    "status": "running",
    "finished": False,
    "accounts": {
        "files": 400,
        "submitted": 424,
        "pending": 118,
        "running": 32,
        "done": 270,
        "failed": 1,
        "quarantined": 2,
        "duplicate": 1,
        "cancelled": 0,
        "in_flight": 150,
        "balanced": True,
    },
    "stages": {
        "read": {"pending": 80},
        "clean": {"running": 16},
        "segment": {},
        "extract": {"pending": 38, "running": 16},
    },
    "documents_per_second": 14.2,
    "seconds_left": 10.6,
    "created_at": "2026-01-05T08:00:00.000+00:00",
    "sealed_at": "2026-01-05T08:00:03.120+00:00",
    "cancelled_at": None,
    "paused_at": None,
    "finished_at": None,
}


class StageExecution(BaseModel):
    executed: int = Field(description="Documents, repeated attempts included.")
    unchanged: int = Field(description="Of them, those whose output came out as it was.")
    seconds: float = Field(description="Of worker processes.")


class Skipped(BaseModel):
    """Files that systems and programs leave behind: Thumbs.db, ~$report.docx, __MACOSX …"""

    count: int
    names: list[str] = Field(description="The first ones.")


class RunView(BaseModel):
    """One pass over a set of documents."""

    model_config = ConfigDict(json_schema_extra={"examples": [_RUN]})

    id: int
    kind: Literal["submission", "reprocessing"]
    priority: Literal["interactive", "bulk", "reprocess"]
    label: str
    status: RunStatus
    finished: bool = Field(description="Everything is at rest: nothing is pending or running.")
    accounts: RunAccounts
    stages: dict[str, dict[str, int]] | None = Field(
        default=None, description="Unfinished documents by the stage they stand at."
    )
    executions: dict[str, StageExecution] | None = Field(
        default=None, description="What each stage has done; stages that were not touched lack."
    )
    documents_per_second: float | None = Field(
        default=None, description="Over the last 30 s; of a finished run, over all of it."
    )
    seconds_left: float | None = Field(default=None, description="None: cannot be told.")
    created_at: str
    sealed_at: str | None = Field(default=None, description="When all of it had arrived.")
    cancelled_at: str | None = None
    paused_at: str | None = None
    finished_at: str | None = None
    atomic: bool = Field(default=False, description="Visible as a whole, or not at all.")
    published_at: str | None = Field(
        default=None, description="Of an atomic run: when all of it became visible."
    )
    skipped: Skipped | None = Field(
        default=None, description="In the answer to a submission: what of it was left out."
    )


class RunPage(BaseModel):
    runs: list[RunView]
    next: str | None = Field(description="Cursor of the next page; null at the end.")


class RetryRequest(BaseModel):
    """Which documents of the run are tried again; empty: all failed ones."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"error_code": "time_limit"}]}
    )
    documents: list[StoreId] | None = Field(
        default=None, description="Failed and quarantined ones among these.", max_length=100_000
    )
    error_code: Written | None = Field(
        default=None, description="Only those with this error code, quarantined ones too."
    )
    quarantined: bool = Field(default=False, description="The quarantined ones too.")


class Changed(BaseModel):
    """What a command did."""

    documents: int = Field(description="How many documents it concerned.")
    run: RunView


class Deleted(BaseModel):
    """What is gone."""

    documents: int
    sources: int = Field(description="Files that no other submission holds.")


class DocumentView(BaseModel):
    """A report, or a file that could not be read, with how it stands."""

    id: int
    run: int = Field(description="The run that submitted it.")
    file: int = Field(description="Position of its file in the submission, from 0.")
    part: int = Field(description="Position of the report in the file, from 0.")
    source: str = Field(description="File name.")
    sha256: str | None = Field(description="Of the file's bytes.")
    state: str
    stage: str = Field(description="The stage that is next, runs, or went wrong.")
    attempts: int
    error_code: str | None
    error_message: str | None
    changed_at: str
    duplicate_of: int | None
    canonical: int | None = Field(description="The fullest of several prints of one report.")
    title: str | None
    region: str | None
    region_code: str | None = Field(description="GB/T 2260; the nation is 000000.")
    province: str | None
    level: str | None
    year: int | None = Field(description="Of delivery.")
    review_year: int | None = Field(description="The (last) year that is reviewed.")
    speaker: str | None
    delivered_on: str | None
    meeting: str | None
    partial: bool
    created_at: str


class DocumentDetail(DocumentView):
    size: int | None = Field(description="Bytes of its file.")
    media_type: str | None
    decoding: dict[str, Any] | None
    split_by: str | None = Field(description="Why the report was cut out of its file.")
    raw_characters: int | None
    characters: int | None = Field(description="Of the cleaned text.")
    tokens: int | None = Field(description="Terms counted.")
    numbers: int | None = Field(description="Numbers seen in the text.")
    given: dict[str, Any] = Field(description="Metadata given at submission.")
    metadata_notes: dict[str, Any] | None = Field(description="Where each field was found.")
    versions: dict[str, str | None] = Field(description="The version of each stage's output.")


class DocumentPage(BaseModel):
    documents: list[DocumentView]
    next: str | None
    total: int | None = Field(
        default=None, description="How many match on all pages, where `count` asks for it."
    )


class TermsView(BaseModel):
    document: int
    tokens: int
    terms: dict[str, int] = Field(description="Most frequent first.")


class ObservationView(BaseModel):
    """One statement of one indicator; `start` and `end` point into the document's raw text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 41,
                    "indicator": "gdp",
                    "measure": "growth",
                    "value": 6.1,
                    "value_high": None,
                    "unit": "%",
                    "bound": "eq",
                    "status": "actual",
                    "period_start": 2022,
                    "period_end": 2022,
                    "evidence": "地区生产总值增长6.1%",
                    "sentence": "全年地区生产总值增长6.1%，好于预期。",
                    "region": "示例市",
                    "region_code": "000000",
                    "province": None,
                    "level": "prefecture",
                    "year": 2023,
                    "scope": "region",
                    "subject": "地区生产总值",
                    "tone": None,
                    "stretch": False,
                    "base_value": 6.1,
                    "base_unit": "%",
                    "flags": [],
                    "conflict": None,
                    "certain": True,
                    "doubts": [],
                    "rule": "",
                    "start": 812,
                    "end": 824,
                    "sentence_start": 810,
                    "sentence_end": 830,
                    "number_start": 820,
                    "number_end": 823,
                    "document": "示例市政府工作报告（2023年）",
                    "document_id": 12,
                    "source": "示例市.txt",
                }
            ]
        }
    )
    id: int
    indicator: str | None
    measure: str
    value: int | float
    value_high: int | float | None
    unit: str
    bound: str
    status: str
    period_start: int | None
    period_end: int | None
    evidence: str = Field(description="The phrase: from the name through the number, raw.")
    sentence: str | None = Field(
        description="The sentence that holds it, raw; at most 400 characters on either side of the "
        "evidence. null: extracted by a version that kept none; reprocess the document."
    )
    region: str | None
    region_code: str | None
    province: str | None
    level: str | None
    year: int | None
    scope: str
    subject: str
    tone: str | None
    stretch: bool = Field(description="A target beyond the one just stated: 6%左右，力争6.5%.")
    base_value: int | float | None
    base_unit: str | None
    flags: list[str]
    conflict: int | None
    certain: bool | None = Field(
        description="Without doubts. null: extracted by a version that did not ask."
    )
    doubts: list[str] | None = Field(description="Why it may be wrong; see docs/extraction.md.")
    rule: str
    start: int
    end: int
    sentence_start: int | None
    sentence_end: int | None
    number_start: int
    number_end: int
    document: str | None = Field(description="Title.")
    document_id: int
    source: str = Field(description="File name.")


class ObservationDetail(BaseModel):
    """One observation and what stands around it in the document's raw text."""

    observation: ObservationView
    address: str = Field(description="Where a person looks at it.")
    section: list[str] = Field(description="The headings that it is under, the outer one first.")
    before: str = Field(description="The lines before the number.")
    number: str = Field(description="The number, exactly as it stands there.")
    after: str = Field(description="The lines after it.")


class ObservationPage(BaseModel):
    observations: list[ObservationView]
    next: str | None


class HitView(BaseModel):
    """One place where a report says what was looked for."""

    document_id: int
    document: str | None = Field(description="Title.")
    source: str
    region: str | None
    region_code: str | None
    province: str | None
    year: int | None
    section_kind: str
    heading: str = Field(description="Of the part of the report that it is in.")
    before: str
    found: str
    after: str
    start: int = Field(description="In the raw text, half-open, as for observations.")
    end: int
    clean_start: int = Field(description="In the clean text.")
    clean_end: int


class SearchPage(BaseModel):
    hits: list[HitView]
    next: str | None


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


class VersionView(BaseModel):
    version: str
    stages: dict[str, str]
    catalogue: str = Field(description="Digest of the catalogue in use.")
    schema_version: str
    inputs: dict[str, dict[str, str]] = Field(
        description="What each stage's version is made of: its code's version, digests of data."
    )
    problem: str | None = Field(
        description="Why the user's catalogue or dictionary on disk is not in use; "
        "the one that was read before still is."
    )


class IndicatorView(BaseModel):
    id: str
    name: str
    name_zh: str
    kind: str
    aliases: list[str]
    excludes: list[str] = Field(description="Phrases that hold an alias and mean something else.")
    change_aliases: list[str]
    units: list[str]
    base_unit: str
    range: tuple[float, float] | None = Field(description="Plausible levels, in base units.")
    growth_range: tuple[float, float] = Field(description="Plausible growth, percent.")
    measures: list[str]


class CatalogueView(BaseModel):
    digest: str
    indicators: list[IndicatorView]
