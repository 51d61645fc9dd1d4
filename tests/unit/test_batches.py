"""Pieces of work by the batch: none is lost, and a batch ends where it is full."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as some

from zhibiao.batches import batches


@given(some.lists(some.integers(0, 20)), some.integers(1, 5), some.integers(1, 40))
def test_every_piece_comes_once_and_a_batch_ends_where_it_is_full(
    sizes: list[int], most: int, most_bytes: int
) -> None:
    found = list(batches(sizes, lambda size: size, most=most, most_bytes=most_bytes))
    assert [size for batch in found for size in batch] == sizes
    for batch in found:
        assert 1 <= len(batch) <= most
        assert sum(batch[:-1]) < most_bytes
    for batch in found[:-1]:
        assert len(batch) == most or sum(batch) >= most_bytes


def test_a_batch_comes_before_the_piece_behind_it_is_asked_for() -> None:
    asked: list[int] = []

    def pieces() -> Iterator[int]:
        for piece in range(4):
            asked.append(piece)
            yield piece

    next(batches(pieces(), lambda _: 0, most=2, most_bytes=9))
    assert asked == [0, 1]
