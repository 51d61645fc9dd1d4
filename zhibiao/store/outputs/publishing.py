"""The statements by which outputs become what readers see, made once.

Every message takes all of them, and to make one takes longer than SQLite takes to execute it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Insert,
    Select,
    Update,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)

from zhibiao.domain import Stage
from zhibiao.store.corrections.correction_layer import Laying, lay_over, laying
from zhibiao.store.database.joins import current
from zhibiao.store.database.schema import (
    METADATA_COLUMNS,
    OUTPUT_COLUMNS,
    clean_texts,
    documents,
    publications,
    runs,
    work,
)

# What a publication says of its document.
COPIED: Final = (*OUTPUT_COLUMNS, "canonical_id")
RECORDED: Final = ("document_id", "run_id", "cause", "published_at", "previous_id", *COPIED)

# Those of a document that has never been complete: shown as far as they have come.
_EARLY_COLUMNS = tuple(
    name for name in OUTPUT_COLUMNS if not name.startswith(Stage.EXTRACT) and "_id" not in name
)
OF_WORK: ColumnElement[bool] = work.c.id.in_(bindparam("work_ids", expanding=True))


def newest() -> Any:
    """The last publication of a document."""
    return (
        select(func.max(publications.c.id))
        .where(publications.c.document_id == documents.c.id)
        .scalar_subquery()
    )


def describing(ids: Select[tuple[int]], *more: ColumnElement[bool]) -> Update:
    """Give documents the metadata that belong to their clean text."""
    return (
        update(documents)
        .where(documents.c.id.in_(ids), *more, current(clean_texts, Stage.CLEAN))
        .values({name: clean_texts.c[name] for name in METADATA_COLUMNS})
    )


# Of `work_ids`: what documents show that have never been complete.
SHOW_EARLY: Final = (
    update(documents)
    .where(OF_WORK, work.c.document_id == documents.c.id, documents.c.publication_id.is_(None))
    .values({name: work.c[name] for name in _EARLY_COLUMNS}),
    describing(select(work.c.document_id).where(OF_WORK), documents.c.publication_id.is_(None)),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Publishing:
    """In the order in which they are executed, with the laying before the last one."""

    record: Insert
    show: Update
    describe: Update
    laying: Laying
    let_go: Update

    def execute(self, connection: Connection, chosen: Mapping[str, Any], *, now: float) -> None:
        connection.execute(self.record, {**chosen, "at": now})
        connection.execute(self.show, chosen)
        connection.execute(self.describe, chosen)
        lay_over(connection, self.laying, chosen)
        connection.execute(self.let_go, chosen)


@cache
def publishing_work() -> Publishing:
    """Of `work_ids`, but of no atomic run."""
    return _publishing(OF_WORK & work.c.run_id.not_in(select(runs.c.id).where(runs.c.atomic)))


@cache
def publishing_run() -> Publishing:
    """Of `run`: all of it."""
    return _publishing(work.c.run_id == bindparam("run"))


def _publishing(chosen: ColumnElement[bool]) -> Publishing:
    mine = select(work.c.document_id).where(chosen)
    recorded = (
        select(
            work.c.document_id,
            work.c.run_id,
            literal("run"),
            bindparam("at", type_=Double),
            documents.c.publication_id,
            *(work.c[name] for name in OUTPUT_COLUMNS),
            documents.c.canonical_id,
        )
        .join(documents, documents.c.id == work.c.document_id)
        .where(chosen)
    )
    shown = {name: work.c[name] for name in OUTPUT_COLUMNS} | {"publication_id": newest()}
    return Publishing(
        record=insert(publications).from_select(list(RECORDED), recorded),
        show=update(documents).where(chosen, work.c.document_id == documents.c.id).values(shown),
        describe=describing(mine),
        laying=laying(documents.c.id.in_(mine)),
        # The publication holds them from now on: what it lets go may be pruned.
        let_go=update(work).where(chosen).values(dict.fromkeys(OUTPUT_COLUMNS)),
    )
