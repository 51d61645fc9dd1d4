"""The order in which the lines of a printed page are read."""

from __future__ import annotations

from dataclasses import replace

from zhibiao.reading.aligned import with_columns
from zhibiao.reading.printed import Line

_LEAST_IN_COLUMN = 5  # lines on each side of a gutter
_CROSSING_SHARE = 0.2  # of all lines may run across it: headlines
_MIDDLE = (0.35, 0.65)  # of the print's width: where a gutter may lie
_STEPS = 31
_INDENT = (1.2, 3.6)  # of a line's height: how far a paragraph's first line is set in
_INDENTED = "　　"  # how a text file shows it
_BESIDE_SHARE = 0.5  # of a column's lines have a neighbour in the other column


def reading_order(segments: list[Line]) -> list[Line]:
    """One column: the file's own order, pieces of one line joined. Two: left, then right.

    Lines that run across both columns (headlines) divide the page: what stands above them is read
    before them. The first line of a paragraph gets two ideographic spaces, for its indent is the
    only mark that a paragraph begins; rows of tables get tabs between their cells.
    """
    gutter = _gutter(segments)
    if gutter is None:
        return _with_indents(with_columns(_joined(segments)))
    bands: list[list[Line]] = [[]]
    ordered: list[Line] = []
    for line in sorted(segments, key=lambda line: -line.middle):
        if line.left < gutter < line.right:
            ordered += _two_columns(bands[-1], gutter)
            bands.append([])
            ordered.append(line)
        else:
            bands[-1].append(line)
    return ordered + _two_columns(bands[-1], gutter)


def _two_columns(band: list[Line], gutter: float) -> list[Line]:
    left = [line for line in band if line.right <= gutter]
    right = [line for line in band if line.right > gutter]
    return _with_indents(with_columns(_joined(left))) + _with_indents(with_columns(_joined(right)))


def _with_indents(column: list[Line]) -> list[Line]:
    if not column:
        return column
    lefts = sorted(line.left for line in column)
    edge = lefts[len(lefts) // 5]  # most lines begin at the edge; stray marks stand outside it
    indented = []
    for line in column:
        if "\t" in line.text:
            indented.append(line)
            continue
        depth = (line.left - edge) / max(line.top - line.bottom, 1.0)
        if _INDENT[0] <= depth <= _INDENT[1]:
            indented.append(replace(line, text=_INDENTED + line.text))
        else:
            indented.append(line)
    return indented


def _gutter(segments: list[Line]) -> float | None:
    """Where two columns part: hardly a line crosses it, and lines stand side by side."""
    if len(segments) < 2 * _LEAST_IN_COLUMN:
        return None
    start = min(line.left for line in segments)
    width = max(line.right for line in segments) - start
    best: tuple[int, float] | None = None
    for step in range(_STEPS):
        place = start + width * (_MIDDLE[0] + (_MIDDLE[1] - _MIDDLE[0]) * step / (_STEPS - 1))
        crossing = sum(line.left < place < line.right for line in segments)
        if best is None or crossing < best[0]:
            best = (crossing, place)
    if best is None or best[0] > _CROSSING_SHARE * len(segments):
        return None
    place = best[1]
    left = [line for line in segments if line.right <= place]
    right = [line for line in segments if line.left >= place]
    if min(len(left), len(right)) < _LEAST_IN_COLUMN:
        return None
    # A table's second column is short; a column of prose fills its width.
    if _filled(left, place - start) < 0.5 or _filled(right, start + width - place) < 0.5:
        return None
    smaller, larger = sorted((left, right), key=len)
    spans = sorted((line.bottom, line.top) for line in larger)
    low, high = spans[0][0], max(top for _, top in spans)
    beside = sum(low <= line.middle <= high for line in smaller)
    return place if beside >= _BESIDE_SHARE * len(smaller) else None


def _filled(column: list[Line], width: float) -> float:
    """The share of a column's width that its median line covers."""
    widths = sorted(line.right - line.left for line in column)
    return widths[len(widths) // 2] / width if width > 0 else 0.0


def _joined(segments: list[Line]) -> list[Line]:
    """Neighbouring pieces of one line of print as one line, a space between them."""
    lines: list[Line] = []
    for piece in segments:
        last = lines[-1] if lines else None
        if (
            last is not None
            and "\t" not in last.text + piece.text
            and last.bottom <= piece.middle <= last.top
            and piece.left >= last.right
        ):
            lines[-1] = Line(
                text=f"{last.text} {piece.text}",
                left=last.left,
                bottom=min(last.bottom, piece.bottom),
                right=piece.right,
                top=max(last.top, piece.top),
                words=last.pieces + piece.pieces,
            )
        else:
            lines.append(piece)
    return lines
