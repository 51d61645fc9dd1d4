"""A PostgreSQL connection that gives up on a server that is there and does not answer.

The kernel of a frozen server goes on acknowledging what it is sent, so that neither
`tcp_user_timeout` nor keepalives end the wait, and a timeout of the server's own (such as
`statement_timeout`) is kept by the very process that stands still. psycopg, however, looks up from
its socket ten times a second, and that is where time is taken here.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, event

CONNECT_SECONDS = 5
PING_SECONDS = 5.0  # for the empty statement that a connection of the pool is tried with
# The server ends a slow statement by itself; one that has not so long afterwards is frozen.
_MARGIN_SECONDS = 5.0
_LOCK_SECONDS = 30.0
# A server that takes no connection, or is out of reach, must not be waited for longer than this.
CONNECT_OPTIONS: dict[str, object] = {
    "connect_timeout": CONNECT_SECONDS,
    "tcp_user_timeout": 20_000,  # milliseconds that sent data may stay unacknowledged
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
RV = TypeVar("RV")


class PatientConnection(psycopg.Connection[Any]):
    """Closes itself and raises OperationalError when a round trip brings nothing for too long.

    What counts is silence, not duration: an export that fetches batches, or many rows that are
    sent one after another, may take as long as they need.
    """

    patience_seconds = PING_SECONDS

    def wait(
        self, gen: Generator[Any, Any, RV], interval: float = 0.1, timeout: float | None = None
    ) -> RV:
        return super().wait(self._until_silent(gen), interval, timeout)

    def _until_silent(self, gen: Generator[Any, Any, RV]) -> Generator[Any, Any, RV]:
        patience = self.patience_seconds
        heard_at = time.monotonic()
        ready: Any = None
        while True:
            try:
                wanted = gen.send(ready)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            ready = yield wanted
            if ready:
                heard_at = time.monotonic()
            elif time.monotonic() - heard_at > patience:
                self.close()  # as broken, so that the pool throws it away
                raise psycopg.OperationalError(f"the server has not answered for {patience:g} s")


def install(engine: Engine) -> None:
    """Have the engine's pool made of such connections; in the pool, their patience is a ping's."""
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkin", _rest)


def be_patient(connection: PatientConnection, *, seconds: float) -> str:
    """Wait so long for each answer from now on, and a little longer for a frozen server's.

    Returns what makes the server keep the same time in the transaction that has to begin with it.
    """
    connection.patience_seconds = seconds + min(seconds, _MARGIN_SECONDS)
    return f"SET LOCAL statement_timeout = {int(seconds * 1000)}"


def reading() -> str:
    """For transactions that only read.

    Pages find what they show by indexes. The server takes that for long, since it does not know
    that a report's rows lie side by side: it would rather read whole tables, or begin with
    processes and compiled code of its own. What does take long goes over cursors, for which it has
    no further processes either.
    """
    return (
        "SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off;"
        " SET LOCAL max_parallel_workers_per_gather = 0"
    )


def writing(seconds: float) -> str:
    """For transactions that write.

    A process that is frozen inside a transaction would hold its row locks, and with them everybody
    else, until it thaws.
    """
    lock = int(min(seconds, _LOCK_SECONDS) * 1000)
    return f"SET LOCAL idle_in_transaction_session_timeout = 30000; SET LOCAL lock_timeout = {lock}"


def _connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> PatientConnection:
    return PatientConnection.connect(*arguments, **options)


def _rest(connection: PatientConnection | None, _record: Any) -> None:
    if connection is not None:
        connection.patience_seconds = PING_SECONDS
