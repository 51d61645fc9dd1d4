"""The lines of a PDF's pages, as PDFium finds them."""

from __future__ import annotations

import bisect
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pypdfium2.raw as pdfium

from zhibiao.errors import BrokenFile, LimitExceeded, UnsupportedFormat
from zhibiao.reading.layout import reading_order
from zhibiao.reading.limits import PDF_CHARACTERS, PDF_PAGES
from zhibiao.reading.page import stated_title
from zhibiao.reading.printed import Line, Word
from zhibiao.reading.ruled import with_tables
from zhibiao.reading.rulings import Ruling, rulings_of

Box = tuple[float, float, float, float]  # left, bottom, right, top; in points

_WIDE_GAP = 2.5  # of a line's height: what stands behind it may be another column of the page
_GAP = 0.5  # of a line's height: what stands behind it is another word
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
    why = str(error).removesuffix(".")  # PDFium ends its reason as a sentence
    return BrokenFile(
        f"{name}: the PDF cannot be opened ({why}). Download or print it to PDF again.",
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
            rulings = rulings_of(page)
            segments = _segments(textpage, sorted(rulings.down))
            return reading_order(with_tables(segments, rulings))
        finally:
            textpage.close()
    finally:
        page.close()


class _Segment:
    """Characters that follow each other on a line, as words."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.words: list[Word] = []
        self.word: list[str] = []
        self.box: Box | None = None
        self.reach = (0.0, 0.0)  # of the open word
        self.last: Box = (0.0, 0.0, 0.0, 0.0)  # of the last character

    def is_left_by(self, box: Box) -> bool:
        """Whether a character stands on another line, or behind a wide gap."""
        if self.box is None:
            return False
        left, bottom, right, top = self.box
        height = max(top - bottom, box[3] - box[1], 1.0)
        return (
            box[0] - right > _WIDE_GAP * height
            or box[0] < left - height
            or box[3] < bottom - height
        )

    def add(self, character: str, box: Box, *, parted: bool) -> None:
        left, bottom, right, top = box
        if self.word and (parted or left - self.reach[1] > _GAP * max(top - bottom, 1.0)):
            self._close_word()
        self.reach = (
            (min(self.reach[0], left), max(self.reach[1], right)) if self.word else (left, right)
        )
        self.texts.append(character)
        self.word.append(character)
        self.last = box
        if self.box is not None:
            a, b, c, d = self.box
            box = (min(a, left), min(b, bottom), max(c, right), max(d, top))
        self.box = box

    def add_blank(self, character: str) -> None:
        self.texts.append(character)
        if self.word:
            self.word.append(character)

    def line(self) -> Line | None:
        """The line that the characters make."""
        self._close_word()
        text = "".join(self.texts).strip()
        if not text or self.box is None:
            return None
        left, bottom, right, top = self.box
        return Line(
            text=text, left=left, bottom=bottom, right=right, top=top, words=tuple(self.words)
        )

    def _close_word(self) -> None:
        if self.word:
            self.words.append(Word("".join(self.word).strip(), *self.reach))
            self.word.clear()


def _segments(textpage: pypdfium2.PdfTextPage, borders: list[Ruling]) -> list[Line]:
    """The page's text in the file's order, cut at line ends and at wide gaps within a line.

    `borders`: vertical lines, from the left; words end there.
    """
    segments: list[Line | None] = []
    open_one = _Segment()
    places = [border.at for border in borders]
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if code < 0x20 and pdfium.FPDFText_HasUnicodeMapError(textpage, index) == 1:
            code = 0xFFFD  # left out, 3?2.5 would be another number
        if code in (0x0A, 0x0D):
            segments.append(open_one.line())
            open_one = _Segment()
            continue
        if code == 0x02:
            code = 0x2D  # PDFium's mark for a hyphen at a line's end
        if code < 0x20 or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF or 0xD800 <= code < 0xE000:
            continue
        character = chr(code)
        if character.isspace():
            open_one.add_blank(character)
            continue
        box = textpage.get_charbox(index, loose=True)
        if open_one.is_left_by(box):
            segments.append(open_one.line())
            open_one = _Segment()
        parted = bool(places) and _is_parted(borders, places, open_one.last, box)
        open_one.add(character, box, parted=parted)
    segments.append(open_one.line())
    return [segment for segment in segments if segment is not None]


def _is_parted(borders: list[Ruling], places: list[float], last: Box, box: Box) -> bool:
    """Whether a border stands between two characters of a line."""
    height = (box[1] + box[3]) / 2
    first = bisect.bisect_right(places, (last[0] + last[2]) / 2)
    end = bisect.bisect_left(places, (box[0] + box[2]) / 2)
    return any(border.low <= height <= border.high for border in borders[first:end])
