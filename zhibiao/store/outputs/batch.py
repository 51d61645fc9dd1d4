"""Outputs of several documents, written a table at a time instead of a document at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Insert, Table, insert

from zhibiao.domain import Extraction, Observation, Statement
from zhibiao.store.database.inserts import insert_into
from zhibiao.store.database.locks import keep_outputs
from zhibiao.store.database.schema import (
    clean_texts,
    extractions,
    raw_texts,
    statements,
    term_counts,
)
from zhibiao.store.outputs.bulk import insert_observations

_ROW_A_CONTENT: Final = (raw_texts, clean_texts, term_counts)  # in the order of their stages
_PLAIN_STATEMENT: Final = (
    *("indicator", "kind", "relation", "reference", "value", "unit", "measure", "status"),
    *("period_start", "period_end", "scope", "evidence"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Generation:
    """An extraction that may be new to its document."""

    row: Mapping[str, Any]  # of `extractions`
    extraction: Extraction

    @property
    def key(self) -> tuple[int, str]:
        return self.row["document_id"], self.row["hash"]


class Batch:
    """What one transaction saves. Nothing of it is written before `write`."""

    def __init__(self, connection: Connection) -> None:
        keep_outputs(connection)
        self.connection = connection
        self._rows: dict[Table, list[Mapping[str, Any]]] = defaultdict(list)
        self._generations: list[_Generation] = []

    def keep(self, table: Table, document: int, row: Mapping[str, Any]) -> None:
        """One row a content: where there is one of its document and hash, that is the same."""
        self._rows[table].append({"document_id": document, **row})

    def keep_generation(self, row: Mapping[str, Any], extraction: Extraction) -> None:
        """The same of a generation of observations: `row` is of `extractions`."""
        self._generations.append(_Generation(row=row, extraction=extraction))

    def write(self) -> None:
        """Raises DataError where the database refuses an output."""
        dialect = self.connection.dialect.name
        for table in _ROW_A_CONTENT:
            if self._rows[table]:
                self.connection.execute(_keeping(table, dialect), self._rows[table])
        self._rows.clear()
        if self._generations:
            self._write_generations(dialect)

    def _write_generations(self, dialect: str) -> None:
        begun = self.connection.execute(
            _keeping(extractions, dialect).returning(
                extractions.c.id, extractions.c.document_id, extractions.c.hash
            ),
            [each.row for each in self._generations],
        )
        ids = {(document, made): number for number, document, made in begun}
        new = [(ids[each.key], each) for each in self._generations if each.key in ids]
        self._generations = []
        insert_observations(self.connection, _found(new))
        rows = [
            _statement_row(statement, ordinal)
            | {"extraction_id": number, "document_id": each.row["document_id"]}
            for number, each in new
            for ordinal, statement in enumerate(each.extraction.statements)
        ]
        if rows:
            self.connection.execute(_NEW_STATEMENTS, rows)


def _found(
    new: Sequence[tuple[int, _Generation]],
) -> Iterator[tuple[int, int, Sequence[Observation]]]:
    for number, each in new:
        yield number, each.row["document_id"], each.extraction.observations


# Statements that every chunk takes are made once: to make one takes as long as to execute it.
_NEW_STATEMENTS = insert(statements)


@cache
def _keeping(table: Table, dialect_name: str) -> Insert:
    statement = insert_into(table, dialect_name)
    return statement.on_conflict_do_nothing(index_elements=["document_id", "hash"])


def _statement_row(statement: Statement, ordinal: int) -> dict[str, Any]:
    return {name: getattr(statement, name) for name in _PLAIN_STATEMENT} | {
        "ordinal": ordinal,
        "start": statement.span.start,
        "end": statement.span.end,
        "sentence_start": statement.sentence_span.start,
        "sentence_end": statement.sentence_span.end,
    }
