"""The columns of the tables of observations and of statements without a value."""

from __future__ import annotations

from collections.abc import Mapping

from zhibiao.rendering import OBSERVATION_FIELDS, STATEMENT_FIELDS, STORED_FIELDS
from zhibiao.tables.sheets import Column

_OBSERVATION_KINDS: Mapping[str, Column] = {
    **dict.fromkeys(("value", "value_high", "base_value"), "number"),
    **dict.fromkeys(("certain", "stretch"), "boolean"),
    **dict.fromkeys(
        (
            "period_start",
            "period_end",
            "year",
            "conflict",
            "start",
            "end",
            "sentence_start",
            "sentence_end",
            "number_start",
            "number_end",
            "document_id",
        ),
        "integer",
    ),
}
OBSERVATION_COLUMNS: Mapping[str, Column] = {
    name: _OBSERVATION_KINDS.get(name, "text") for name in OBSERVATION_FIELDS
}
# Of files read without a service, which gives no ids.
LOCAL_OBSERVATION_COLUMNS: Mapping[str, Column] = {
    name: kind for name, kind in OBSERVATION_COLUMNS.items() if name not in STORED_FIELDS
}

STATEMENT_COLUMNS: Mapping[str, Column] = {
    name: _OBSERVATION_KINDS.get(name, "text") for name in STATEMENT_FIELDS
}
