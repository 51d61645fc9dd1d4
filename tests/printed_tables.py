"""PDFs that hold a table: drawn with lines, or set in columns alone. All texts are invented."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pypdfium2
from missing_services import missing
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table
from tables_of_indicators import FRONT, PLAN, REVIEW, Rows, extracted

from zhibiao.domain import Extraction

FONT = "STSong-Light"
GRID = (("GRID", (0, 0), (-1, -1), 0.5, "black"),)
OPEN = (  # at its sides, as many printed tables are
    ("LINEABOVE", (0, 0), (-1, 0), 1, "black"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.5, "black"),
    ("LINEAFTER", (0, 0), (-2, -1), 0.5, "black"),
)
HEAD_ONLY = (  # no lines between the rows below the head
    ("BOX", (0, 0), (-1, -1), 1, "black"),
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, "black"),
    ("LINEAFTER", (0, 0), (-2, -1), 0.5, "black"),
)
THREE_LINES = (
    ("LINEABOVE", (0, 0), (-1, 0), 1, "black"),
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, "black"),
    ("LINEBELOW", (0, -1), (-1, -1), 1, "black"),
)
BARE = ()


def need_chinese_font() -> None:
    """Where neither file nor system has the font, PDFium loses words of one character."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    file = io.BytesIO()
    page = canvas.Canvas(file)
    page.setFont(FONT, 10)
    page.drawString(100, 700, "人")
    page.save()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        if "人" not in document[0].get_textpage().get_text_range():
            missing("a Chinese font", "apt-get install fonts-wqy-microhei")


def as_pdf(
    rows: Rows,
    *,
    style: Sequence[tuple[Any, ...]] = GRID,
    widths: Sequence[float] | None = None,
    above: Sequence[str] = REVIEW,
    behind: Sequence[str] = PLAN,
    wraps: bool = True,
) -> Extraction:
    """`style`: of reportlab, with the spans of merged cells; `wraps`: names break into lines."""
    return extracted(pdf_of(rows, style, widths, above, behind, wraps=wraps), "report.pdf")


def pdf_of(
    rows: Rows,
    style: Sequence[tuple[Any, ...]],
    widths: Sequence[float] | None,
    above: Sequence[str],
    behind: Sequence[str],
    *,
    wraps: bool,
) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    plain = ParagraphStyle("plain", fontName=FONT, fontSize=12, leading=18, wordWrap="CJK")
    small = ParagraphStyle("small", fontName=FONT, fontSize=10, leading=13, wordWrap="CJK")
    cells = [
        [Paragraph(cell, small) if wraps and not column else cell
         for column, cell in enumerate(row)]
        for row in rows
    ]  # fmt: skip
    usual = (("FONT", (0, 0), (-1, -1), FONT, 10), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
             ("ALIGN", (1, 0), (-1, -1), "CENTER"))  # fmt: skip
    story: list[Flowable] = [Paragraph(line, plain) for line in (*FRONT, *above)]
    story.append(Table(cells, colWidths=widths, style=[*usual, *style]))
    story += [Paragraph(line, plain) for line in behind]
    stream = io.BytesIO()
    SimpleDocTemplate(stream).build(story)
    return stream.getvalue()


def drawn(lines: Sequence[Sequence[tuple[float, str]]]) -> bytes:
    """A page of lines, each of words at distances from the left."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.setFont(FONT, 12)
    for row, words in enumerate(lines):
        for left, word in words:
            page.drawString(left, 780 - 20 * row, word)
    page.save()
    return stream.getvalue()
