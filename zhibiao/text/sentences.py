"""Where sentences begin and end, and which of them holds a place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Final

from zhibiao.domain import Span

# A sentence runs through its final marks and the quotes and brackets that close after them.
# A newline always ends one: the cleaner leaves newlines only between paragraphs and headings.
_STOP, _OTHER_STOPS = "。", "！？!?；;\n"
_FINAL: Final = frozenset("。！？!?；;")
_ENDING: Final = _FINAL | {"\n"}
_CLOSING: Final = frozenset('”’」』）)》】"')

_START, _END = attrgetter("start"), attrgetter("end")

# Characters of a sentence that are shown on either side of what it states: text without full stops
# (tables, lists, broken scans) must not become a sentence of 100,000 characters.
REACH_CHARACTERS: Final = 400

_KEPT_CHARACTERS: Final = 200_000  # of a text whose sentences are remembered


def sentences(text: str) -> list[Span]:
    """The sentences of a clean text, in order, without surrounding white space.

    Spans are half-open character offsets into `text`; they do not overlap, and what lies
    between them is white space only.
    """
    # Several stages ask for those of one text, one after the other.
    return list(_kept(text)) if len(text) <= _KEPT_CHARACTERS else _found(text)


@lru_cache(maxsize=2)
def _kept(text: str) -> tuple[Span, ...]:
    return tuple(_found(text))


def _found(text: str) -> list[Span]:
    stopped = text  # with one mark for all: a search for one character is far faster
    for mark in _OTHER_STOPS:
        stopped = stopped.replace(mark, _STOP)
    found: list[Span] = []
    start = 0
    while start < len(text):
        end = stopped.find(_STOP, start)
        if end < 0:
            end = len(text)
        elif text[end] != "\n":
            end = _behind_marks(text, end)
        said = text[start:end]
        bare = said.strip()
        if bare:
            begin = start if bare[0] == said[0] else end - len(said.lstrip())
            found.append(Span(begin, begin + len(bare)))
        start = max(end, start + 1)
    return found


def between_marks(text: str, start: int, end: int) -> Span | None:
    """`text[start:end]` with the marks behind it, without those of the sentence before.

    One of `sentences(text)` where no final mark stands in it, else several that are read as one.
    None where no such mark, nor the text's beginning or end, stands on either side.
    """
    if (start and text[start - 1] not in _ENDING) or (end < len(text) and text[end] not in _ENDING):
        return None
    if start and text[start - 1] != "\n":
        while start < end and text[start] in _CLOSING:
            start += 1  # of the sentence before
    if end < len(text) and text[end] != "\n":
        end = _behind_marks(text, end)
    said = text[start:end]
    bare = said.strip()
    begin = end - len(said.lstrip()) if bare != said else start
    return Span(begin, begin + len(bare))


def _behind_marks(text: str, end: int) -> int:
    """Where a sentence ends whose first final mark is at `end`."""
    while end < len(text) and text[end] in _FINAL:
        end += 1
    while end < len(text) and text[end] in _CLOSING:
        end += 1
    return end


def enclosing(found: Sequence[Span], start: int, end: int) -> Span:
    """The sentence, of those in `found`, that holds `text[start:end]`.

    Several, from the first through the last, where the place reaches over a full stop.
    """
    first = bisect_right(found, start, key=_START) - 1
    last = bisect_left(found, end, key=_END)
    if first == last:
        return found[first]
    begin = found[first].start if first >= 0 else start
    close = found[last].end if last < len(found) else end
    return Span(min(begin, start), max(close, end))


def within_reach(text: str, sentence: Span, place: Span) -> Span:
    """A sentence without what is farther than REACH_CHARACTERS from a place in it.

    Where something is left out it is cut at the end of a clause, if one is within reach.
    """
    start, end = sentence.start, sentence.end
    if place.start - start <= REACH_CHARACTERS and end - place.end <= REACH_CHARACTERS:
        return sentence
    if place.start - start > REACH_CHARACTERS:
        left = place.start - REACH_CHARACTERS
        clause = re.compile("[，,、]").search(text, left, place.start)
        start = clause.end() if clause else left
    if end - place.end > REACH_CHARACTERS:
        right = place.end + REACH_CHARACTERS
        cut = max(text.rfind(mark, place.end, right) for mark in "，,、")
        end = cut if cut > 0 else right
    return Span(start, end)
