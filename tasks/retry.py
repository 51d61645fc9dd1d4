"""What becomes of a document after an error: pure decisions."""

from __future__ import annotations

import errno

from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from zhibiao.domain import Stage, State
from zhibiao.domain.verdict import Verdict
from zhibiao.errors import ZhibiaoError

# A machine that has run out of something: every document would fail.
_EXHAUSTED = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE}


def is_no_fault_of_a_document(error: BaseException) -> bool:
    """The database is away, locked or full, or the machine is: attempts must not be spent on it."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return True
    if isinstance(error, DBAPIError):
        return bool(error.connection_invalidated)
    return isinstance(error, OSError) and error.errno in _EXHAUSTED


def judge(
    error: BaseException, *, attempts: int, max_attempts: int, retry_seconds: float, stage: Stage
) -> Verdict:
    """Decide after the `attempts`-th attempt at a stage failed.

    What the document itself causes is quarantined at once (a retry would end alike). Running out
    of memory or time is tried again alone, then quarantined. Anything else is retried with a
    back-off that doubles, then failed.
    """
    exhausted = attempts >= max_attempts
    delay = retry_seconds * 2 ** (attempts - 1)
    if isinstance(error, ZhibiaoError):
        if not error.retryable:
            return _rest(State.QUARANTINED, error.code, error.message)
        state, code, message = State.FAILED, error.code, error.message
    elif isinstance(error, SoftTimeLimitExceeded):
        state, code = State.QUARANTINED, "time_limit"
        message = f"It took longer during {stage.value} than a task may (ZHIBIAO_TASK_SECONDS)."
    elif isinstance(error, MemoryError):
        state, code = State.QUARANTINED, "memory_limit"
        message = (
            f"It took more memory during {stage.value} than a worker may (ZHIBIAO_CHILD_MEMORY_MB)."
        )
    else:
        state, code = State.FAILED, "internal_error"
        message = f"{type(error).__name__}: {error}"
    if exhausted:
        return _rest(state, code, message)
    return Verdict(state=State.PENDING, delay_seconds=delay, code=code, message=message)


def judge_loss(
    code: str, message: str, *, attempts: int, max_attempts: int, retry_seconds: float
) -> Verdict:
    """Decide after a worker process died of the document: again after a back-off, or never."""
    if attempts >= max_attempts:
        return _rest(State.QUARANTINED, code, message)
    delay = retry_seconds * 2 ** (attempts - 1)
    return Verdict(state=State.PENDING, delay_seconds=delay, code=code, message=message)


def _rest(state: State, code: str, message: str) -> Verdict:
    return Verdict(state=state, code=code, message=message)
