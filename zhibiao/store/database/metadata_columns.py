"""Metadata as columns: documents and clean texts hold the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import RowMapping

from zhibiao.domain import Metadata
from zhibiao.metadata.corrected import corrected_fields
from zhibiao.store.database.schema import METADATA_COLUMNS

_PLAIN = tuple(name for name in METADATA_COLUMNS if name not in ("delivered_on", "metadata_notes"))


def described(metadata: Metadata) -> dict[str, Any]:
    """The columns of documents and clean texts that hold metadata."""
    delivered_on = metadata.delivered_on
    return {
        **{name: getattr(metadata, name) for name in _PLAIN},
        "delivered_on": None if delivered_on is None else delivered_on.isoformat(),
        "metadata_notes": {
            "decided_by": dict(metadata.decided_by),
            "candidates": list(metadata.candidates),
        },
    }


def as_metadata(row: RowMapping | Mapping[str, Any]) -> Metadata:
    """Of a row of documents or clean texts."""
    notes = row["metadata_notes"] or {}
    return Metadata(
        **{name: row[name] for name in _PLAIN},
        delivered_on=None
        if row["delivered_on"] is None
        else date.fromisoformat(row["delivered_on"]),
        candidates=tuple(notes.get("candidates", ())),
        decided_by=notes.get("decided_by", {}),
    )


def corrected_in(row: Mapping[Any, Any]) -> list[str]:
    """The fields that a person decided, of a row of documents."""
    return corrected_fields((row["metadata_notes"] or {}).get("decided_by", {}))
