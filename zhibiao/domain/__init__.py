"""The words of zhibiao as frozen values. Nothing here does I/O."""

from zhibiao.domain.documents import CleanText, Decoding, Metadata, RawDocument
from zhibiao.domain.observations import (
    Extraction,
    Observation,
    Quantity,
    Rejection,
    Statement,
    rules_part_of_year,
)
from zhibiao.domain.spans import OffsetMap, Span
from zhibiao.domain.states import FAILURES, Stage, State
from zhibiao.domain.vocabulary import Bound, Doubt, Measure, Scope, StatementKind, Status

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
    "rules_part_of_year",
]
