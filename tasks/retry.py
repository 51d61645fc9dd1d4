"""What becomes of a document after an error: pure decisions."""

from __future__ import annotations

import errno

from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from zhibiao.domain import Stage, State
from zhibiao.domain.verdict import Verdict
from zhibiao.errors import ZhibiaoError, describe_defect
from zhibiao.sandbox.parser import ParserLost

# A machine that has run out of something: every document would fail.
_EXHAUSTED = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE}


def is_no_fault_of_a_document(error: BaseException) -> bool:
    """The database is away, locked or full, or the machine is: attempts must not be spent on it."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return True
    if isinstance(error, DBAPIError):
        return bool(error.connection_invalidated)
    return isinstance(error, OSError) and error.errno in _EXHAUSTED


def comes_again(error: Exception) -> bool:
    """What a stage that only computes has raised, it raises again: there is nothing to wait for.

    What the system or the database said may be over later, but for a value that the database does
    not take.
    """
    return isinstance(error, DataError) or not isinstance(error, OSError | SQLAlchemyError)


def judge(
    error: Exception,
    *,
    attempts: int,
    max_attempts: int,
    retry_seconds: float,
    stage: Stage,
    previous: str | None = None,
) -> Verdict:
    """Decide after the `attempts`-th attempt at a stage failed; `previous`: the last one's code.

    What the document itself causes is quarantined at once (a retry would end alike). Running out
    of memory or time, or a parser that dies of it, is tried again alone, then quarantined. A defect
    of the stage is tried once more, at once, in case its process had gone bad; then it is failed.
    Anything else is retried with a back-off that doubles, then failed.
    """
    exhausted = attempts >= max_attempts
    delay = retry_seconds * 2 ** (attempts - 1)
    if isinstance(error, ZhibiaoError):
        if not error.retryable:
            return _rest(State.QUARANTINED, error.code, error.message)
        # It died of this very file, as far as anybody can tell.
        state = State.QUARANTINED if isinstance(error, ParserLost) else State.FAILED
        code, message = error.code, error.message
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
        message = f"{stage.value} ended in {describe_defect(error)}."
        if comes_again(error):
            exhausted = exhausted or previous == code
            delay = 0.0
            message += (
                " This is a defect of zhibiao, not of the file: report it, and retry the "
                "document when it is mended."
            )
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
