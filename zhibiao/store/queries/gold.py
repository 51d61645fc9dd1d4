"""Annotations out of what people have checked: what any version of the rules can be scored with."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from zhibiao.analysis.scoring import report_name
from zhibiao.rendering import STATED_FIELDS, Record, as_json
from zhibiao.store.corrections import metadata_corrections
from zhibiao.store.corrections.corrected_reports import of_report
from zhibiao.store.database.correction_tables import checked_reports
from zhibiao.store.database.schema import documents, observations
from zhibiao.store.queries.documents import DocumentFilter


def gold_records(connection: Connection, wanted: DocumentFilter) -> Iterator[Record]:
    """One record a checked report: `name`, `document_id`, `metadata`, `observations`.

    Observations are those that a person has confirmed, edited or added: the catalogue's indicators,
    of the region as a whole, in the order of the text. `metadata` are the corrected ones: no rule
    could find them. The same bytes count once; of two reports of one name the later has its
    document's number behind it.
    """
    # A condition on work has no place here: a report was checked, whatever becomes of it now.
    first = (
        select(func.min(documents.c.id))
        .join(checked_reports, of_report(checked_reports, documents.c))
        .where(documents.c.extraction_id.is_not(None), *wanted.clauses())
        .group_by(documents.c.sha256, documents.c.part)
    )
    rows = connection.execute(
        select(documents).where(documents.c.id.in_(first)).order_by(documents.c.id)
    ).all()
    corrected = metadata_corrections.of(connection, [row.id for row in rows])
    names: set[str] = set()
    for row in rows:
        name = report_name(row.name, row.part)
        name = f"{name}_{row.id}" if name in names else name
        names.add(name)
        yield {
            "name": name,
            "document_id": row.id,
            "metadata": corrected.get(row.id, {}),
            "observations": _stated(connection, row.extraction_id),
        }


def _stated(connection: Connection, extraction: int) -> list[Record]:
    query = (
        select(*(observations.c[field] for field in STATED_FIELDS))
        .where(
            observations.c.extraction_id == extraction,
            observations.c.corrected.is_not(None),
            observations.c.layer.is_distinct_from("overruled"),
            observations.c.indicator.is_not(None),
            observations.c.scope == "region",
        )
        .order_by(observations.c.start, observations.c.ordinal)
    )
    return [as_json(dict(row)) for row in connection.execute(query).mappings()]
