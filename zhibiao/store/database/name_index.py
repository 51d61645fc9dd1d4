"""The index of file names: which documents' names may hold a stretch of text.

It knows every name from when its row is there until it goes, because triggers of the database keep
it: a name never changes. It only narrows: what it lets through is compared.

SQLite: trigrams of names with the letters of ASCII folded. PostgreSQL: a table of each name's
characters and pairs of them, with a GIN index.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, text

from zhibiao.store.database.batches import few
from zhibiao.store.database.index_tables import name_index
from zhibiao.store.database.trigrams import BEHIND, TrigramIndex
from zhibiao.text.caseless import caseless_runs

_TRIGRAMS = TrigramIndex(table="name_trigrams", terms="name_trigram_terms")
_TRIGGERS = ("name_trigrams_of_new", "name_trigrams_of_gone")
_INDEXED = f"lower({{row}}name) || '{BEHIND}'"
_MAKE_TRIGGERS = (
    f"CREATE TRIGGER {_TRIGGERS[0]} AFTER INSERT ON documents BEGIN"
    f" INSERT INTO name_trigrams (rowid, text) VALUES (new.id, {_INDEXED.format(row='new.')}); END",
    f"CREATE TRIGGER {_TRIGGERS[1]} AFTER DELETE ON documents BEGIN"
    " INSERT INTO name_trigrams (name_trigrams, rowid, text)"
    f" VALUES ('delete', old.id, {_INDEXED.format(row='old.')}); END",
)
_ALL_NAMES = (
    f"INSERT INTO name_trigrams (rowid, text) SELECT id, {_INDEXED.format(row='')} FROM documents"
)


def prepare(connection: Connection) -> None:
    """Make SQLite's index where it is lacking, in whole or in part. PostgreSQL's is migrated.

    A table that is made anew loses its triggers. Where this library cannot read the index, nothing
    may keep it: names are compared one by one then.
    """
    if connection.dialect.name != "sqlite" or _is_kept(connection):
        return
    for trigger in _TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
    if _TRIGRAMS.is_there(connection):
        _TRIGRAMS.empty(connection)
    elif not _TRIGRAMS.make(connection):
        return
    connection.exec_driver_sql(_ALL_NAMES)
    for statement in _MAKE_TRIGGERS:
        connection.exec_driver_sql(statement)


def few_that_may_hold(connection: Connection, part: str, *, most: int) -> list[int] | None:
    """The documents whose name may hold this, where they are no more than `most`.

    None: they are more, or nothing here tells. What it costs does not depend on how many documents
    there are.
    """
    if not part:
        return None
    if connection.dialect.name == "postgresql":
        pairs = {part[at : at + 2] for at in range(max(len(part) - 1, 1))}
        found = select(name_index.c.document_id).where(name_index.c.grams.contains(sorted(pairs)))
    else:
        runs = list(caseless_runs(part))
        if not runs or not _is_kept(connection):
            return None
        found = _TRIGRAMS.candidates(runs)
    return few(connection, found, most=most)


def _is_kept(connection: Connection) -> bool:
    kept = connection.execute(
        text("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name IN (:a, :b)"),
        {"a": _TRIGGERS[0], "b": _TRIGGERS[1]},
    ).scalar_one()
    return kept == len(_TRIGGERS) and _TRIGRAMS.is_there(connection)
