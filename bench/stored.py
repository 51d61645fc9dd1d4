"""A store of many reports, for benchmarks: some are processed, the others copies of their rows."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Table, text

from bench.ratios import texts
from tasks import outcomes, stage_work
from tasks.context import Context
from zhibiao import pipeline
from zhibiao.domain import Stage
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.database.schema import (
    clean_texts,
    documents,
    extractions,
    observations,
    raw_texts,
    statements,
    term_counts,
    work,
)
from zhibiao.store.work import queue, runs, submissions, window

_COPIED = (
    *(documents, work, raw_texts, clean_texts, term_counts),
    *(extractions, observations, statements),
)
_IDS = frozenset(
    ("id", "document_id", "work_id", "extraction_id", "publication_id", "canonical_id")
)


@contextlib.contextmanager
def stored(reports: int, *, processed: int = 40) -> Iterator[Store]:
    """A store on SQLite with so many reports, each its own canonical print."""
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        settings = Settings(data_dir=Path(folder))
        store = Store(settings.store_url)
        upgrade(store)
        processed = min(processed, reports)
        _process(store, settings, texts(processed))
        with store.write() as connection:
            connection.execute(text("UPDATE documents SET canonical_id = id"))
            for table in _COPIED:
                _copy(connection, table, processed, reports)
        yield store
        store.close()


def _process(store: Store, settings: Settings, reports: list[tuple[str, str]]) -> None:
    language = pipeline.Language.load()
    here = Context(
        settings=settings, store=store, language=language, versions=pipeline.versions(language)
    )
    now = time.time()
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=now)
        arrivals = [
            submissions.Arrival(file=number, name=name, content=written.encode())
            for number, (name, written) in enumerate(reports)
        ]
        submissions.add(connection, run, arrivals, priority="bulk", now=now)
        runs.seal(connection, run, priority="bulk", now=now)
    for stage in Stage:
        with store.write() as connection:
            chunks = window.due(
                connection, priority="bulk", window=10**6, chunk=10**6, now=now, resend_at=0
            )
            (chunk,) = (each for each in chunks if each.stage is stage)
            lease = {"lease": "bench", "lease_until": now + 3600, "now": now}
            limits = {"max_attempts": 1, "max_losses": 1}
            claims = queue.claim(connection, chunk.work_ids, stage, **lease, **limits)
        material = stage_work.load(here, stage, claims, on=False)
        done = [
            outcomes.Outcome(
                held=held,
                made=(stage_work.process(here, stage, held, material[held.document_id]),),
            )
            for held in claims
        ]
        outcomes.commit(here, "bench", run, done, time.monotonic())


def _copy(connection: Connection, table: Table, processed: int, reports: int) -> None:
    """The rows of the documents processed again, with other ids, until there are so many."""
    names = [column.name for column in table.columns]
    step = 10**6  # more than any id of what was processed
    own = "id" if table is documents else "document_id"
    shifted = [
        f'"{name}" + :times * {step}'
        if name in _IDS
        else f"file + :times * {processed}"
        if name == "file"
        else f'"{name}"'
        for name in names
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    statement = text(
        f"INSERT INTO {table.name} ({columns}) SELECT {', '.join(shifted)} FROM {table.name}"
        f" WHERE {own} <= :last"
    )
    for times in range(1, -(-reports // processed)):
        last = min(processed, reports - times * processed)
        connection.execute(statement, {"times": times, "last": last})
