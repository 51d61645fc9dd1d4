"""Store and worker in the test's own process: every statement and call of theirs can be counted."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Table, select
from submitted import submit

from tasks import dispatch as dispatching
from tasks import stages
from tasks.context import Context
from zhibiao import pipeline
from zhibiao.domain import Stage
from zhibiao.pipeline import Language
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.schema import metadata
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.work import window
from zhibiao.store.work.runs import Priority
from zhibiao.store.work.window import Chunk

_PASSING = {  # times, and numbers that tell who came first
    *("created_at", "changed_at", "made_at", "published_at", "touched_at", "sealed_at"),
    *("seconds", "sent_until", "publication_id", "extraction_id", "work_id"),
}


@cache
def _language() -> Language:
    return Language.load()


class StageLine:
    """Store and worker in this process; the queue is a list."""

    def __init__(self, store: Store, folder: Path, patch: pytest.MonkeyPatch) -> None:
        settings = Settings(data_dir=folder, database_url=store.url, workers=1)
        language = _language()
        self.here = Context(
            settings=settings,
            store=store,
            language=language,
            versions=pipeline.versions(language),
        )
        self.store = store
        self.queue: list[Chunk] = []
        self.executed: list[tuple[Stage, int]] = []  # messages: stage, documents
        patch.setattr(stages, "context", lambda: self.here)
        patch.setattr(stages, "send", self._send)
        patch.setattr(dispatching, "send", self._send)
        patch.setattr(stages, "show_further", lambda *_: None)

    def _send(self, _store: Store, chunks: Any) -> int:
        sent = list(chunks)
        self.queue += sent
        return sum(len(chunk.work_ids) for chunk in sent)

    def submit(self, contents: dict[str, bytes], *, priority: Priority = "bulk") -> int:
        return submit(self.store, contents, priority=priority)

    def work(self, *, chunk: int | None = None) -> None:
        """Until nothing is due; `chunk`: at most so many documents a message."""
        task = SimpleNamespace(request=SimpleNamespace(hostname="one@here", id="task"))
        while True:
            if not self.queue:
                dispatching.dispatch(self.store, self.here.settings)
            if not self.queue:
                return
            found = self.queue.pop(0)
            size = chunk or len(found.work_ids)
            for some in window.chunks_of(
                found.work_ids, size, found.run, found.stage, found.priority
            ):
                self.executed.append((some.stage, len(some.work_ids)))
                stages._pass(task, some.stage, some.run, list(some.work_ids), some.priority)

    def states(self) -> dict[str, tuple[str, str, str | None]]:
        with self.store.read() as connection:
            rows = documents.page(connection, DocumentFilter(), limit=1000)
        return {row["name"]: (row["state"], row["stage"], row["error_code"]) for row in rows}

    def contents(self) -> dict[str, list[dict[str, Any]]]:
        """All that is stored, but for times and numbers that depend on the order."""
        return {table.name: self._rows(table) for table in metadata.sorted_tables}

    def _rows(self, table: Table) -> list[dict[str, Any]]:
        with self.store.read() as connection:
            rows = connection.execute(select(table)).mappings().all()
        passing = _PASSING | {"id"} if table.name not in ("documents", "runs") else _PASSING
        kept = [{k: v for k, v in row.items() if k not in passing} for row in rows]
        return sorted(kept, key=repr)


@pytest.fixture
def stage_line(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StageLine:
    return StageLine(store, tmp_path, monkeypatch)
