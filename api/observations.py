"""Observations as answers."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from api import cursors
from api.schemas.observations import ObservationDetail, ObservationPage, ObservationView
from zhibiao.rendering import address_of, as_json, sendable, stored_observation
from zhibiao.store.queries import observations
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.text.surroundings import surroundings


def observation_page(
    connection: Connection,
    wanted: ObservationFilter,
    *,
    limit: int,
    cursor: str | None,
) -> ObservationPage:
    """A page of observations, each with its sentence."""
    last = cursors.decode_place(cursor)
    page = observations.page(
        connection, wanted, limit=limit + 1, after=last.after, behind=last.behind
    )
    rows = page.rows
    found = [
        observation_view(row, sentence)
        for row, sentence in observations.with_sentences(connection, rows[:limit])
    ]
    following = None
    if len(rows) > limit:
        following = cursors.encode(found[-1].id)
    elif page.behind is not None:
        following = cursors.encode(page.behind, "behind")
    return ObservationPage(observations=found, next=following)


def observation_detail(
    connection: Connection, observation: int, *, lines: int, site: str
) -> ObservationDetail:
    """One observation with what stands around its number. Raises NotFound."""
    row, text = observations.get(connection, observation)
    text = sendable(text)  # as long as it was: spans point into it
    sentence = None
    if row["sentence_start"] is not None:
        sentence = text[row["sentence_start"] : row["sentence_end"]]
    place = surroundings(text, row["number_start"], row["number_end"], lines=lines)
    return ObservationDetail(
        observation=observation_view(row, sentence),
        address=address_of(site, row),
        section=list(place.section),
        before=place.before,
        number=place.number,
        after=place.after,
    )


def observation_view(row: RowMapping, sentence: str | None) -> ObservationView:
    """A row of `observations.query` with its sentence."""
    written = None if sentence is None else sendable(sentence)
    record = as_json(stored_observation(row, written))
    overruled = bool(row["as_corrected"]) and row["layer"] == "overruled"
    return ObservationView(**record, id=row["id"], overruled=overruled)
