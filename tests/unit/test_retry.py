"""What becomes of a document after an error."""

from __future__ import annotations

import errno

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tasks.retry import is_no_fault_of_a_document, judge, judge_loss
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


@pytest.mark.parametrize(
    ("attempts", "state", "delay_seconds"),
    [(1, State.PENDING, 5), (2, State.PENDING, 10), (3, State.QUARANTINED, 0)],
)
def test_a_document_whose_process_died_is_tried_again_and_then_left_alone(
    attempts: int, state: State, delay_seconds: float
) -> None:
    verdict = judge_loss("worker_lost", "", attempts=attempts, max_attempts=3, retry_seconds=5)
    assert (verdict.state, verdict.delay_seconds) == (state, delay_seconds)


@pytest.mark.parametrize(
    ("error", "outside"),
    [
        (OperationalError("", {}, Exception("database or disk is full")), True),
        (InterfaceError("", {}, Exception()), True),
        (PoolTimeout(), True),
        (OSError(errno.ENOSPC, "no space left"), True),
        (DataError("", {}, Exception("value too long")), False),
        (FileNotFoundError(errno.ENOENT, "antiword"), False),
        (MemoryError(), False),
        (SoftTimeLimitExceeded(), False),
        (EmptySource(), False),
    ],
)
def test_what_no_document_can_help_is_told_from_what_it_may_have_caused(
    error: BaseException, outside: bool
) -> None:
    assert is_no_fault_of_a_document(error) is outside


def test_a_verdict_names_the_stage_and_the_limit() -> None:
    verdict = judge(MemoryError(), attempts=3, max_attempts=3, retry_seconds=5, stage=Stage.EXTRACT)
    assert "extract" in verdict.message
    assert "ZHIBIAO_CHILD_MEMORY_MB" in verdict.message
