"""Observations as answers."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from api import cursors
from api.schemas import ObservationPage, ObservationView
from zhibiao.domain import Span
from zhibiao.rendering import as_json, stored_observation
from zhibiao.store import observations
from zhibiao.store.observations import ObservationFilter
from zhibiao.text.context import sentence_around


def observation_page(
    connection: Connection,
    wanted: ObservationFilter,
    *,
    limit: int,
    cursor: str | None,
    raw_text: str | None = None,
) -> ObservationPage:
    """A page of observations; with the sentence around where all are of one text."""
    rows = observations.page(connection, wanted, limit=limit + 1, after=cursors.decode(cursor))
    more = len(rows) > limit
    found = [_view(row, raw_text) for row in rows[:limit]]
    return ObservationPage(observations=found, next=cursors.encode(found[-1].id) if more else None)


def _view(row: RowMapping, raw_text: str | None) -> ObservationView:
    record = as_json(stored_observation(row)) | {"id": row["id"]}
    if raw_text is not None:
        sentence = sentence_around(raw_text, Span(row["start"], row["end"]))
        record |= {"context": sentence.of(raw_text), "context_start": sentence.start}
    return ObservationView(**record)
