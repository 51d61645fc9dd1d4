"""What is known about a report whose text is not read yet, or cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from zhibiao.domain import CleanText, Metadata, OffsetMap, RawDocument
from zhibiao.errors import MetadataError
from zhibiao.metadata.describe import describe

_NOTHING = CleanText(text="", offsets=OffsetMap.identity(0))


def presumed(
    name: str, given: Mapping[str, object], corrected: Mapping[str, object] | None = None
) -> Metadata:
    """The metadata that a file's name and what was given with it state by themselves.

    Given values that are none of their kind count as not given: the stage that reads the text
    reports them.
    """
    document = RawDocument(name=name, part=0, text="", media_type="text/plain", title=None)
    try:
        return describe(document, _NOTHING, given, corrected)
    except MetadataError:
        return describe(document, _NOTHING, None, corrected)
