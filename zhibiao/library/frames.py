"""Records as DataFrames with proper types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from zhibiao.domain import Bound, Measure, Scope, Status
from zhibiao.tables import Column

# All of them know missing values: a year that is not known must not turn years into floats.
_TYPES: Mapping[Column, str] = {
    "text": "string",
    "integer": "Int64",
    "number": "Float64",
    "boolean": "boolean",
}
# Fixed ones, so that frames of several files put together keep them.
_CATEGORIES = {
    "measure": pd.CategoricalDtype([each.value for each in Measure]),
    "bound": pd.CategoricalDtype([each.value for each in Bound]),
    "status": pd.CategoricalDtype([each.value for each in Status]),
    "scope": pd.CategoricalDtype([each.value for each in Scope]),
    "level": pd.CategoricalDtype(["nation", "province", "prefecture", "county"], ordered=True),
}


def frame(records: Iterable[Mapping[str, Any]], columns: Mapping[str, Column]) -> pd.DataFrame:
    """One row a record; lists are joined by blanks. Empty columns keep their type."""
    rows = list(records)
    made = pd.DataFrame(
        {
            name: pd.Series([_cell(row.get(name)) for row in rows], dtype=_TYPES[kind])
            for name, kind in columns.items()
        }
    )
    return with_categories(made)


def with_categories(made: pd.DataFrame) -> pd.DataFrame:
    """Columns with a handful of values as categories."""
    return made.astype({name: kind for name, kind in _CATEGORIES.items() if name in made})


def _cell(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
