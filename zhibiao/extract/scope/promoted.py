"""A place that became a park of a higher rank: 白鹿湖升级为国家级高新区，工业总产值…."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.clause.clauses import Clauses
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
RANK: Final = _WORDING.text("rank")
_PROMOTED: Final = _WORDING.pattern("promoted")


def promoted(reader: Clauses, first: int, last: int) -> str:
    """The place that a clause of tokens says to have become a park; "" where it says no such thing
    or the region itself has."""
    begin, end = reader.tokens[first].start, reader.tokens[last - 1].end
    found = _PROMOTED.fullmatch(reader.text, begin, end)
    if found is None or found["place"].endswith(reader.home.names):
        return ""
    return found["place"]
