"""Several prints of one report: the same speech from two sites, an excerpt, half a newspaper page.

All are kept; `documents.canonical_id` names the most complete one, which a panel counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, update

from zhibiao.domain import Stage
from zhibiao.store.documents import current
from zhibiao.store.engine import Store
from zhibiao.store.locks import settle_places
from zhibiao.store.publications import rename_canonical
from zhibiao.store.schema import clean_texts, documents
from zhibiao.text.prints import Print, group

_BATCH_DOCUMENTS = 200


def due(connection: Connection, *, limit: int, ids: Sequence[int] | None = None) -> list[int]:
    """Documents whose prints have not been settled since what is known about them changed.

    Those that have been made visible, of all or of some. It follows from what is published, so
    that whoever dies between publishing and settling leaves it to be found.
    """
    query = (
        select(documents.c.id)
        .where(
            documents.c.publication_id.is_not(None),
            documents.c.settled_hash.is_distinct_from(documents.c.clean_hash),
        )
        .order_by(documents.c.id)
        .limit(limit)
    )
    return list(connection.scalars(query if ids is None else query.where(documents.c.id.in_(ids))))


def settle_due(
    store: Store, *, ids: Sequence[int] | None = None, until: Callable[[], bool] = lambda: False
) -> None:
    """Settle what is due, of all documents or of some, until all is settled or `until` says so.

    Each document in a transaction of its own: of two that change at the same time, the later one
    sees both.
    """
    while True:
        with store.read() as connection:
            found = due(connection, limit=_BATCH_DOCUMENTS, ids=ids)
        for document in found:
            if until():
                return
            with store.write() as connection:
                regroup(connection, document, now=store.now(connection))
        if len(found) < _BATCH_DOCUMENTS:
            return


def regroup(connection: Connection, document: int, *, now: float) -> None:
    """`regroup_all` of one document."""
    regroup_all(connection, [document], now=now)


def regroup_all(connection: Connection, ids: Sequence[int], *, now: float) -> None:
    """Settle which prints of these documents' regions and years are the same report.

    Also for the prints they were grouped with before, if their region or year has changed since.
    Call it after the documents' clean texts are committed, or in a transaction that has called
    `hold_places` before it wrote them: of two documents cleaned at the same time, the later call
    sees both.
    """
    known = select(
        *(documents.c.id, documents.c.region_code, documents.c.year),
        *(documents.c.canonical_id, documents.c.clean_hash),
    ).where(documents.c.id.in_(ids))
    rows = connection.execute(known.order_by(documents.c.id)).all() if ids else []
    if not rows:
        return  # there are none, or they have been deleted
    places = {(row.region_code, row.year) for row in rows} | _former_places(connection, ids)
    whole = sorted(place for place in places if None not in place)
    settle_places(connection, whole)
    moved: list[int] = [
        row.id
        for row in rows
        if None in (row.region_code, row.year) and row.canonical_id is not None
    ]
    if moved:
        connection.execute(
            update(documents).where(documents.c.id.in_(moved)).values(canonical_id=None)
        )
    for region_code, year in whole:
        moved += _settle(connection, region_code, year)
    if moved:
        rename_canonical(connection, moved, now=now)
    # Of what was looked at: where it has changed meanwhile, it is due again.
    looked = update(documents).where(documents.c.id == bindparam("this"))
    connection.execute(
        looked.values(settled_hash=bindparam("looked_at")),
        [{"this": row.id, "looked_at": row.clean_hash} for row in rows],
    )


def hold_places(
    connection: Connection, ids: Sequence[int], places: Iterable[tuple[str, int]]
) -> None:
    """Before any row: nobody else settles what `regroup_all` will, until this has ended.

    `places`: those that the documents are of from now on.
    """
    settle_places(connection, {*places, *_former_places(connection, ids)} if ids else ())


def _former_places(connection: Connection, ids: Sequence[int]) -> set[tuple[str, int]]:
    """Of the prints that documents are grouped with."""
    canonical = documents.alias()
    query = (
        select(canonical.c.region_code, canonical.c.year)
        .join(documents, documents.c.canonical_id == canonical.c.id)
        .where(documents.c.id.in_(ids))
        .distinct()
    )
    found = connection.execute(query)
    return {(row.region_code, row.year) for row in found if None not in (row.region_code, row.year)}


def _settle(connection: Connection, region_code: str, year: int) -> list[int]:
    """The documents whose canonical print has changed."""
    query = (
        select(
            documents.c.id,
            documents.c.partial,
            documents.c.canonical_id,
            clean_texts.c.characters,
            clean_texts.c.sketch,
        )
        .join(clean_texts, current(clean_texts, Stage.CLEAN))
        .where(documents.c.region_code == region_code, documents.c.year == year)
    )
    rows = connection.execute(query).all()
    known = {row.id: row.canonical_id for row in rows}
    prints = [
        Print(
            document=row.id,
            characters=row.characters,
            partial=row.partial,
            sketch=row.sketch or b"",
        )
        for row in rows
    ]
    settled = {
        found.document: members[0].document for members in group(prints) for found in members
    }
    moved = [document for document in sorted(settled) if known[document] != settled[document]]
    for document in moved:
        connection.execute(
            update(documents)
            .where(documents.c.id == document)
            .values(canonical_id=settled[document])
        )
    return moved
