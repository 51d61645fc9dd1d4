"""What becomes of a document after an error: a pure decision."""

from __future__ import annotations

from dataclasses import dataclass

from celery.exceptions import SoftTimeLimitExceeded

from zhibiao.domain import State
from zhibiao.errors import ZhibiaoError


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The document's next state, and how it is explained."""

    state: State
    delay_seconds: float  # of a pending one, before the next attempt
    code: str
    message: str


def judge(
    error: BaseException, *, attempts: int, max_attempts: int, retry_seconds: float
) -> Verdict:
    """Decide after the `attempts`-th attempt failed.

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
        message = "It took longer than a task may (ZHIBIAO_TASK_SECONDS)."
    elif isinstance(error, MemoryError):
        state, code = State.QUARANTINED, "memory_limit"
        message = "It took more memory than a worker may (ZHIBIAO_CHILD_MEMORY_MB)."
    else:
        state, code = State.FAILED, "internal_error"
        message = f"{type(error).__name__}: {error}"
    if exhausted:
        return _rest(state, code, message)
    return Verdict(state=State.PENDING, delay_seconds=delay, code=code, message=message)


def _rest(state: State, code: str, message: str) -> Verdict:
    return Verdict(state=state, delay_seconds=0.0, code=code, message=message)
