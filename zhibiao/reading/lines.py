"""NDJSON: one JSON object a line, each a document with its metadata."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from zhibiao.errors import EmptySource, LimitExceeded, ReadError
from zhibiao.reading.encodings import decode
from zhibiao.reading.entries import DECODER, Place, has_text, member
from zhibiao.reading.members import Budget, Member

ENDINGS = (".ndjson", ".jsonl")
_MARK = b"\xef\xbb\xbf"


def is_ndjson(head: bytes, name: str) -> bool:
    """Whether a file is NDJSON: by its ending if any line is an object, else by its first line."""
    head = head.removeprefix(_MARK)
    if name.lower().endswith(ENDINGS):
        return any(line.lstrip().startswith(b"{") for line in head.splitlines())
    if not head.lstrip().startswith(b"{"):
        return False
    first, line_end, _ = head.lstrip().partition(b"\n")
    try:
        text, _ = decode(first, name)
        entry = DECODER.decode(text)
    except (ReadError, ValueError, RecursionError):
        return not line_end and b'"text"' in first  # a first line that is longer than the head
    return isinstance(entry, dict) and has_text(entry)


def documents(name: str, stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    """A member a line. A line that is none yields its error, with its number; the others go on."""
    longest = budget.limits.member_bytes
    number = found = 0
    while line := stream.readline(longest + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_MARK)
        whole = line.endswith(b"\n") or len(line) <= longest
        while not whole:  # the rest of a line that is too long is read past
            rest = stream.readline(longest + 1)
            budget.count_bytes(len(rest), name)
            whole = rest.endswith(b"\n") or len(rest) <= longest
        if not line.strip():
            continue
        found += 1
        alone = number == 1 and not name.lower().endswith(ENDINGS) and _is_at_end(stream)
        place = Place(file=name, noun="line", number=number, alone=alone)
        budget.count_member(place.name)
        budget.count_bytes(len(line), place.name)
        try:
            yield _document(line, place, longest)
        except ReadError as error:
            yield Member.failed(place.name, error)
    if not found:
        empty = EmptySource(f"{name} holds no line.", name=name)
        yield Member.failed(name, empty)


def _document(line: bytes, place: Place, longest: int) -> Member:
    if len(line) > longest:
        raise LimitExceeded(
            f"{place.name} is longer than the limit of {longest} bytes.",
            name=place.name,
            line=place.number,
            limit=longest,
        )
    try:
        text, _ = decode(line, place.name)
        entry = DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise place.broken(f"it is not JSON ({error})") from error
    return member(entry, place, longest)


def _is_at_end(stream: BinaryIO) -> bool:
    at = stream.tell()
    ended = not stream.read(1)
    stream.seek(at)
    return ended
