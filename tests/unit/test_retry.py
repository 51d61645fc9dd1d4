"""What becomes of a document after an error."""

from __future__ import annotations

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from tasks.retry import judge
from zhibiao.domain import Stage, State
from zhibiao.errors import EmptySource, ZhibiaoError


class Flaky(ZhibiaoError):
    """A passing fault."""

    code = "flaky"
    retryable = True


@pytest.mark.parametrize(
    ("error", "attempts", "state", "delay_seconds", "code"),
    [
        (EmptySource(), 1, State.QUARANTINED, 0, "empty"),
        (Flaky(), 1, State.PENDING, 5, "flaky"),
        (Flaky(), 2, State.PENDING, 10, "flaky"),
        (Flaky(), 3, State.FAILED, 0, "flaky"),
        (ValueError("x"), 1, State.PENDING, 5, "internal_error"),
        (ValueError("x"), 3, State.FAILED, 0, "internal_error"),
        (MemoryError(), 2, State.PENDING, 10, "memory_limit"),
        (MemoryError(), 3, State.QUARANTINED, 0, "memory_limit"),
        (SoftTimeLimitExceeded(), 1, State.PENDING, 5, "time_limit"),
        (SoftTimeLimitExceeded(), 3, State.QUARANTINED, 0, "time_limit"),
    ],
)
def test_an_error_is_judged(
    error: BaseException, attempts: int, state: State, delay_seconds: float, code: str
) -> None:
    verdict = judge(error, attempts=attempts, max_attempts=3, retry_seconds=5, stage=Stage.CLEAN)
    assert (verdict.state, verdict.delay_seconds, verdict.code) == (state, delay_seconds, code)


def test_an_unexpected_error_is_named_in_the_message() -> None:
    verdict = judge(KeyError("表"), attempts=3, max_attempts=3, retry_seconds=5, stage=Stage.CLEAN)
    assert verdict.message == "KeyError: '表'"
