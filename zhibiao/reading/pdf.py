"""PDFs with a text layer: lines in reading order, without running heads and page numbers."""

from __future__ import annotations

import re
from collections import Counter

from zhibiao.domain import Decoding
from zhibiao.reading import loops, ocr
from zhibiao.reading.characters import plausibility
from zhibiao.reading.lost_digits import digits_are_lost
from zhibiao.reading.page import Page
from zhibiao.reading.pdf_pages import extract, opened
from zhibiao.reading.printed import Line

MEDIA_TYPE = "application/pdf"
_EDGE = 2  # lines at the top and at the bottom of a page that may be running heads
_REPEATS = 3  # pages on which a running head stands, at least
_REPEAT_SHARE = 0.3  # of all pages: left and right pages may have different heads
_PAGE_NUMBER = re.compile(
    r"[\s\-—–－·•~～()（）|/]*(?:第\s*)?(?:\d{1,4}|[IVXLivxl]{1,6})(?:\s*页)?"
    r"(?:\s*[,，/]?\s*共?\s*\d{1,4}\s*页?)?[\s\-—–－·•~～()（）|/]*"
)
_NUMBER_AT_END = re.compile(r"^\W*\d{1,4}\W*|\W*\d{1,4}\W*页?\W*$")
_LEAST_PER_PAGE = 12  # characters; a scan's watermark has fewer
_GARBLED_FROM = 100
_GARBLED_SCORE = 0.0  # fonts without a character map give private-use characters


def read_pdf(content: bytes, name: str) -> Page:
    """The text of a PDF, one line a line of print, pages one after another.

    Raises BrokenFile, UnsupportedFormat (a password), LimitExceeded (pages, characters, seconds),
    and MissingReader when there is no text layer, or one that has lost its digits, and the extra
    that reads pictures is missing.
    """
    pages, title = loops.extract(content, name) if loops.may(content) else extract(content, name)
    if reason := _unreadable(pages):
        with opened(content, name) as document:
            pages = ocr.recognise(document, name, reason)
    return Page(
        text="\n".join(line.text for page in _without_running_heads(pages) for line in page),
        media_type=MEDIA_TYPE,
        title=title,
        decoding=Decoding(encoding="utf-8", decided_by="format"),
    )


def _unreadable(pages: list[list[Line]]) -> str:
    """Why a text layer cannot be read: scans, or glyphs without meaning; "" where it can be."""
    lengths = [sum(len(line.text) for line in page) for page in pages]
    if sum(length >= _LEAST_PER_PAGE for length in lengths) * 2 < len(pages):
        return "no text layer that can be read"
    lines = [line.text for page in pages for line in page]
    measured = plausibility("".join(lines)[:50_000])
    if measured.foreign >= _GARBLED_FROM and measured.score <= _GARBLED_SCORE:
        return "no text layer that can be read"
    if digits_are_lost("\n".join(lines)):
        return "a text layer without its numbers (its fonts have no mapping for the digits)"
    return ""


def _without_running_heads(pages: list[list[Line]]) -> list[list[Line]]:
    """Drop page numbers, and lines at the edges that come back from page to page."""
    edges = [_edge_lines(page) for page in pages]
    seen = Counter(key for page in edges for key in {_key(line) for line in page})
    needed = max(_REPEATS, int(len(pages) * _REPEAT_SHARE))
    kept: list[list[Line]] = []
    titles: set[tuple[str, int]] = set()
    for page, edge in zip(pages, edges, strict=True):
        outer = {id(line) for line in edge if _is_outermost(line, page)}
        lines = []
        for line in page:
            if id(line) in outer and _PAGE_NUMBER.fullmatch(line.text):
                continue
            if line in edge and seen[_key(line)] >= needed:
                # A running head may be the only print of the report's title: keep it once.
                if "工作报告" not in line.text or _key(line) in titles:
                    continue
                titles.add(_key(line))
            lines.append(line)
        kept.append(lines)
    return kept


def _edge_lines(page: list[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: -line.top)
    return by_height[:_EDGE] + by_height[-_EDGE:] if len(page) > 2 * _EDGE else by_height


def _is_outermost(line: Line, page: list[Line]) -> bool:
    """Whether nothing stands above the line, or nothing below it."""
    return not any(other.bottom >= line.top for other in page) or not any(
        other.top <= line.bottom for other in page
    )


def _key(line: Line) -> tuple[str, int]:
    """A line without the page number at its end or start, and its height on the page."""
    return _NUMBER_AT_END.sub("", line.text), round(line.middle / 8)
