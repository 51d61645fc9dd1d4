"""Conditions by which SQLite sees that a partial index fits, and that say nothing new.

PostgreSQL sees it from the condition that they follow from. It takes two conditions on one column
for independent of one another, though, and would expect a thirtieth of the rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles


class NotDone(ColumnElement[bool]):
    """Beside a condition on `work.state` that no done work fulfils."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite gets "… = 1", which fits no index


@compiles(NotDone)
def _said(_element: NotDone, _compiler: Any, **_: Any) -> str:
    return "work.state != 'done'"


@compiles(NotDone, "postgresql")
def _left_out(_element: NotDone, _compiler: Any, **_: Any) -> str:
    return "true"
