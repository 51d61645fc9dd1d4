"""PDFs with a text layer: lines in reading order, without running heads and page numbers."""

from __future__ import annotations

import re
import threading
from collections import Counter

import pypdfium2
import pypdfium2.raw as pdfium

from zhibiao.domain import Decoding
from zhibiao.errors import BrokenFile, LimitExceeded, UnsupportedFormat
from zhibiao.reading import ocr
from zhibiao.reading.characters import plausibility
from zhibiao.reading.layout import Line, reading_order
from zhibiao.reading.limits import PDF_CHARACTERS, PDF_PAGES
from zhibiao.reading.page import Page, stated_title

MEDIA_TYPE = "application/pdf"
_LOCK = threading.Lock()  # PDFium is not thread-safe
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

    Raises BrokenFile, UnsupportedFormat (a password), LimitExceeded (pages, characters), and
    MissingReader when there is no text layer and the extra that reads pictures is missing.
    """
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise _refused(name, error) from error
        try:
            pages, title = _pages(document, name)
            if not _is_readable(pages):
                pages = ocr.recognise(document, name)
        finally:
            document.close()
    return Page(
        text="\n".join(line.text for page in _without_running_heads(pages) for line in page),
        media_type=MEDIA_TYPE,
        title=title,
        decoding=Decoding(encoding="utf-8", decided_by="format"),
    )


def _refused(name: str, error: Exception) -> BrokenFile | UnsupportedFormat:
    if "password" in str(error).lower():
        return UnsupportedFormat(
            f"{name} is a PDF with a password. Remove the password and submit it again.", name=name
        )
    return BrokenFile(
        f"{name}: the PDF cannot be opened ({error}). Download or print it to PDF again.",
        name=name,
        part="pdf",
    )


def _pages(document: pypdfium2.PdfDocument, name: str) -> tuple[list[list[Line]], str | None]:
    count = len(document)
    if count > PDF_PAGES:
        raise LimitExceeded(
            f"{name}: a PDF of {count} pages (the limit is {PDF_PAGES}). Submit it in pieces.",
            name=name,
            limit=PDF_PAGES,
            found=count,
        )
    pages: list[list[Line]] = []
    left = PDF_CHARACTERS
    broken: list[int] = []
    for number in range(count):
        try:
            lines = _lines(document, number, left, name)
        except pypdfium2.PdfiumError:
            broken.append(number + 1)
            continue
        left -= sum(len(line.text) for line in lines)
        pages.append(lines)
    if broken:
        raise BrokenFile(
            f"{name}: page {broken[0]} of {count} cannot be read ({len(broken)} in all). Download "
            "or print it to PDF again.",
            name=name,
            part=f"page {broken[0]}",
            pages=broken[:20],
        )
    if not count:
        raise BrokenFile(f"{name}: the PDF has no page.", name=name, part="pdf")
    return pages, stated_title(document.get_metadata_dict().get("Title"))


def _lines(document: pypdfium2.PdfDocument, number: int, left: int, name: str) -> list[Line]:
    page = document[number]
    try:
        textpage = page.get_textpage()
        try:
            if textpage.count_chars() > left:
                raise LimitExceeded(
                    f"{name}: more than {PDF_CHARACTERS} characters up to page {number + 1}. "
                    "Submit the PDF in pieces.",
                    name=name,
                    limit=PDF_CHARACTERS,
                    page=number + 1,
                )
            return reading_order(_segments(textpage))
        finally:
            textpage.close()
    finally:
        page.close()


def _segments(textpage: pypdfium2.PdfTextPage) -> list[Line]:
    """The page's text in the file's order, cut at line ends and at wide gaps within a line."""
    segments: list[Line] = []
    characters: list[str] = []
    box: tuple[float, float, float, float] | None = None

    def close() -> None:
        nonlocal box
        text = "".join(characters).strip()
        if text and box is not None:
            left, bottom, right, top = box
            segments.append(Line(text=text, left=left, bottom=bottom, right=right, top=top))
        characters.clear()
        box = None

    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if code in (0x0A, 0x0D):
            close()
            continue
        if code == 0x02:
            code = 0x2D  # PDFium's mark for a hyphen at a line's end
        if code < 0x20 or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF or 0xD800 <= code < 0xE000:
            continue
        character = chr(code)
        if character.isspace():
            characters.append(character)
            continue
        left, bottom, right, top = textpage.get_charbox(index, loose=True)
        if box is not None:
            height = max(box[3] - box[1], top - bottom, 1.0)
            if left - box[2] > 2.5 * height or left < box[0] - height or top < box[1] - height:
                close()
        characters.append(character)
        box = (
            (left, bottom, right, top)
            if box is None
            else (min(box[0], left), min(box[1], bottom), max(box[2], right), max(box[3], top))
        )
    close()
    return segments


def _is_readable(pages: list[list[Line]]) -> bool:
    """Whether most pages have text, and it is text: not all scans, not glyphs without meaning."""
    lengths = [sum(len(line.text) for line in page) for page in pages]
    if sum(length >= _LEAST_PER_PAGE for length in lengths) * 2 < len(pages):
        return False
    text = "".join(line.text for page in pages for line in page)
    measured = plausibility(text[:50_000])
    return measured.foreign < _GARBLED_FROM or measured.score > _GARBLED_SCORE


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
