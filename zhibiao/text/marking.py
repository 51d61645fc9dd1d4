"""A text cut at the edges of spans, so that spans which overlap can all be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhibiao.domain import Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of a text that lies inside or outside of each span as a whole."""

    start: int
    end: int
    spans: tuple[int, ...]  # indexes of those that it lies in, the shortest first


def marked_lines(text: str, spans: Sequence[Span]) -> list[list[Piece]]:
    """The pieces of every line of the text that is not blank; line breaks are left out."""
    edges = sorted(
        [(span.start, True, index) for index, span in enumerate(spans) if span.start < span.end]
        + [(span.end, False, index) for index, span in enumerate(spans) if span.start < span.end]
    )
    inside: set[int] = set()
    at = 0
    lines: list[list[Piece]] = []
    offset = 0
    for line in text.split("\n"):
        end = offset + len(line)
        pieces: list[Piece] = []
        start = offset
        while at < len(edges) and edges[at][0] < end:
            edge, opens, index = edges[at]
            if edge > start:
                pieces.append(_piece(start, edge, inside, spans))
                start = edge
            (inside.add if opens else inside.discard)(index)
            at += 1
        if start < end:
            pieces.append(_piece(start, end, inside, spans))
        if line.strip():
            lines.append(pieces)
        offset = end + 1
    return lines


def _piece(start: int, end: int, inside: set[int], spans: Sequence[Span]) -> Piece:
    ordered = sorted(inside, key=lambda index: (spans[index].end - spans[index].start, index))
    return Piece(start=start, end=end, spans=tuple(ordered))
