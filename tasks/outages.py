"""What a broker or a database that does not do its part is called, and logging that once."""

from __future__ import annotations

import logging
import time

from kombu import Connection
from kombu.exceptions import OperationalError as BrokerUnreachable
from redis.exceptions import ConnectionError as RedisUnreachable
from redis.exceptions import NoPermissionError, OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisMute
from sqlalchemy.exc import InterfaceError, OperationalError

_PROBE_KEY = "probe"
_PROBE_MILLISECONDS = 1000
_REASONS: tuple[tuple[type[ResponseError], str], ...] = (
    (
        OutOfMemoryError,
        "its memory is full (maxmemory); raise that limit, or remove what else it holds",
    ),
    (ReadOnlyError, "it is a read-only replica; ZHIBIAO_BROKER_URL has to name the primary"),
    (NoPermissionError, "its access rules do not allow this user to write"),
)
_REASONS_BY_CODE = {
    "MISCONF": "it cannot save to its disk; look after the disk",
    "NOREPLICAS": "too few replicas are connected to it",
}
_AGAIN_SECONDS = 600.0


def probe(connection: Connection) -> None:
    """Write a key to Redis that expires at once. Raises redis' ResponseError if it refuses."""
    connection.default_channel.client.set(_PROBE_KEY, "1", px=_PROBE_MILLISECONDS)


def refusal(error: BaseException | None) -> str | None:
    """Why Redis refused a command, if an error comes from that. Reveals nothing else."""
    refused = _refused(error)
    if refused is None:
        return None
    return f"the broker refuses to write: {_reason(refused) or 'the log says why'}"


def _refused(error: BaseException | None) -> ResponseError | None:
    while error is not None and not isinstance(error, ResponseError):
        error = error.__cause__ or error.__context__
    return error


def _reason(error: ResponseError) -> str | None:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return _REASONS_BY_CODE.get(str(error).partition(" ")[0])


def outage(error: BaseException | None) -> str | None:
    """In one line, which part failed and why; None for any other error."""
    refused = _refused(error)
    if refused is not None:
        return f"the broker refuses to write: {_reason(refused) or refused}"
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return f"the database: {_first_line(error.orig)}"
        if isinstance(error, BrokerUnreachable | RedisUnreachable | RedisMute):
            return f"the broker: {_first_line(error)}"
        error = error.__cause__ or error.__context__
    return None


def _first_line(error: BaseException | None) -> str:
    said = str(error).strip().splitlines()
    return said[0] if said else type(error).__name__


class OutagesOnce(logging.Filter):
    """Keeps one line, without a traceback, of each outage in ten minutes.

    Everything that a process tries meanwhile, several times a second, fails for the same reason.
    Whatever else goes wrong is logged as it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._logged_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        error = _error_of(record)
        reason = None if error is None else outage(error)
        if reason is None:
            return True
        now = time.monotonic()
        if now - self._logged_at.get(reason, -_AGAIN_SECONDS) < _AGAIN_SECONDS:
            return False
        self._logged_at[reason] = now
        # Celery's own messages hold a stack, and most hold the error once more.
        before = record.getMessage().splitlines()[0].partition(": ")[0]
        record.msg, record.args = f"{before}: {reason} (not repeated for ten minutes)", ()
        record.exc_info = record.exc_text = None
        return True


def _error_of(record: logging.LogRecord) -> BaseException | None:
    if record.exc_info:
        return record.exc_info[1]
    arguments = record.args if isinstance(record.args, tuple) else ()
    return next((each for each in arguments if isinstance(each, BaseException)), None)


def log_outages_once() -> None:
    """For this process, whose logging is set up."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(OutagesOnce())
