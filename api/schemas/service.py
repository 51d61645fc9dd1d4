"""What the service says of itself and of its catalogue."""

from __future__ import annotations

from pydantic import BaseModel, Field


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
