"""NDJSON: one JSON object a line, each a document with its metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from zhibiao.errors import BrokenFile, EmptySource, LimitExceeded, ReadError
from zhibiao.reading.encodings import decode
from zhibiao.reading.members import Budget, Member
from zhibiao.reading.names import safe_name

_ENDINGS = (".ndjson", ".jsonl")
_MARK = b"\xef\xbb\xbf"
_NAMES = ("name", "source")  # a document's name, by the first of these that is given


def is_list_of_documents(head: bytes, name: str) -> bool:
    """Whether a file is NDJSON: by its ending if any line is an object, else by its first line."""
    starts = [line.lstrip()[:1] for line in head.removeprefix(_MARK).splitlines() if line.strip()]
    if name.lower().endswith(_ENDINGS):
        return b"{" in starts
    if starts[:1] != [b"{"]:
        return False
    first, line_end, _ = head.removeprefix(_MARK).lstrip().partition(b"\n")
    if not line_end and b'"text"' in first:
        return True  # a first line that is longer than the head
    try:
        entry = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(entry, dict) and isinstance(entry.get("text"), str)


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
        where = f"{name}:{number}"
        budget.count_member(where)
        budget.count_bytes(len(line), where)
        try:
            yield _document(line, where, number, longest)
        except ReadError as error:
            yield Member(name=where, content=None, error=error)
    if not found:
        empty = EmptySource(f"{name} holds no line.", name=name)
        yield Member(name=name, content=None, error=empty)


def _document(line: bytes, where: str, number: int, longest: int) -> Member:
    if len(line) > longest:
        raise LimitExceeded(
            f"{where}: line {number} is longer than the limit of {longest} bytes.",
            name=where,
            line=number,
            limit=longest,
        )
    try:
        text, _ = decode(line, where)
        entry = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _broken(where, number, f"it is not JSON ({error})") from error
    if not isinstance(entry, dict):
        raise _broken(where, number, "it is not a JSON object")
    body = entry.pop("text", None)
    if not isinstance(body, str):
        raise _broken(where, number, 'it has no "text" that is a string')
    stated = [entry.pop(key, None) for key in _NAMES]
    names = [safe_name(given) for given in stated if isinstance(given, str)]
    try:
        content = body.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _broken(where, number, f"its text holds half a character ({error})") from error
    return Member(name=next(filter(None, names), where), content=content, given=entry)


def _broken(where: str, number: int, why: str) -> BrokenFile:
    return BrokenFile(
        f"{where}: line {number} cannot be used: {why}. Correct the line and submit it again.",
        name=where,
        line=number,
    )
