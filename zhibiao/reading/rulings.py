"""The straight lines drawn on a PDF's page: what the borders of its tables are made of."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

_PATHS: Final = 5000  # on a page; what has more is a drawing
_POINTS: Final = 400  # of a path
_STRAIGHT: Final = 1.0  # points that a line may lean
_CLOSE: Final = 3.0  # points within which two lines are one: the edges of a thin rectangle
_SHORTEST: Final = 6.0  # points


class Ruling(NamedTuple):
    """A line from `low` to `high`, at the height or the distance from the left that `at` says."""

    at: float
    low: float
    high: float


class Rulings(NamedTuple):
    """The lines of a page, in points from its bottom left."""

    across: list[Ruling]
    down: list[Ruling]


def rulings_of(page: pypdfium2.PdfPage) -> Rulings:
    """The page's horizontal and vertical lines; none where it holds a drawing."""
    across: list[Ruling] = []
    down: list[Ruling] = []
    paths = 0
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        drawn = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(drawn) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        paths += 1
        if paths > _PATHS:
            return Rulings([], [])
        for (left, bottom), (right, top) in _edges(drawn):
            if abs(top - bottom) <= _STRAIGHT < abs(right - left):
                across.append(Ruling((top + bottom) / 2, min(left, right), max(left, right)))
            elif abs(right - left) <= _STRAIGHT < abs(top - bottom):
                down.append(Ruling((left + right) / 2, min(bottom, top), max(bottom, top)))
    return Rulings(_joined(across), _joined(down))


def _edges(path: object) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight pieces of a path, in the page's points."""
    count = pdfium.FPDFPath_CountSegments(path)
    matrix = pdfium.FS_MATRIX()
    if count > _POINTS or not pdfium.FPDFPageObj_GetMatrix(path, matrix):
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    begin = last = (0.0, 0.0)
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        place = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begin = place
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield last, place
        last = place
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield last, begin
            last = begin


def _joined(pieces: list[Ruling]) -> list[Ruling]:
    """Pieces of one line as one; short ones that belong to no longer line are dropped."""
    levels: list[list[Ruling]] = []
    for piece in sorted(pieces):
        if levels and piece.at - levels[-1][0].at <= _CLOSE:
            levels[-1].append(piece)
        else:
            levels.append([piece])
    whole: list[Ruling] = []
    for level in levels:
        at = sum(piece.at for piece in level) / len(level)
        low, high = level[0].low, level[0].low
        for piece in sorted(level, key=lambda piece: piece.low):
            if piece.low > high + _CLOSE:
                whole.append(Ruling(at, low, high))
                low = piece.low
            high = max(high, piece.high)
        whole.append(Ruling(at, low, high))
    return [ruling for ruling in whole if ruling.high - ruling.low >= _SHORTEST]
