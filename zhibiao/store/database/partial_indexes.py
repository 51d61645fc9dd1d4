"""What makes SQLite take a partial index, and says nothing to PostgreSQL.

PostgreSQL sees by itself that an index fits, and which of several finds the fewest rows. It takes
two conditions on one column for independent of one another, though, and would expect a thirtieth of
the rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


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


class Unsought(FunctionElement[Any]):
    """A column that SQLite looks up in no index of its own, within a partial one's condition.

    Of alternatives it would rather take the index of each, and sort what they find.
    """

    inherit_cache = True
    name = "unsought"


@compiles(Unsought)
def _hidden(element: Unsought, compiler: Any, **options: Any) -> str:
    return f"+{_bare(element, compiler, **options)}"


@compiles(Unsought, "postgresql")
def _bare(element: Unsought, compiler: Any, **options: Any) -> str:
    (column,) = element.clauses
    return str(compiler.process(column, **options))
