"""Barren documents: those that are extracted, and in which no indicator is stated.

The fact is stored, because a page of the few that are cannot look for what the others have.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, Update, exists, update

from zhibiao.store.database.schema import documents, observations


def stated_in(shown: FromClause) -> tuple[ColumnElement[bool], ...]:
    """Observations of the catalogue's indicators, of the report's region as a whole."""
    return (
        observations.c.extraction_id == shown.c.extraction_id,
        observations.c.indicator.is_not(None),
        observations.c.scope == "region",
        observations.c.layer.is_distinct_from("overruled"),
    )


def judging_barren(chosen: ColumnElement[bool]) -> Update:
    """Stores anew of some documents whether they are barren; `chosen` is a condition on documents.

    To be executed whenever readers see another extraction, or other rows of the same one.
    """
    nothing = ~exists().where(*stated_in(documents))
    barren = documents.c.extraction_id.is_not(None) & nothing
    return (
        update(documents)
        .where(chosen, documents.c.barren != barren)
        .values(barren=~documents.c.barren)
    )
