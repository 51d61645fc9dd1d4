"""Where reports say something."""

from __future__ import annotations

from pydantic import BaseModel, Field


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
