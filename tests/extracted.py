"""Sentences as the extractor takes them: nothing to clean; an invented place and year."""

from __future__ import annotations

from invented import catalogue

from zhibiao.domain import CleanText, Extraction, Metadata, OffsetMap
from zhibiao.extract import extract

METADATA = Metadata(region="江川市", level="prefecture", year=2023, review_year=2022)


def as_it_is(text: str) -> CleanText:
    """A text of which cleaning would take nothing away."""
    return CleanText(text=text, offsets=OffsetMap.identity(len(text)))


def read(text: str, metadata: Metadata = METADATA) -> Extraction:
    return extract(as_it_is(text), text, metadata, catalogue())
