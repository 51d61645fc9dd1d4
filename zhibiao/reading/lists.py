"""Files that hold a list of documents: which they are, and their documents one by one."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import BinaryIO

from zhibiao.reading import json_list, lines, sheet
from zhibiao.reading.formats import is_html
from zhibiao.reading.members import Budget, Member

ENDINGS = (*lines.ENDINGS, *json_list.ENDINGS, *sheet.ENDINGS)

_START_BYTES = 32 * 1024


class ListFormat(StrEnum):
    """How a list of documents is written."""

    NDJSON = "ndjson"
    JSON = "json"
    CSV = "csv"


WORDS = {
    ListFormat.NDJSON: "one JSON object a line",
    ListFormat.JSON: "JSON",
    ListFormat.CSV: "a CSV table",
}
_DOCUMENTS: dict[ListFormat, Callable[[str, BinaryIO, Budget], Iterator[Member]]] = {
    ListFormat.NDJSON: lines.documents,
    ListFormat.JSON: json_list.documents,
    ListFormat.CSV: sheet.documents,
}


def list_of_content(head: bytes, name: str) -> ListFormat | None:
    """What list a text file is, by its first 64 KiB; None when it is one document."""
    if lines.is_ndjson(head, name):
        return ListFormat.NDJSON
    start = _start(head)
    if json_list.is_json(start):
        return ListFormat.JSON
    return ListFormat.CSV if sheet.is_sheet(start) else None


def list_of_source(head: bytes, name: str) -> ListFormat | None:
    """The same of a file that somebody submits: by its ending too, unless it is a web page.

    A .json or .csv that holds no list of documents is refused by name as it is read. As one
    document its records would run together, and one report's figures go to another's region.
    """
    found = list_of_content(head, name)
    if found is not None or not head.strip():
        return found
    ending = name.lower()
    for form, endings in (
        (ListFormat.JSON, json_list.ENDINGS),
        (ListFormat.CSV, sheet.ENDINGS),
    ):
        if ending.endswith(endings) and not is_html(_start(head)):
            return form
    return None


def documents(form: ListFormat, name: str, stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    """The documents of a list in turn; `stream` is at its start."""
    return _DOCUMENTS[form](name, stream, budget)


def _start(head: bytes) -> str:
    """Enough of the text to see how it begins; keys and columns are read, no more."""
    head = head[:_START_BYTES]
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if head.startswith(mark):
            return head.decode("utf-16", "replace")
    head = head.removeprefix(codecs.BOM_UTF8)
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    return head.decode("gb18030", "replace") if "\ufffd" in text else text
