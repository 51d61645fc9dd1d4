"""The prints of one region and year as they are stored, for `zhibiao.text.prints.assign`.

A few canonical prints are loaded and compared. Of a region and year that has many, the hashes of
their sketches are kept as rows (`print_hashes`), so that those which may share text with a print
are found without looking at the others. Nearly no place has so many, and then no row is written.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    select,
    text,
)

from zhibiao.domain import Stage
from zhibiao.store.database.joins import current
from zhibiao.store.database.print_table import print_hashes
from zhibiao.store.database.schema import clean_texts, documents
from zhibiao.text.prints import FEW, RARE, Groups, GroupsInMemory, Print, hashes_of, most_shared

Place = tuple[str, int]  # region code, year

IS_CANONICAL: Final[ColumnElement[bool]] = documents.c.canonical_id == documents.c.id
IS_FURTHER: Final[ColumnElement[bool]] = documents.c.canonical_id != documents.c.id
# Of a canonical print so many hashes become rows, the smallest: half of what a sketch holds finds
# an excerpt of a twentieth of the text in 99 of 100 cases.
_HASHES_KEPT: Final = 256

# One parameter for all hashes: the statement is compiled once.
_HOLDERS = (
    "SELECT hash, document_id FROM print_hashes "
    "WHERE region_code = :code AND year = :year AND hash "
)
_HOLDERS_SQLITE = f"{_HOLDERS} IN (SELECT value FROM json_each(:wanted))"
_HOLDERS_POSTGRESQL = f"{_HOLDERS} = ANY(:wanted)"


class StoredGroups(Groups, Protocol):
    """Groups that are the store's, but for some prints that are assigned anew."""

    def finish(self) -> None:
        """Call it when all prints are assigned."""


def prints_where(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Of documents as they are current, what `as_print` needs."""
    return (
        select(documents.c.id, documents.c.partial, documents.c.region_code, documents.c.year)
        .add_columns(clean_texts.c.characters, clean_texts.c.sketch)
        .join(clean_texts, current(clean_texts, Stage.CLEAN))
        .where(*conditions)
    )


# Made once: every document takes them.
_OF_PLACE = (
    documents.c.region_code == bindparam("code"),
    documents.c.year == bindparam("year"),
)
_CANONICAL = prints_where(*_OF_PLACE, IS_CANONICAL)
_SOME_CANONICAL = _CANONICAL.limit(FEW + 1)
_CHOSEN = prints_where(documents.c.id.in_(bindparam("ids", expanding=True)))
_FURTHER = prints_where(
    documents.c.canonical_id.in_(bindparam("ids", expanding=True)), IS_FURTHER, *_OF_PLACE
)


def chosen(connection: Connection, ids: Sequence[int]) -> list[Print]:
    """Of these documents, those that have been cleaned."""
    return [as_print(row) for row in connection.execute(_CHOSEN, {"ids": ids}).all()]


def as_print(row: Row[Any]) -> Print:
    return Print(
        document=row.id,
        characters=row.characters,
        partial=row.partial,
        sketch=row.sketch or b"",
    )


def stored_groups(connection: Connection, place: Place) -> StoredGroups:
    """The groups of a place. Documents that are assigned anew are in none: loosen them before."""
    here = {"code": place[0], "year": place[1]}
    found = [as_print(row) for row in connection.execute(_SOME_CANONICAL, here)]
    return (_Few if len(found) <= FEW else _Many)(connection, place, found)


def _here(place: Place, table: Table = documents) -> tuple[ColumnElement[bool], ...]:
    return (table.c.region_code == place[0], table.c.year == place[1])


class _Few(GroupsInMemory):
    """All canonical prints of the place are loaded."""

    def __init__(self, connection: Connection, place: Place, canonical: Iterable[Print]) -> None:
        super().__init__(canonical)
        self._connection, self._place = connection, place

    def members(self, canonical: Sequence[Print], limit: int | None = None) -> Iterable[Print]:
        return _members(self._connection, self._place, canonical, limit)

    def finish(self) -> None:
        if len(self.canonical) > FEW:
            _index_anew(self._connection, self._place, self.canonical.values())


class _Many:
    """Canonical prints are found by the hashes that they share."""

    def __init__(self, connection: Connection, place: Place, _: Iterable[Print]) -> None:
        self._connection, self._place = connection, place
        self._held: dict[int, list[int]] = {}  # who holds each hash of the last print asked for
        known = select(print_hashes.c.hash).where(*_here(place, print_hashes)).limit(1)
        if connection.execute(known).first() is None:
            # Grouped before there were rows.
            here = {"code": place[0], "year": place[1]}
            rows = connection.execute(_CANONICAL, here)
            _index_anew(connection, place, map(as_print, rows))

    def members(self, canonical: Sequence[Print], limit: int | None = None) -> Iterable[Print]:
        return _members(self._connection, self._place, canonical, limit)

    def candidates(self, found: Print) -> Collection[Print]:
        self._held = self._holders(hashes_of(found))
        ids = most_shared(self._held.values())
        return chosen(self._connection, ids) if ids else []

    def open(self, canonical: Print) -> None:
        kept = hashes_of(canonical)[:_HASHES_KEPT]
        rare = [each for each in kept if len(self._held.get(each, ())) <= RARE]
        _insert(self._connection, self._place, ((each, canonical.document) for each in rare))

    def dissolve(self, canonical: Print) -> None:
        forget_hashes(self._connection, [canonical.document])

    def finish(self) -> None:
        pass

    def _holders(self, wanted: Sequence[int]) -> dict[int, list[int]]:
        code, year = self._place
        postgresql = self._connection.dialect.name == "postgresql"
        rows = self._connection.execute(
            text(_HOLDERS_POSTGRESQL if postgresql else _HOLDERS_SQLITE),
            {
                "code": code,
                "year": year,
                "wanted": wanted if postgresql else json.dumps(wanted),
            },
        )
        holders: dict[int, list[int]] = defaultdict(list)
        for each, document in rows.all():
            holders[each].append(document)
        return holders


def _members(
    connection: Connection, place: Place, canonical: Sequence[Print], limit: int | None
) -> list[Print]:
    of = {"ids": [each.document for each in canonical], "code": place[0], "year": place[1]}
    query = _FURTHER if limit is None else _FURTHER.limit(limit)
    return [as_print(row) for row in connection.execute(query, of)]


def forget_hashes(connection: Connection, ids: Sequence[int]) -> None:
    """Of documents that are not canonical any more, or whose texts have changed."""
    connection.execute(delete(print_hashes).where(print_hashes.c.document_id.in_(ids)))


def _index_anew(connection: Connection, place: Place, canonical: Iterable[Print]) -> None:
    connection.execute(delete(print_hashes).where(*_here(place, print_hashes)))
    holders: Counter[int] = Counter()
    rows: list[tuple[int, int]] = []
    for found in canonical:
        for each in hashes_of(found)[:_HASHES_KEPT]:
            holders[each] += 1
            if holders[each] <= RARE + 1:
                rows.append((each, found.document))
    _insert(connection, place, rows)


def _insert(connection: Connection, place: Place, rows: Iterable[tuple[int, int]]) -> None:
    code, year = place
    made = [
        {"region_code": code, "year": year, "hash": each, "document_id": document}
        for each, document in rows
    ]
    if made:
        connection.execute(insert(print_hashes), made)
