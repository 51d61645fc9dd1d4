"""A store in a temporary folder, filled with generated reports, and the workers' steps on it.

A hundred reports go through all stages; the others are their rows again, under ids of their own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, literal, select, text

from tasks import outcomes, stage_work
from tasks.context import Context, current_of
from tasks.outcomes import Outcome
from zhibiao import pipeline
from zhibiao.domain import Stage
from zhibiao.pipeline import Language
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.schema import (
    clean_texts,
    documents,
    extractions,
    observations,
    publications,
    raw_texts,
    statements,
    term_counts,
    work,
)
from zhibiao.store.reprocessing import sparing
from zhibiao.store.work import queue, runs, submissions, window
from zhibiao.store.work.submissions import Arrival

_CHUNK = 50
# The columns of each table that are ids, by the table whose ids they are.
_IDS: Mapping[Table, Mapping[str, Table]] = {
    documents: {"id": documents, "work_id": work, "publication_id": publications}
    | {"extraction_id": extractions, "canonical_id": documents},
    work: {"id": work, "document_id": documents, "extraction_id": extractions},
    raw_texts: {"document_id": documents},
    clean_texts: {"document_id": documents},
    term_counts: {"document_id": documents},
    extractions: {"id": extractions, "document_id": documents},
    observations: {"id": observations, "document_id": documents, "extraction_id": extractions},
    statements: {"id": statements, "document_id": documents, "extraction_id": extractions},
    publications: {"id": publications, "document_id": documents}
    | {"extraction_id": extractions, "canonical_id": documents, "previous_id": publications},
}


@dataclass(frozen=True, kw_only=True)
class Steps:
    """What workers do, in this process."""

    here: Context
    chunk: int = _CHUNK  # documents of a message

    def submit(self, texts: Mapping[str, str]) -> int:
        with self.here.store.write() as connection:
            now = time.time()
            run = runs.create(connection, kind="submission", priority="bulk", label="", now=now)
            arrivals = [
                Arrival(file=number, name=name, content=text.encode())
                for number, (name, text) in enumerate(texts.items())
            ]
            submissions.add(connection, run, arrivals, priority="bulk", now=now)
            runs.seal(connection, run, priority="bulk", now=now)
            sparing.remember(connection, current_of(self.here.language), now=now)
        return run

    def work(self) -> int:
        """All that waits, a chunk at a time; how many executions of stages that was."""
        executed = 0
        while chunks := self._due():
            for chunk in chunks:
                executed += self._chunk(chunk)
        return executed

    def _due(self) -> list[window.Chunk]:
        with self.here.store.write() as connection:
            found = (
                window.due(
                    connection,
                    priority=priority,
                    window=100_000,
                    chunk=self.chunk,
                    now=time.time(),
                    resend_at=0,
                )
                for priority in runs.PRIORITIES
            )
            return list(chain.from_iterable(found))

    def _chunk(self, chunk: window.Chunk) -> int:
        now, lease = time.time(), "bench/1"
        with self.here.store.write() as connection:
            claims = queue.claim(
                connection,
                chunk.work_ids,
                chunk.stage,
                lease=lease,
                lease_until=now + 600,
                max_attempts=3,
                max_losses=3,
                now=now,
            )
        materials = stage_work.load(self.here, chunk.stage, claims, on=True)
        made = [self._way(chunk.stage, held, materials[held.document_id]) for held in claims]
        outcomes.commit(self.here, lease, chunk.run, made, time.monotonic())
        return sum(len(each.made) for each in made)

    def _way(self, first: Stage, held: queue.Claim, material: stage_work.Material) -> Outcome:
        """One document through all stages that it needs, as fresh ones go."""
        made: list[stage_work.Made] = []
        stage: Stage | None = first
        while stage is not None:
            made.append(stage_work.process(self.here, stage, held, material))
            stage = Outcome(held=held, made=made).step(self.here).to
        return Outcome(held=held, made=made, seconds={each.stage: 0.0 for each in made})


def steps_of(
    store: Store, folder: str, catalogue: Path | None = None, *, chunk: int = _CHUNK
) -> Steps:
    """The steps of a worker that has just started."""
    language = Language.load(catalogue=catalogue)
    pipeline.rehearse(language)
    settings = Settings(data_dir=Path(folder), catalogue=catalogue)
    versions = pipeline.versions(language)
    here = Context(settings=settings, store=store, language=language, versions=versions)
    return Steps(here=here, chunk=chunk)


def multiply(connection: Connection, reports: int) -> None:
    """The rows of all documents again and again, until there are so many documents."""
    if connection.dialect.name == "postgresql":  # which would read all rows, and check all keys
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    ends = {
        table: connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        for table in _IDS
        if "id" in table.c
    }
    made = ends[documents]
    for copy in range(1, -(-reports // made)):
        last = min(made, reports - copy * made)
        for table, ids in _IDS.items():
            values = {
                column.name: column + literal(copy * ends[ids[column.name]])
                if column.name in ids
                else column + literal(copy * made)
                if table is documents and column.name == "file"
                else column
                for column in table.c
            }
            own = table.c.id if table is documents else table.c.document_id
            query = select(*values.values()).where(own <= last)
            if "id" in table.c:  # sooner found than those of documents
                query = query.where(table.c.id <= ends[table])
            connection.execute(insert(table).from_select(list(values), query))
