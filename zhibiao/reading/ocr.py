"""Pages that are pictures: read by RapidOCR, which the extra `zhibiao[ocr]` installs."""

from __future__ import annotations

import importlib
from typing import Any

import pypdfium2

from zhibiao.errors import LimitExceeded, MissingReader
from zhibiao.reading.layout import reading_order
from zhibiao.reading.limits import OCR_PAGES
from zhibiao.reading.printed import Line

EXTRA = "zhibiao[ocr]"
_SCALE = 2.0  # 144 dots an inch: twice PDF's own unit; print of 16 pt is then 32 dots high
_QUIET = {"Global.log_level": "error"}


def recognise(document: pypdfium2.PdfDocument, name: str, reason: str) -> list[list[Line]]:
    """The lines of a PDF whose pages are pictures, page by page, in reading order.

    `reason`: what it has instead of a text layer, in words.
    Boxes are in dots with the origin at the page's bottom left, as a text layer's are in points.
    Raises MissingReader when the extra is not installed, LimitExceeded past OCR_PAGES pages.
    """
    pages = len(document)
    try:
        engine = importlib.import_module("rapidocr").RapidOCR(params=_QUIET)
    except ImportError as error:  # RapidOCR itself, or the runtime that it needs
        raise MissingReader(
            f"{name}: the PDF ({pages} pages) has {reason}. Install the extra {EXTRA}, which "
            "reads pictures, or submit the report as text.",
            name=name,
            extra=EXTRA,
            pages=pages,
        ) from error
    if pages > OCR_PAGES:
        raise LimitExceeded(
            f"{name}: {pages} pages of pictures (the limit is {OCR_PAGES}). Submit it in pieces.",
            name=name,
            limit=OCR_PAGES,
            found=pages,
        )
    return [_recognised(engine, document, number) for number in range(pages)]


def _recognised(engine: Any, document: pypdfium2.PdfDocument, number: int) -> list[Line]:
    page = document[number]
    try:
        picture = page.render(scale=_SCALE).to_numpy()
    finally:
        page.close()
    found = engine(picture)
    if found.txts is None or found.boxes is None:
        return []
    height = float(picture.shape[0])
    lines = []
    for text, corners in zip(found.txts, found.boxes, strict=True):
        across = [float(corner[0]) for corner in corners]
        down = [float(corner[1]) for corner in corners]
        lines.append(
            Line(
                text=text,
                left=min(across),
                bottom=height - max(down),
                right=max(across),
                top=height - min(down),
            )
        )
    return reading_order(lines)
