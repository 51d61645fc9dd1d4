"""Files that hold a list of documents: which they are, and their documents one by one."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from zhibiao.reading import json_list, lines, sheet
from zhibiao.reading.entries import TEXT_KEYS
from zhibiao.reading.formats import is_html
from zhibiao.reading.members import Budget, Member

_START_BYTES = 32 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class ListFormat:
    """A way in which a list of documents is written."""

    name: str
    words: str  # for messages
    endings: tuple[str, ...]
    # The documents in turn, of a source's name and its stream, which is at its start.
    documents: Callable[[str, BinaryIO, Budget], Iterator[Member]]


_NDJSON = ListFormat(
    name="ndjson",
    words="one JSON object a line",
    endings=lines.ENDINGS,
    documents=lines.documents,
)
_JSON = ListFormat(
    name="json", words="JSON", endings=json_list.ENDINGS, documents=json_list.documents
)
_CSV = ListFormat(name="csv", words="a CSV table", endings=sheet.ENDINGS, documents=sheet.documents)
ENDINGS = tuple(ending for form in (_NDJSON, _JSON, _CSV) for ending in form.endings)


def list_of_content(head: bytes, name: str) -> ListFormat | None:
    """What list a text file is, by its first 64 KiB; None when it is one document."""
    if lines.is_ndjson(head, name):
        return _NDJSON
    start = _start(head)
    if json_list.is_json(start):
        return _JSON
    return _CSV if sheet.is_sheet(start) else None


def list_of_source(head: bytes, name: str) -> ListFormat | None:
    """The same of a file that somebody submits: by its ending too, unless it is a web page.

    A .json or .csv that holds no list of documents is refused by name as it is read. As one
    document its records would run together, and one report's figures go to another's region.
    """
    found = list_of_content(head, name)
    if found is not None or not head.strip():
        return found
    for form in (_JSON, _CSV):
        if name.lower().endswith(form.endings) and not is_html(_start(head)):
            return form
    return None


def may_be_list(head: bytes, name: str) -> bool:
    """Whether `list_of_source` might find a list: told without parsing any of it."""
    if name.lower().endswith(ENDINGS) and head.strip():
        return True
    start = _start(head).lstrip()
    if start.startswith(("{", "[")):
        return True
    header = start.split("\n", 1)[0].replace('"', "").casefold()
    return any(key in header for key in TEXT_KEYS) and any(
        delimiter in header for delimiter in sheet.DELIMITERS
    )


def _start(head: bytes) -> str:
    """Enough of the text to see how it begins; keys and columns are read, no more."""
    head = head[:_START_BYTES]
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if head.startswith(mark):
            return head.decode("utf-16", "replace")
    head = head.removeprefix(codecs.BOM_UTF8)
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    return head.decode("gb18030", "replace") if "\ufffd" in text else text
