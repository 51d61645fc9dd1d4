"""How tables belong together: conditions that join documents to their work and their outputs.

`shown`, where a function takes it, is the documents as readers see them: the table itself, or the
same columns as of an earlier time (`zhibiao.store.outputs.publications.documents_as_of`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, func, true

from zhibiao.domain import Stage
from zhibiao.store.database.schema import documents, work

_CODE_DIGITS = 6


def work_of(
    run: int | None, shown: FromClause = documents, *, documents_first: bool = False
) -> ColumnElement[bool]:
    """Joins documents to their work in a run, or to their latest, which has their state now.

    `documents_first`: a run's work is looked up for the documents, which are found by themselves.
    """
    if run is None:  # one column only: PostgreSQL takes two for a join that hardly any row fits
        return work.c.id == shown.c.work_id
    # No index finds a document by an expression of its id.
    document = shown.c.id + 0 if documents_first else shown.c.id
    return (work.c.document_id == document) & (work.c.run_id == run)


def current(table: Table, stage: Stage, shown: FromClause = documents) -> ColumnElement[bool]:
    """Joins the outputs of a stage to the documents that have them now, or had them then."""
    return (table.c.document_id == shown.c.id) & (table.c.hash == shown.c[f"{stage.value}_hash"])


def counted(shown: FromClause = documents) -> ColumnElement[bool]:
    """Each report once, however many prints of it are stored."""
    # Of an equation PostgreSQL would expect that one row of two hundred fulfils it.
    return func.coalesce(shown.c.canonical_id == shown.c.id, true())


def of_regions(
    shown: FromClause = documents, codes: Collection[str] | None = None
) -> ColumnElement[bool]:
    """Reports whose region is known; `codes`: of these regions only."""
    known = shown.c.region_code.is_not(None)
    return known if codes is None else known & shown.c.region_code.in_(codes)


def within(region_codes: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    """Region codes that begin with these digits: a stretch of an index, which LIKE is not."""
    return region_codes.between(code.ljust(_CODE_DIGITS, "0"), code.ljust(_CODE_DIGITS, "9"))
