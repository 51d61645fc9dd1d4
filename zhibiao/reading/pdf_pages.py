"""The lines of a PDF's pages, as PDFium finds them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pypdfium2.raw as pdfium

from zhibiao.errors import BrokenFile, LimitExceeded, UnsupportedFormat
from zhibiao.reading.layout import Line, reading_order
from zhibiao.reading.limits import PDF_CHARACTERS, PDF_PAGES
from zhibiao.reading.page import stated_title

_LOCK = threading.Lock()  # PDFium is not thread-safe


@contextmanager
def opened(content: bytes, name: str) -> Iterator[pypdfium2.PdfDocument]:
    """The document, while nobody else in this process uses PDFium.

    Raises BrokenFile when it cannot be opened, UnsupportedFormat when it wants a password.
    """
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise _refused(name, error) from error
        try:
            yield document
        finally:
            document.close()


def extract(content: bytes, name: str) -> tuple[list[list[Line]], str | None]:
    """The lines of each page in reading order, and the title of the document's properties.

    Raises BrokenFile, UnsupportedFormat (a password) and LimitExceeded (pages, characters). May
    never end on a page that draws itself: see `loops`.
    """
    with opened(content, name) as document:
        return _pages(document, name)


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
