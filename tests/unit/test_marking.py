"""A text is cut at the edges of spans, and every span is the sum of its pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhibiao.domain import OffsetMap, Span
from zhibiao.text.marking import marked_lines

TEXTS = st.text(alphabet="增长6%，\n ", max_size=40)


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(TEXTS)
    offsets = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(offsets, offsets), max_size=6))
    return text, [Span(min(pair), max(pair)) for pair in pairs]


@given(texts_with_spans())
def test_the_pieces_are_the_text_and_each_span_is_its_pieces(made: tuple[str, list[Span]]) -> None:
    text, spans = made
    lines = marked_lines(text, spans)
    shown = ["".join(text[piece.start : piece.end] for piece in line) for line in lines]
    assert shown == [line for line in text.split("\n") if line.strip()]
    covered = {at for line in lines for piece in line for at in range(piece.start, piece.end)}
    for index, span in enumerate(spans):
        inside = {
            at
            for line in lines
            for piece in line
            if index in piece.spans
            for at in range(piece.start, piece.end)
        }
        assert inside == covered & set(range(span.start, span.end))


def test_the_shortest_span_comes_first() -> None:
    (line,) = marked_lines("生产总值增长6%", [Span(0, 8), Span(6, 8)])
    assert [piece.spans for piece in line] == [(0,), (1, 0)]


SEGMENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=6)


@given(SEGMENTS)
def test_a_span_of_the_raw_text_is_found_again_in_the_clean_one(
    made: list[tuple[int, int]],
) -> None:
    segments, clean, raw = [], 0, 0
    for deleted, length in made:
        raw += deleted
        segments.append((clean, raw, length))
        clean, raw = clean + length, raw + length
    offsets = OffsetMap(segments)
    for start in range(clean):
        for end in range(start + 1, clean + 1):
            there = offsets.raw_between(start, end)
            assert offsets.clean_between(there.start, there.end) == Span(start, end)
