"""SQLite's indexes over trigrams: which rows may hold all of some stretches of text.

Tables of FTS5 without texts and places, whose rowid is that of what is indexed. Of a long stretch
its trigrams are asked for, of one of one or two characters the trigrams that begin with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Integer, Select, column, select, text
from sqlalchemy.exc import DatabaseError

BEHIND: Final = "  "  # to be added to what is indexed: its last characters, too, begin a trigram
_MODULE: Final = "fts5"
_ASKED: Final = 24  # trigrams of a long stretch; more of them narrow nothing
# Segments that are merged at once, of 4 by default: each trigram is written anew less often, which
# saves a fifth of the time that a report takes.
_MERGED: Final = 16
_LAST: Final = "\U0010ffff"
_ID = column("id", Integer)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrigramIndex:
    """A virtual table, and one over its terms."""

    table: str  # its column is `text`
    terms: str

    def is_there(self, connection: Connection) -> bool:
        """Whether the index is there, and this library can read it."""
        found = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM sqlite_schema WHERE name = :terms)"
                " + (SELECT count(*) FROM pragma_module_list WHERE name = :module)"
            ),
            {"terms": self.terms, "module": _MODULE},
        ).scalar_one()
        return bool(found == 2 and sqlite3.sqlite_version_info >= (3, 34))

    def make(self, connection: Connection) -> bool:
        """Make it, empty. False: this library cannot."""
        try:
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {self.table} USING {_MODULE}(text, content='', columnsize=0,"
                " detail=none, tokenize='trigram case_sensitive 1')"
            )
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {self.terms} USING fts5vocab('{self.table}', 'instance')"
            )
            connection.exec_driver_sql(
                f"INSERT INTO {self.table} ({self.table}, rank) VALUES ('automerge', {_MERGED})"
            )
        except DatabaseError:  # no such module, no such tokenizer
            return False
        return True

    def empty(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"INSERT INTO {self.table} ({self.table}) VALUES ('delete-all')")

    def candidates(self, runs: Sequence[str]) -> Select[Any]:
        """The `id` of each row that may hold all of these stretches, of which there is one."""
        trigrams = sorted({run[at : at + 3] for run in runs for at in range(len(run) - 2)})
        if trigrams:
            asked = text(f"SELECT rowid AS id FROM {self.table} WHERE {self.table} MATCH :asked")
            found = asked.bindparams(asked=" AND ".join(map(_quoted, _some(trigrams))))
        else:
            longest = max(runs, key=len)
            begins = text(
                f"SELECT doc AS id FROM {self.terms} WHERE term >= :first AND term < :last"
            )
            found = begins.bindparams(first=longest, last=longest + _LAST)
        return select(found.columns(_ID).subquery("found").c.id)


def _quoted(trigram: str) -> str:
    return '"{}"'.format(trigram.replace('"', '""'))


def _some(trigrams: Sequence[str]) -> Sequence[str]:
    return trigrams[:: len(trigrams) // _ASKED + 1]
