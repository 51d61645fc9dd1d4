"""A store of many reports, for benchmarks: some are processed, the others copies of their rows."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator

from sqlalchemy import update

from bench.filled_store import multiply, steps_of
from bench.ratios import texts
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.database.schema import documents


@contextlib.contextmanager
def stored(reports: int, *, processed: int = 40) -> Iterator[Store]:
    """A store on SQLite with so many reports, each its own canonical print."""
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        store = Store(f"sqlite:///{folder}/zhibiao.db")
        upgrade(store)
        steps = steps_of(store, folder)
        steps.submit(dict(texts(min(processed, reports))))
        steps.work()
        with store.write() as connection:
            connection.execute(update(documents).values(canonical_id=documents.c.id))
            multiply(connection, reports)
        yield store
        store.close()
