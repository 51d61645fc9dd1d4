"""RTF: the text alone."""

from __future__ import annotations

import re

from zhibiao.domain import Decoding
from zhibiao.errors import LimitExceeded, UndecodableText
from zhibiao.reading.encodings import UNDECODABLE_SHARE
from zhibiao.reading.page import Page

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)"
)
_DESTINATIONS = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer headerl headerr headerf footerl "
    b"footerr footerf themedata colorschememapping latentstyles datastore listtable "
    b"listoverridetable rsidtbl generator xmlnstbl fldinst filetbl".split()
)
_BREAKS = {b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"tab": "\t",
           b"cell": "\t", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
           b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}  # fmt: skip
_CODE_PAGES = {936: "gb18030", 54936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 1252: "cp1252"}
_DEPTH = 10_000


class _Collector:
    """Characters and, until they are complete, the bytes of the document's code page."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.pending = bytearray()
        self.encoding = "gb18030"
        self.undecodable = 0

    def flush(self) -> None:
        if self.pending:
            decoded = self.pending.decode(self.encoding, "replace")
            self.undecodable += decoded.count("\ufffd")
            self.pieces.append(decoded)
            self.pending.clear()

    def add(self, text: str) -> None:
        self.flush()
        self.pieces.append(text)


def read_rtf(content: bytes, name: str) -> Page:
    r"""The text of an RTF file: `\'xx` in its code page, `\uN`, paragraphs and tabs.

    Raises LimitExceeded when groups are nested too deeply, UndecodableText when the code page does
    not fit. Control words that are damaged are passed over.
    """
    found = _Collector()
    groups: list[tuple[bool, int]] = []
    skipping, fallback, to_skip = False, 1, 0
    for token in _TOKEN.finditer(content):
        word, number, code, symbol, brace, run = token.groups()
        if brace == b"{":
            groups.append((skipping, fallback))
            if len(groups) > _DEPTH:
                raise LimitExceeded(
                    f"{name}: RTF groups are nested more than {_DEPTH} deep. Save the report as "
                    "text.",
                    name=name,
                    part="rtf",
                    limit=_DEPTH,
                )
        elif brace == b"}":
            skipping, fallback = groups.pop() if groups else (False, 1)
            to_skip = 0
        elif word in _DESTINATIONS or symbol == b"*":
            skipping = True
        elif skipping:
            continue
        elif word == b"ansicpg" and number:
            found.encoding = _CODE_PAGES.get(int(number), "gb18030")
        elif word == b"uc" and number:
            fallback = max(int(number), 0)
        elif word == b"u" and number:
            _add_character(found, int(number))
            to_skip = fallback
        elif word in _BREAKS:
            found.add(_BREAKS[word])
        elif code or run or symbol in (b"{", b"}", b"\\"):
            literal = bytes([int(code, 16)]) if code else run or symbol
            skipped = min(to_skip, len(literal))
            to_skip -= skipped
            found.pending += literal[skipped:]
    found.flush()
    text = _joined(found.pieces)
    if found.undecodable > len(text) * UNDECODABLE_SHARE:
        raise UndecodableText(
            f"{name}: {found.undecodable} of the RTF document's {len(text)} characters fit none of "
            f"its code page ({found.encoding}). Save it anew as docx or text.",
            name=name,
            encoding=found.encoding,
            undecodable=found.undecodable,
        )
    return Page(
        text=text,
        media_type="application/rtf",
        decoding=Decoding(
            encoding=found.encoding, decided_by="format", undecodable=found.undecodable
        ),
    )


def _add_character(found: _Collector, number: int) -> None:
    code = number & 0xFFFF
    found.add(chr(code))


def _joined(pieces: list[str]) -> str:
    """The pieces as one text; surrogate pairs, which RTF writes one by one, become characters."""
    return "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
