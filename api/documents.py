"""Documents as answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping

from api import cursors
from api.schemas.documents import DocumentDetail, DocumentPage, DocumentView
from zhibiao.domain import Stage
from zhibiao.rendering import instant
from zhibiao.store import documents
from zhibiao.store.documents import DocumentFilter

_RENAMED = {"run": "run_id", "source": "name", "canonical": "canonical_id"}


def document_page(
    connection: Connection,
    wanted: DocumentFilter,
    *,
    limit: int,
    cursor: str | None,
    newest_first: bool = False,
    count: bool = False,
) -> DocumentPage:
    """A page of documents. Raises InvalidCursor."""
    after = cursors.decode(cursor)
    rows = documents.page(
        connection, wanted, limit=limit + 1, after=after, newest_first=newest_first
    )
    more = len(rows) > limit
    found = [DocumentView(**_fields(row, DocumentView)) for row in rows[:limit]]
    return DocumentPage(
        documents=found,
        next=cursors.encode(found[-1].id) if more else None,
        total=documents.count(connection, wanted) if count else None,
    )


def document_detail(row: Mapping[str, Any]) -> DocumentDetail:
    """A row of `zhibiao.store.documents.get`."""
    versions = {stage.value: row[f"{stage.value}_version"] for stage in Stage}
    return DocumentDetail(**_fields(row, DocumentDetail, versions=versions))


def _fields(
    row: Mapping[str, Any] | RowMapping, shape: type[DocumentView], **known: object
) -> dict[str, Any]:
    found = {
        name: row[_RENAMED.get(name, name)] for name in shape.model_fields if name not in known
    }
    for name in ("created_at", "changed_at"):
        found[name] = instant(found[name])
    return found | known
