"""What is said of documents."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.parameters import Written, Year
from zhibiao.domain import State


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
    corrected: list[str] = Field(description="The fields that a person has decided.")
    created_at: str

    @property
    def unplaced(self) -> bool:
        """It is done, and no region or year is known that what it states were of."""
        return self.state == State.DONE and (self.region_code is None or self.year is None)


class MetadataCorrectionView(BaseModel):
    """One field that a person has decided."""

    field: str
    value: Any = Field(description="Of region_code the code; name, level and province follow.")
    before: Any = Field(description="What readers saw before.")
    by: str
    at: str
    in_force: bool
    applied: bool = Field(description="false: the document is still to be processed with it.")
    ended_by: str | None
    ended_at: str | None


class CheckedBy(BaseModel):
    """Who has read all of the report, and when."""

    by: str
    at: str


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
    checked: CheckedBy | None = Field(
        description="Who says that its observations are right and none is missing."
    )
    metadata_corrections: list[MetadataCorrectionView] = Field(
        description="What people have corrected of it, the last first, and what they took back."
    )


class DocumentPage(BaseModel):
    documents: list[DocumentView]
    next: str | None
    total: int | None = Field(
        default=None, description="How many match on all pages, where `count` asks for it."
    )


_Words = Annotated[Written, Field(min_length=1, max_length=200)]


class DocumentPatch(BaseModel):
    """New values; null ends the correction of a field, what is left out stays."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"region": "彬州市", "year": 2023}, {"year": None}]},
    )
    region_code: Annotated[str, Field(pattern="^[0-9]{6}$")] | None = None
    region: _Words | None = Field(default=None, description="Full name, instead of the code.")
    province: _Words | None = Field(
        default=None, description="Beside `region`, where several places have that name."
    )
    year: Year | None = Field(default=None, description="Of delivery.")
    review_year: Year | None = Field(
        default=None, description="The (last) year that is reviewed; else the one before `year`."
    )
    title: _Words | None = None
    speaker: _Words | None = None
    delivered_on: date | None = None
    meeting: _Words | None = None
    partial: bool | None = Field(default=None, description="An excerpt or a digest.")

    def changes(self) -> dict[str, Any]:
        """By field; only what was said."""
        return self.model_dump(mode="json", exclude_unset=True)


class CorrectedDocument(BaseModel):
    document: DocumentDetail
    run: int | None = Field(
        description="The run that processes it again; null: nothing is to be done, or the "
        "document is under way and takes the correction along."
    )


class TermsView(BaseModel):
    document: int
    tokens: int
    terms: dict[str, int] = Field(description="Most frequent first.")
