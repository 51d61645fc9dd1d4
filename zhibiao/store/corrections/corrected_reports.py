"""The report that a person speaks of: that of a source, in every document its bytes have become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from zhibiao.store.database.errors import NotCorrectable, NotFound
from zhibiao.store.database.schema import documents


def of_report(
    table: Table, report: Mapping[Any, Any] | ReadOnlyColumnCollection[str, Any]
) -> ColumnElement[bool]:
    """Rows of a table that are of a report: that of a row of documents, or of `documents.c`."""
    return and_(table.c.sha256 == report["sha256"], table.c.part == report["part"])


def original(connection: Connection, document: int, *, lock: bool = False) -> RowMapping:
    """A document's row. Raises NotFound, and NotCorrectable where it has the bytes of another."""
    query = select(documents).where(documents.c.id == document)
    if lock:
        query = query.with_for_update(key_share=True)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no document {document}.", document=document)
    if row["duplicate_of"] is not None:
        raise NotCorrectable(
            f"Document {document} has the bytes of document {row['duplicate_of']}: correct that.",
            document=document,
            duplicate_of=row["duplicate_of"],
        )
    return row
