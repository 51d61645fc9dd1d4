"""Numbers by what they are of: those of no catalogue indicator too."""

from __future__ import annotations

import time

from sqlalchemy import Connection, RowMapping, func, select

from zhibiao.store.database.schema import documents, observations
from zhibiao.store.queries.documents import PAGE_SECONDS, DocumentFilter
from zhibiao.store.queries.observations import ObservationFilter, query

# Documents of one statement, the first one and the largest: of what many state, few are enough.
_FIRST_DOCUMENTS = 10
_BATCH_DOCUMENTS = 200  # some 30,000 observations


def search_quantities(
    connection: Connection,
    subject: str,
    wanted: DocumentFilter,
    *,
    limit: int,
    after: int = 0,
    seconds: float = PAGE_SECONDS,
) -> tuple[list[RowMapping], int | None]:
    """Observations whose subject holds all words of `subject`: rows of `observations.query`.

    Of the documents behind one, until there are `limit` of them or `seconds` have passed; then the
    document to go on after, None at the end. A document's are never parted. Subjects are compared
    without the case of Latin letters.
    """
    every = query(ObservationFilter(documents=wanted, scope=None, open_quantities=True))
    lowered = func.lower(observations.c.subject)
    for word in subject.lower().split():
        every = every.where(lowered.contains(word, autoescape=True))
    ids = select(documents.c.id).order_by(documents.c.id)
    size = min(_FIRST_DOCUMENTS, _BATCH_DOCUMENTS)
    deadline = time.monotonic() + seconds
    found: list[RowMapping] = []
    while batch := connection.scalars(ids.where(documents.c.id > after).limit(size)).all():
        last = batch[-1]
        some = every.where(documents.c.id > after, documents.c.id <= last)
        found += connection.execute(some).mappings()
        after = last
        size = min(2 * size, _BATCH_DOCUMENTS)
        if len(found) >= limit or time.monotonic() > deadline:
            return found, after
    return found, None
