"""The words of zhibiao as frozen values. Nothing here does I/O."""

from zhibiao.domain.documents import CleanText, Decoding, Metadata, RawDocument
from zhibiao.domain.observations import (
    Bound,
    Doubt,
    Extraction,
    Measure,
    Observation,
    Quantity,
    Rejection,
    Scope,
    Statement,
    StatementKind,
    Status,
)
from zhibiao.domain.spans import OffsetMap, Span
from zhibiao.domain.states import FAILURES, Stage, State

__all__ = [
    "FAILURES",
    "Bound",
    "CleanText",
    "Decoding",
    "Doubt",
    "Extraction",
    "Measure",
    "Metadata",
    "Observation",
    "OffsetMap",
    "Quantity",
    "RawDocument",
    "Rejection",
    "Scope",
    "Span",
    "Stage",
    "State",
    "Statement",
    "StatementKind",
    "Status",
]
