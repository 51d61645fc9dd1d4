"""Several prints of one report: the same speech from two sites, an excerpt, half a newspaper page.

All are kept; `documents.canonical_id` names the most complete one, which a panel counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    bindparam,
    func,
    select,
    union,
    update,
)

from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.engine import Store
from zhibiao.store.database.locks import settle_places
from zhibiao.store.database.schema import PRINTS_DUE, documents
from zhibiao.store.outputs.print_groups import (
    IS_FURTHER,
    Place,
    chosen,
    forget_hashes,
    stored_groups,
)
from zhibiao.store.outputs.publications import rename_canonical
from zhibiao.text.prints import Print, assign

_BATCH_DOCUMENTS = 200
_TRANSACTION_DOCUMENTS = 16


def due(connection: Connection, *, limit: int, ids: Sequence[int] | None = None) -> list[int]:
    """Documents whose prints have not been settled since what is known about them changed.

    Those that have been made visible, of all or of some. It follows from what is published, so
    that whoever dies between publishing and settling leaves it to be found.
    """
    query = select(documents.c.id).where(PRINTS_DUE).order_by(documents.c.id).limit(limit)
    return list(connection.scalars(query if ids is None else query.where(documents.c.id.in_(ids))))


def settle_due(
    store: Store, *, ids: Sequence[int] | None = None, until: Callable[[], bool] = lambda: False
) -> None:
    """Settle what is due, of all documents or of some, until all is settled or `until` says so.

    Some documents in each transaction: of two that change at the same time, the later one sees
    both.
    """
    while True:
        with store.read() as connection:
            found = due(connection, limit=_BATCH_DOCUMENTS, ids=ids)
        for some in in_batches(found, _TRANSACTION_DOCUMENTS):
            if until():
                return
            with store.write() as connection:
                regroup(connection, some, now=store.now(connection))
        if len(found) < _BATCH_DOCUMENTS:
            return


def regroup(connection: Connection, ids: Sequence[int], *, now: float) -> None:
    """Settle which prints of these documents' regions and years are the same report.

    Also for the prints they were grouped with before, if their region or year has changed since.
    Call it after the documents' clean texts are committed, or in a transaction that has called
    `hold_places` before it wrote them: of two documents cleaned at the same time, the later call
    sees both.
    """
    rows = _known(connection, documents.c.id.in_(ids)) if ids else []
    if not rows:
        return  # there are none, or they have been deleted
    settle_places(connection, {*_places_of(rows), *_further_places(connection, rows)})
    left = [row.id for row in rows if row.canonical_id == row.id]
    if left:
        # What these were the canonical prints of is as loose as they are.
        rows += _known(connection, documents.c.canonical_id.in_(left), IS_FURTHER)
        rows = list({row.id: row for row in rows}.values())
        forget_hashes(connection, left)
    _loosen(connection, [row.id for row in rows if row.canonical_id is not None])
    loose: dict[Place, list[int]] = defaultdict(list)
    for row in rows:
        if None not in (row.region_code, row.year):
            loose[row.region_code, row.year].append(row.id)
    canonical_of: dict[int, int | None] = {row.id: None for row in rows}
    ids_of_places = [each for some in loose.values() for each in some]
    prints = [found for some in in_batches(ids_of_places) for found in chosen(connection, some)]
    known = {found.document: found for found in prints}
    for place in sorted(loose):
        here = [known[each] for each in loose[place] if each in known]
        canonical_of |= _assigned(connection, place, here)
    before = {row.id: row.canonical_id for row in rows}
    before |= _canonical_ids(connection, [each for each in canonical_of if each not in before])
    looked_at = {row.id: row.clean_hash for row in rows if row.id in ids}
    moved = sorted(each for each in canonical_of if canonical_of[each] != before[each])
    _keep(connection, canonical_of, looked_at)
    # A first print has no publication yet: what it comes to be linked to goes into its first one.
    if moved and not {row.id for row in rows if row.publication_id is None}.issuperset(moved):
        rename_canonical(connection, moved, now=now)


def hold_places(connection: Connection, ids: Sequence[int], places: Iterable[Place]) -> None:
    """Before any row: nobody else settles what `regroup` will, until this has ended.

    `places`: those that the documents are of from now on.
    """
    if ids:
        known = select(documents.c.id, documents.c.canonical_id).where(documents.c.id.in_(ids))
        rows = connection.execute(known).all()
        settle_places(connection, {*places, *_further_places(connection, rows)})


def _further_places(connection: Connection, rows: Iterable[Any]) -> set[Place]:
    """Of the prints that documents are grouped with."""
    canonical = {row.canonical_id for row in rows if row.canonical_id is not None}
    if not canonical:
        return set()
    place = select(documents.c.region_code, documents.c.year)
    further = place.where(documents.c.canonical_id.in_({row.id for row in rows}), IS_FURTHER)
    found = connection.execute(union(place.where(documents.c.id.in_(canonical)), further))
    return _places_of(found)


def _places_of(rows: Iterable[Any]) -> set[Place]:
    return {(row.region_code, row.year) for row in rows if None not in (row.region_code, row.year)}


def _known(connection: Connection, *conditions: ColumnElement[bool]) -> list[Row[Any]]:
    """What documents are grouped by; nobody else changes it before this transaction has ended."""
    query = select(
        *(documents.c.id, documents.c.region_code, documents.c.year),
        *(documents.c.canonical_id, documents.c.clean_hash, documents.c.publication_id),
    )
    query = query.where(*conditions).order_by(documents.c.id)
    return list(connection.execute(query.with_for_update(key_share=True)))


def _loosen(connection: Connection, ids: Sequence[int]) -> None:
    for some in in_batches(ids):
        connection.execute(
            update(documents).where(documents.c.id.in_(some)).values(canonical_id=None)
        )


def _assigned(connection: Connection, place: Place, prints: Sequence[Print]) -> dict[int, int]:
    """Of these prints, and of those that lose their canonical print to them."""
    groups = stored_groups(connection, place)
    canonical_of = assign(prints, groups)
    groups.finish()
    return canonical_of


def _canonical_ids(connection: Connection, ids: Sequence[int]) -> dict[int, int | None]:
    known = select(documents.c.id, documents.c.canonical_id)
    return {
        row.id: row.canonical_id
        for some in in_batches(ids)
        for row in connection.execute(known.where(documents.c.id.in_(some)))
    }


def _keep(
    connection: Connection,
    canonical_of: Mapping[int, int | None],
    looked_at: Mapping[int, str | None],
) -> None:
    """By document, as all who lock rows of documents do."""
    settled = func.coalesce(bindparam("looked_at", type_=String), documents.c.settled_hash)
    connection.execute(
        update(documents)
        .where(documents.c.id == bindparam("this"))
        # Of what was looked at: where it has changed meanwhile, it is due again.
        .values(canonical_id=bindparam("canonical"), settled_hash=settled),
        [
            {
                "this": document,
                "canonical": canonical_of[document],
                "looked_at": looked_at.get(document),
            }
            for document in sorted(canonical_of)
        ],
    )
