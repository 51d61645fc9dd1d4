"""Looking observations up: those of each document's current extraction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, select

from zhibiao.store.documents import DocumentFilter
from zhibiao.store.schema import documents, observations, work


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservationFilter:
    """Which observations; every field that is set narrows the choice."""

    documents: DocumentFilter = field(default_factory=DocumentFilter)
    document: int | None = None
    indicators: tuple[str, ...] = ()
    measure: str | None = None
    status: str | None = None
    scope: str | None = "region"  # None: the parts' figures too
    open_quantities: bool = False  # also those of no catalogue indicator
    period: int | None = None  # a year that the value's period ends in
    canonical: bool = True  # each report once, however many prints of it are stored

    def clauses(self) -> list[ColumnElement[bool]]:
        found = self.documents.clauses()
        if self.document is not None:
            found.append(documents.c.id == self.document)
        elif self.canonical:
            found.append(
                documents.c.canonical_id.is_(None) | (documents.c.canonical_id == documents.c.id)
            )
        if self.indicators:
            found.append(observations.c.indicator.in_(self.indicators))
        elif not self.open_quantities:
            found.append(observations.c.indicator.is_not(None))
        for name in ("measure", "status", "scope"):
            wanted = getattr(self, name)
            if wanted is not None:
                found.append(observations.c[name] == wanted)
        if self.period is not None:
            found.append(observations.c.period_end == self.period)
        return found


def query(wanted: ObservationFilter) -> Select[Any]:
    """Observations with their document's region, year, title and file name, by id."""
    chosen = select(
        observations,
        documents.c.region,
        documents.c.region_code,
        documents.c.province,
        documents.c.level,
        documents.c.year,
        documents.c.title,
        documents.c.name.label("source"),
    ).join(documents, documents.c.extraction_id == observations.c.extraction_id)
    run = wanted.documents.run
    if run is not None:
        chosen = chosen.join(work, (work.c.document_id == documents.c.id) & (work.c.run_id == run))
    else:
        chosen = chosen.join(work, work.c.id == documents.c.work_id)
    return chosen.where(*wanted.clauses()).order_by(observations.c.id)


def page(
    connection: Connection, wanted: ObservationFilter, *, limit: int, after: int = 0
) -> list[RowMapping]:
    """`limit` observations after an id."""
    chosen = query(wanted).where(observations.c.id > after).limit(limit)
    return list(connection.execute(chosen).mappings())
