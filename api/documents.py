"""Documents as answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping

from api import cursors
from api.schemas.documents import (
    CheckedBy,
    DocumentDetail,
    DocumentPage,
    DocumentView,
    MetadataCorrectionView,
)
from zhibiao.domain import Stage
from zhibiao.rendering import instant
from zhibiao.store.corrections.metadata_corrections import MetadataCorrection
from zhibiao.store.database.metadata_columns import corrected_in
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter

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
    """A row of `zhibiao.store.queries.documents.get`."""
    versions = {stage.value: row[f"{stage.value}_version"] for stage in Stage}
    corrections = [_correction(each) for each in row["metadata_corrections"]]
    return DocumentDetail(
        **_fields(
            row,
            DocumentDetail,
            versions=versions,
            checked=_checked(row["checked"]),
            metadata_corrections=corrections,
        )
    )


def _checked(row: Any) -> CheckedBy | None:
    if row is None:
        return None
    return CheckedBy(by=row.checked_by, at=str(instant(row.checked_at)))


def _correction(made: MetadataCorrection) -> MetadataCorrectionView:
    return MetadataCorrectionView(
        field=made.field,
        value=made.value,
        before=made.before,
        by=made.made_by,
        at=str(instant(made.made_at)),
        in_force=made.ended_at is None,
        applied=made.applied,
        ended_by=made.ended_by,
        ended_at=instant(made.ended_at),
    )


def _fields(
    row: Mapping[str, Any] | RowMapping, shape: type[DocumentView], **known: object
) -> dict[str, Any]:
    known = {"corrected": corrected_in(row), **known}
    found = {
        name: row[_RENAMED.get(name, name)] for name in shape.model_fields if name not in known
    }
    for name in ("created_at", "changed_at"):
        found[name] = instant(found[name])
    return found | known
