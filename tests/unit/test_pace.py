"""A run's bar moves from the first second, evenly, and its time left settles."""

from __future__ import annotations

from itertools import pairwise

import pytest

from zhibiao.domain import Stage
from zhibiao.store.work.pace import SHARES, InHand, Pace, pace_of, window_of, worth

SECONDS = {Stage.READ: 0.002, Stage.CLEAN: 0.01, Stage.SEGMENT: 0.01, Stage.EXTRACT: 0.06}
PER_DOCUMENT = sum(SECONDS.values())


def going(second: float, *, documents: int = 4000, workers: int = 2, chunk: int = 50) -> Pace:
    """A run of equal reports, at some second: each worker commits a whole chunk at a time."""
    per_chunk = chunk * PER_DOCUMENT
    chunks = int(second / per_chunk)
    at_rest = min(workers * chunks * chunk, documents)
    holding = 0 if at_rest == documents else workers
    held = InHand(stage=Stage.READ, documents=chunk, since=chunks * per_chunk)
    window = window_of(second)
    before = workers * int(max(second - window, 0) / per_chunk) * chunk
    return pace_of(
        done=float(at_rest),
        left=float(documents - at_rest),
        in_hand=holding * worth(held, SECONDS, second),
        worked_on=documents,
        at_rest=at_rest,
        recently=at_rest - before,
        window=window,
        elapsed=second,
    )


def test_the_bar_moves_before_a_document_is_at_rest() -> None:
    assert going(1.0).progress > 0
    assert going(2.0).progress > going(1.0).progress


def test_the_bar_never_goes_back_and_ends_at_all_of_it() -> None:
    shown = [going(tenth / 10).progress for tenth in range(1, 1700)]
    assert all(earlier <= later for earlier, later in pairwise(shown))
    assert max(later - earlier for earlier, later in pairwise(shown)) < 0.01
    assert shown[-1] == 1.0


def test_the_time_left_settles_within_seconds() -> None:
    takes = 4000 * PER_DOCUMENT / 2
    for second in range(5, 150):
        left = going(float(second)).seconds_left
        assert left is not None
        assert left == pytest.approx(takes - second, abs=0.15 * takes)


def test_a_reprocessing_counts_what_its_documents_need_only() -> None:
    """From `extract` on: a hundred documents, ten of them done in ten seconds."""
    share = SHARES[Stage.EXTRACT]
    found = pace_of(
        done=10 * share,
        left=90 * share,
        in_hand=0.0,
        worked_on=100,
        at_rest=10,
        recently=10,
        window=30.0,
        elapsed=10.0,
    )
    assert found.progress == pytest.approx(0.1)
    assert found.documents_per_second == pytest.approx(1.0)
    assert found.seconds_left == pytest.approx(90.0)


def test_where_nothing_moves_no_time_is_told() -> None:
    found = pace_of(
        done=10.0,
        left=90.0,
        in_hand=0.0,
        worked_on=100,
        at_rest=10,
        recently=0,
        window=30.0,
        elapsed=90.0,
    )
    assert (found.documents_per_second, found.seconds_left) == (0.0, None)


def test_what_is_in_hand_is_never_done() -> None:
    held = InHand(stage=Stage.CLEAN, documents=20, since=0.0)
    whole = 20 * (1 - SHARES[Stage.READ])
    assert worth(held, SECONDS, 1e6) == pytest.approx(0.9 * whole)
    assert worth(held, SECONDS, -5.0) == 0.0  # a clock that was put back
    alone = InHand(stage=Stage.CLEAN, documents=1, since=0.0)  # goes stage by stage
    assert worth(alone, SECONDS, 1e6) == pytest.approx(0.9 * SHARES[Stage.CLEAN])


def test_shares_are_a_whole() -> None:
    assert sum(SHARES.values()) == pytest.approx(1.0)
    assert list(SHARES) == list(Stage)
