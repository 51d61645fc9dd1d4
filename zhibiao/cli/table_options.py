"""Which options belong to which tables: one that would do nothing is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

_PANEL = ("panel", "codebook")
_STATED = ("observations", "statements", *_PANEL, "coverage")
_TERMS = ("keywords", "concordance")

_TABLES_OF: Mapping[str, tuple[str, ...]] = {
    "long": _PANEL,
    "unit": _PANEL,
    "flagged": _PANEL,
    "labels": (*_PANEL, "coverage"),
    "expect": ("coverage",),
    "indicator": _STATED,
    "parts": ("observations", "statements"),
    "all": ("observations", "statements"),  # as `extract` calls it
    "open": ("observations",),
    "certain": ("observations", *_PANEL),
    "as-found": ("observations", *_PANEL, "coverage"),
    "keyword": _TERMS,
    "keywords": _TERMS,
    "match": _TERMS,
    "by": ("keywords",),
    "per": ("keywords",),
    "no-zeros": ("keywords",),
    "of": ("terms",),
    "top": ("terms",),
}

# Of every table; a folder of annotations has no format, and is of what people have checked now.
_NOT_OF_GOLD = ("format", "state", "background", "as-of")


def check_options(table: str, given: Mapping[str, Any]) -> None:
    """Raises typer.BadParameter for the first option that is set and is not of this table.

    `given`: options by their names, without dashes. Those that are of everything are not known.
    """
    for name, value in given.items():
        if name in _NOT_OF_GOLD:
            if value and table == "gold":
                raise typer.BadParameter("is not of gold", param_hint=f"--{name}")
            continue
        tables = _TABLES_OF[name]
        if value and table not in tables:
            *others, last = tables
            listed = f"{', '.join(others)} and {last}" if others else last
            raise typer.BadParameter(f"is of {listed}, not of {table}", param_hint=f"--{name}")
