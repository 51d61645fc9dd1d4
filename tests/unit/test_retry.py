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
        (OSError(5, "i/o error"), 1, State.PENDING, 5, "internal_error"),
        (OSError(5, "i/o error"), 3, State.FAILED, 0, "internal_error"),
        (MemoryError(), 2, State.PENDING, 10, "memory_limit"),
        (MemoryError(), 3, State.QUARANTINED, 0, "memory_limit"),
        (SoftTimeLimitExceeded(), 1, State.PENDING, 5, "time_limit"),
        (SoftTimeLimitExceeded(), 3, State.QUARANTINED, 0, "time_limit"),
    ],
)
def test_an_error_is_judged(
    error: Exception, attempts: int, state: State, delay_seconds: float, code: str
) -> None:
    verdict = judge(error, attempts=attempts, max_attempts=3, retry_seconds=5, stage=Stage.CLEAN)
    assert (verdict.state, verdict.delay_seconds, verdict.code) == (state, delay_seconds, code)


@pytest.mark.parametrize(
    ("error", "previous", "attempts", "state"),
    [
        (IndexError("x"), None, 1, State.PENDING),
        (IndexError("x"), "internal_error", 2, State.FAILED),
        (KeyError("x"), "internal_error", 2, State.FAILED),  # whatever it was the first time
        (IndexError("x"), "worker_lost", 2, State.PENDING),
        (IndexError("x"), "memory_limit", 2, State.PENDING),
        (IndexError("x"), "memory_limit", 3, State.FAILED),
        (RecursionError("x"), None, 1, State.PENDING),
        (DataError("", {}, Exception("value too long")), None, 1, State.PENDING),
        (DataError("", {}, Exception("value too long")), "internal_error", 2, State.FAILED),
    ],
)
def test_a_stage_s_defect_is_tried_once_more_at_once(
    error: Exception, previous: str | None, attempts: int, state: State
) -> None:
    verdict = judge(
        error,
        attempts=attempts,
        max_attempts=3,
        retry_seconds=5,
        stage=Stage.CLEAN,
        previous=previous,
    )
    assert (verdict.state, verdict.delay_seconds, verdict.code) == (state, 0, "internal_error")


def test_with_a_single_attempt_a_defect_fails_at_once() -> None:
    verdict = judge(ValueError(), attempts=1, max_attempts=1, retry_seconds=5, stage=Stage.CLEAN)
    assert verdict.state is State.FAILED


def test_an_unexpected_error_is_named_in_the_message_with_its_place() -> None:
    error: Exception = KeyError("表")
    error.add_note("zhibiao.text.cleaning, line 7")
    verdict = judge(error, attempts=3, max_attempts=3, retry_seconds=5, stage=Stage.CLEAN)
    assert "clean ended in KeyError: '表' (zhibiao.text.cleaning, line 7)." in verdict.message
    assert "report it" in verdict.message


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
