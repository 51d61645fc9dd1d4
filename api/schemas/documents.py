"""What is said of documents."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


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
