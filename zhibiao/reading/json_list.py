"""JSON that is no NDJSON: an array of documents, or documents one after the other.

Entries are taken out of a sliding window, so memory is bounded by the longest entry, not by the
file. What is no list of documents (another array, an answer of some API) is refused by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from zhibiao.errors import BrokenFile, EmptySource, LimitExceeded, ReadError, UnsupportedFormat
from zhibiao.reading.decoded import DecodedStream
from zhibiao.reading.entries import DECODER, Place, has_text, member, shown, wanted_text
from zhibiao.reading.members import Budget, Member

ENDINGS = (".json",)
_START = re.compile(r'\s*(?:\[\s*\{\s*"|\{\s*"(?:[^"\\]|\\.){1,200}"\s*:)')
_BLANKS = re.compile(r"\s*")
_NEAR_THE_END = 12  # characters; a longer one than "-Infinity" and \uXXXX is not cut in two
_SMALLEST_GROWTH = 64 * 1024  # characters


def is_json(start: str) -> bool:
    """Whether a text begins as an object, or as an array of objects; no report does."""
    return _START.match(start) is not None


def documents(name: str, stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    """A member an entry. An entry that is none yields its error; one that cannot be told from
    what follows ends the list, with an error in the file's name.
    """
    try:
        window = _Window(DecodedStream(stream, budget, name), name, budget.limits.member_bytes)
        for place, entry in _entries(window, name):
            budget.count_member(place.name)
            try:
                yield member(entry, place, budget.limits.member_bytes)
            except ReadError as error:
                yield Member.failed(place.name, error)
    except ReadError as error:
        yield Member.failed(name, error)


def _entries(window: _Window, name: str) -> Iterator[tuple[Place, object]]:
    opening = window.peek()
    in_array = opening == "["
    if in_array:
        window.skip()
        if window.peek() == "]":
            raise EmptySource(f"{name} is an empty list.", name=name)
    elif opening != "{":
        raise _refused(name, "it begins as neither")
    number = 0
    while True:
        number += 1
        entry = window.value(number)
        if number == 1 and not (isinstance(entry, dict) and has_text(entry)):
            raise _refused(name, _described(entry, in_array))
        behind = window.peek()
        alone = number == 1 and not in_array and not behind
        yield Place(file=name, noun="entry", number=number, alone=alone), entry
        if in_array and behind in (",", "]"):
            window.skip()
            if behind == "]":
                break
        elif in_array or behind not in ("", "{"):
            raise _torn(name, number, "a comma or the list's end was expected" if behind else "")
        elif not behind:
            return
    if window.peek():
        raise _torn(name, number, "something stands behind the list's end")


def _described(entry: object, in_array: bool) -> str:
    if not isinstance(entry, dict):
        return "its first entry is no object"
    return f"its {'first entry' if in_array else 'object'} has {shown(list(entry)) or 'nothing'}"


def _refused(name: str, why: str) -> UnsupportedFormat:
    return UnsupportedFormat(
        f"{name} is JSON of another shape: {why}. Looked for an array of objects, or one object, "
        f"with the report under {wanted_text()}.",
        name=name,
        format="json",
    )


def _torn(name: str, number: int, why: str) -> BrokenFile:
    reason = why or "the file ends before its list does"
    return BrokenFile(
        f"{name} is damaged at its entry {number} ({reason}); what follows is not read. Write it "
        "anew and submit it again.",
        name=name,
        part=f"entry {number}",
        entry=number,
    )


class _Window:
    """The part of the text that holds the next entry."""

    def __init__(self, text: DecodedStream, name: str, longest: int) -> None:
        self._text, self._name, self._longest = text, name, longest
        self._held, self._at, self._ended = "", 0, False

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            blanks = _BLANKS.match(self._held, self._at)
            self._at = len(self._held) if blanks is None else blanks.end()
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._grow(1):
                return ""

    def skip(self) -> None:
        """Past the character that was seen."""
        self._at += 1

    def value(self, number: int) -> object:
        """The next value, the entry of that number. Raises BrokenFile and LimitExceeded."""
        self.peek()
        while True:
            try:
                value, self._at = DECODER.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                begun = len(self._held) - self._at
                cut_off = self._may_be_cut(error)
                if cut_off and self._is_too_long():
                    raise LimitExceeded(
                        f"{self._name}: entry {number} is longer than the limit of "
                        f"{self._longest} bytes, or does not end; what follows is not read.",
                        name=self._name,
                        entry=number,
                        limit=self._longest,
                    ) from error
                # Twice as much each time: a long entry is not decoded over and over.
                if not cut_off or not self._grow(max(_SMALLEST_GROWTH, begun)):
                    raise _torn(self._name, number, error.msg) from error
            except (ValueError, RecursionError) as error:
                raise _torn(self._name, number, str(error)[:200]) from error
            else:
                return value

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether the end of the window, not the text itself, may be what is wrong."""
        near_end = error.pos >= len(self._held) - _NEAR_THE_END
        return near_end or error.msg.startswith("Unterminated string")

    def _is_too_long(self) -> bool:
        # Escaped (\\u5e74), a text is twice as long as it is in UTF-8.
        return len(self._held[self._at :].encode("utf-8", "replace")) > 2 * self._longest

    def _grow(self, characters: int) -> bool:
        """Take in more text, that many characters at least; False when there is none."""
        pieces = [self._held[self._at :]]
        self._at = 0
        taken = 0
        while taken < characters and not self._ended:
            piece = self._text.read()
            self._ended = not piece
            pieces.append(piece)
            taken += len(piece)
        self._held = "".join(pieces)
        return taken > 0
