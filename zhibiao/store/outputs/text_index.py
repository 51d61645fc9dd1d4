"""The full-text index: which clean texts may hold some words, so that the others are not read.

It only narrows a search: what it lets through is read, and so is every text that it does not know
yet. A text is known by its document and the hash of its content, which its document has in
`indexed_hash`. One that is cleaned anew is unknown again, and a deleted one goes with its document,
so that a search is always complete. Upkeep fills it, outside the commits of the stages.

SQLite: trigrams (`zhibiao.store.database.trigrams`), whose rowid is `text_index.id`. PostgreSQL: a
GIN index over numbers of characters and pairs of them, because its own trigrams (pg_trgm) are an
extension, and leave out Chinese characters in some locales.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    select,
    text,
    true,
    update,
)

from zhibiao.domain import Stage
from zhibiao.language.code_points import wide_code_points
from zhibiao.store.database.batches import few
from zhibiao.store.database.engine import Store
from zhibiao.store.database.index_tables import text_index
from zhibiao.store.database.inserts import insert_into
from zhibiao.store.database.joins import current
from zhibiao.store.database.schema import UNINDEXED, clean_texts, documents
from zhibiao.store.database.trigrams import BEHIND, TrigramIndex
from zhibiao.text.caseless import caseless_runs, folded

log = logging.getLogger(__name__)

# A transaction: on SQLite whoever else writes waits for it, some 10 ms a text.
_BATCH_TEXTS = 5
# Rows of SQLite's index that belong to no text any more; beyond it is made anew.
_FEWEST_STALE = 1000
_STALE_SHARE = 0.25

_TRIGRAMS = TrigramIndex(table="text_trigrams", terms="text_trigram_terms")
_ADD_TRIGRAMS = text("INSERT INTO text_trigrams (rowid, text) VALUES (:number, :text)")


def fill(
    store: Store, *, until: Callable[[], bool] = lambda: False, at_once: int = _BATCH_TEXTS
) -> int:
    """Take up the texts that the index does not know, until it knows all or `until` says so.

    `at_once`: texts a transaction; many where nobody else writes. How many it has taken up.
    """
    with store.read() as connection:
        if knows_all(connection):
            return 0
    with store.write() as connection:
        if not _ready(connection):
            log.warning("SQLite here has no FTS5 with trigrams: each search reads all texts")
            return 0
        _forget_stale(connection)
    total = last = 0
    while not until():
        with store.write() as connection:
            found = _take_up(connection, after=last, most=at_once)
        if not found:
            break
        total += len(found)
        last = found[-1]
    return total


def knows_all(connection: Connection) -> bool:
    """Whether there is no text that it does not know."""
    return connection.execute(_unknown().limit(1)).first() is None


def few_that_may_hold(
    connection: Connection, words: Iterable[str], *, most: int
) -> list[int] | None:
    """The documents whose text may hold these words, where they are no more than `most`.

    None: they are more, or nothing here tells. What it costs does not depend on how many texts
    there are.
    """
    found = _candidates(connection, [run for word in words for run in caseless_runs(word)])
    if found is None:
        return None
    numbers = few(connection, found, most=most)
    unknown = few(connection, _unknown(), most=most)
    if numbers is None or unknown is None:
        return None
    known = select(text_index.c.document_id).where(text_index.c.id.in_(numbers))
    ids = {*connection.scalars(known), *unknown}
    return sorted(ids) if len(ids) <= most else None


def may_hold(connection: Connection, words: Iterable[str]) -> ColumnElement[bool]:
    """Joins documents to those rows of `text_index` that do not rule out a text with these words.

    For an outer join of `text_index` by `of_document()`.
    """
    runs = [run for word in words for run in caseless_runs(word)]
    if runs and connection.dialect.name == "postgresql":
        # Row by row, since they are many: its index would find all of them before the first.
        return text_index.c.id.is_(None) | text_index.c.grams.contains(_numbers(runs))
    found = _candidates(connection, runs)
    return true() if found is None else text_index.c.id.is_(None) | text_index.c.id.in_(found)


def of_document() -> ColumnElement[bool]:
    """Joins the index's row of a document's current clean text."""
    return current(text_index, Stage.CLEAN)


def _candidates(connection: Connection, runs: Sequence[str]) -> Select[Any] | None:
    """The ids of texts that may hold all runs; None: any may."""
    if not runs:
        return None
    if connection.dialect.name == "postgresql":
        return select(text_index.c.id).where(text_index.c.grams.contains(_numbers(runs)))
    return _TRIGRAMS.candidates(runs) if _TRIGRAMS.is_there(connection) else None


def _numbers(runs: Sequence[str]) -> list[int]:
    return sorted({number for run in runs for number in grams(run)})


def grams(written: str) -> list[int]:
    """The characters of a folded text and each two that follow one another, as 16-bit numbers."""
    codes = wide_code_points(written)
    pairs = codes[:-1] * np.uint32(0x9E3779B1) + codes[1:] * np.uint32(0x85EBCA6B)
    mixed = np.concatenate([codes * np.uint32(0xC2B2AE35), pairs])
    numbers = (mixed ^ (mixed >> np.uint32(15))) >> np.uint32(1)
    found: list[int] = np.unique((numbers & np.uint32(0xFFFF)).astype(np.uint16)).tolist()
    return [number - 0x8000 for number in found]


def _unknown() -> Select[Any]:
    """The texts that it does not know: document and hash."""
    return select(documents.c.id, documents.c.clean_hash).where(UNINDEXED)


def _take_up(connection: Connection, *, after: int, most: int) -> list[int]:
    """Take up the texts of so many documents behind one, at most; theirs."""
    chosen = (
        _unknown()
        .add_columns(clean_texts.c.text)
        .join(clean_texts, current(clean_texts, Stage.CLEAN))
        .where(documents.c.id > after)
        .order_by(documents.c.id)
        .limit(most)
        # Whoever deletes one of them waits, and what is being deleted is left to that.
        .with_for_update(key_share=True, skip_locked=True, of=documents)
    )
    rows = connection.execute(chosen).all()
    ids = [row.id for row in rows]
    of_former = (
        text_index.c.document_id.in_(ids),
        ~select(documents.c.id).where(of_document()).exists(),
    )
    connection.execute(delete(text_index).where(*of_former))
    has_grams = connection.dialect.name == "postgresql"
    adding = (
        insert_into(text_index, connection.dialect.name)
        .on_conflict_do_nothing(index_elements=["document_id", "hash"])
        .returning(text_index.c.id)
    )
    trigrams = []
    for row in rows:
        known: dict[str, Any] = {"document_id": row.id, "hash": row.clean_hash}
        written = folded(row.text)
        if has_grams:
            known["grams"] = grams(written)
        number = connection.execute(adding.values(known)).scalar_one_or_none()
        if number is not None and not has_grams:
            whole = written.encode("utf-8", "replace").decode() + BEHIND
            trigrams.append({"number": number, "text": whole})
    if trigrams:
        # After all other rows: FTS5 writes what it has at each statement that may be undone.
        connection.execute(_ADD_TRIGRAMS, trigrams)
    connection.execute(
        update(documents).where(documents.c.id.in_(ids)).values(indexed_hash=documents.c.clean_hash)
    )
    return ids


def _ready(connection: Connection) -> bool:
    """Make SQLite's index where it is lacking; False: this library cannot."""
    if connection.dialect.name != "sqlite" or _TRIGRAMS.is_there(connection):
        return True
    return _TRIGRAMS.make(connection)


def _forget_stale(connection: Connection) -> None:
    """Make SQLite's index anew where too much of it belongs to no text any more.

    Of a text that has gone nobody knows the trigrams.
    """
    if connection.dialect.name != "sqlite":
        return
    given = connection.execute(
        text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'text_index'")
    ).scalar_one()
    known = connection.execute(select(func.count()).select_from(text_index)).scalar_one()
    if given - known <= max(_FEWEST_STALE, _STALE_SHARE * known):
        return
    connection.execute(delete(text_index))
    connection.execute(
        update(documents).where(documents.c.indexed_hash.is_not(None)).values(indexed_hash=None)
    )
    _TRIGRAMS.empty(connection)
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'text_index'")
