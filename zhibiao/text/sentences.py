"""Where sentences begin and end, and which of them holds a place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter

from zhibiao.domain import Span

# A sentence runs through its final marks and the quotes and brackets that close after them.
# A newline always ends one: the cleaner leaves newlines only between paragraphs and headings.
_SENTENCE = re.compile(r"[^\n。！？!?；;]*(?:[。！？!?；;]+[”’」』）)》】\"]*|\n|$)")

_START, _END = attrgetter("start"), attrgetter("end")

# Characters of a sentence that are shown on either side of what it states: text without full stops
# (tables, lists, broken scans) must not become a sentence of 100,000 characters.
REACH_CHARACTERS = 400

_KEPT_CHARACTERS = 200_000  # of a text whose sentences are remembered


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
    found = []
    for match in _SENTENCE.finditer(text):
        said = match[0]
        bare = said.strip()
        if bare:
            start = match.start()
            if bare[0] != said[0]:
                start += len(said) - len(said.lstrip())
            found.append(Span(start, start + len(bare)))
    return found


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
