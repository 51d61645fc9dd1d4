"""What a transaction locks besides rows, and in which order all of them lock anything.

The order keeps transactions from waiting for each other in a ring:

1. `keep_outputs` or `forget_outputs`, before any row;
2. `settle_places`, sorted, before any row;
3. `start_work`, before any row;
4. rows of runs, by id;
5. rows of documents, and then those of work and of outputs, by document;
6. rows of sources, by their hash. PostgreSQL looks at them by itself when a document is updated
   twice in a transaction.

A transaction takes what it needs of these, never an earlier one after a later one. An upload that
begins or is abandoned takes sources before its own run and documents: nobody else knows these yet.
Only PostgreSQL needs all this: on SQLite there is one writer at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from sqlalchemy import Connection, text

# The first of the two numbers of an advisory lock; those of migrations have a single number.
_OUTPUTS, _PLACE, _START, _WINDOW = 1, 2, 3, 4
_LOCK_IN_ORDER = text(
    "SELECT pg_advisory_xact_lock(:kind, key) FROM unnest(CAST(:keys AS integer[])) AS key"
)
_KEEPING = "zhibiao_transaction_that_keeps_outputs"


def keep_outputs(connection: Connection) -> None:
    """Nobody forgets an output before this transaction has ended.

    For whoever makes something refer to outputs that exist already: an output that came out as
    an earlier one did is that one, and until the commit nobody else sees that it is needed again.
    A lock on its row would not do: who waits for it looks no second time at who refers to it.
    """
    # Everything that saves an output asks for it, and most of them after another has.
    if connection.info.get(_KEEPING) is not connection.get_transaction():
        _lock(connection, "pg_advisory_xact_lock_shared", _OUTPUTS, 0)
        connection.info[_KEEPING] = connection.get_transaction()


def forget_outputs(connection: Connection) -> None:
    """Nobody makes anything refer to an output before this transaction has ended; keep it short."""
    _lock(connection, "pg_advisory_xact_lock", _OUTPUTS, 0)


def settle_places(connection: Connection, places: Iterable[tuple[str, int]]) -> None:
    """Nobody else settles the prints of these regions and years before this transaction has ended.

    Of two who settle one place at the same time, the later one must see what the first one made.
    """
    keys = sorted({_key_of(place) for place in places})
    if keys and connection.dialect.name == "postgresql":
        connection.execute(_LOCK_IN_ORDER, {"kind": _PLACE, "keys": keys})


def start_work(connection: Connection) -> None:
    """Nobody else gives documents work, or takes up what rested, before this transaction has ended.

    Of two who do so at the same time, the later one must see what the first one began.
    """
    _lock(connection, "pg_advisory_xact_lock", _START, 0)


def fill_window(connection: Connection, priority: int) -> bool:
    """Does this transaction alone fill the window of a priority? Otherwise another one does now."""
    if connection.dialect.name != "postgresql":
        return True
    took: bool = connection.execute(
        text("SELECT pg_try_advisory_xact_lock(:kind, :key)"), {"kind": _WINDOW, "key": priority}
    ).scalar_one()
    return took


def _key_of(place: tuple[str, int]) -> int:
    """A signed number of 32 bits. Two places of one number wait for each other: no harm."""
    return zlib.crc32(repr(place).encode()) - 2**31


def _lock(connection: Connection, function: str, kind: int, key: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT {function}(:kind, :key)"), {"kind": kind, "key": key})
