"""The panel, its codebook, its coverage and notes on it as sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zhibiao.analysis.coverage import COVERAGE_COLUMNS, by_report
from zhibiao.analysis.labels import Language, key_label
from zhibiao.analysis.names import CODEBOOK_COLUMNS, WideColumn, codebook
from zhibiao.analysis.panel import LONG_COLUMNS, PANEL_KEYS, PanelRules, long_rows, wide_table
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.tables.notes import NOTES
from zhibiao.tables.sheets import Column, Sheet

_KINDS: Mapping[str, Column] = {
    **dict.fromkeys(
        ("value", "value_high", "stretch", "yuan", "outturn", "gap", "above_target", "over_above",
         "value_stated"),
        "number",
    ),
    **dict.fromkeys(
        ("year", "competing", "start", "end", "document_id", "observation", "outturn_year"),
        "integer",
    ),
    **dict.fromkeys(("certain", "headline"), "boolean"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a table is headed."""

    labels: Language | None = None  # headings for people; None: the columns' ids

    @property
    def language(self) -> Language:
        """Of labels beside the names, which Stata and parquet have room for."""
        return self.labels if self.labels is not None else "zh"

    @property
    def prose(self) -> Language:
        """Of notes and rules."""
        return self.labels if self.labels is not None else "en"


def _kind(name: str) -> Column:
    return _KINDS.get(name, "text")


def _keyed(
    title: str, names: Iterable[str], records: Iterable[Mapping[str, Any]], look: Look
) -> Sheet:
    """A sheet of columns that are no indicator's."""
    kinds = {name: _kind(name) for name in names}
    return Sheet(
        title=title,
        columns=kinds,
        records=(dict(record) for record in records),
        labels={name: key_label(name, look.language) for name in kinds},
        headed_by_labels=look.labels is not None,
        links=frozenset(("address",)),
    )


def coverage_sheet(records: Iterable[Mapping[str, Any]], look: Look) -> Sheet:
    """The coverage grid."""
    return _keyed("coverage", COVERAGE_COLUMNS, records, look)


def _notes_sheet(look: Look) -> Sheet:
    """What a reader of the panel has to know."""
    return _keyed("notes", ("note",), ({"note": note} for note in NOTES[look.prose]), look)


@contextmanager
def panel_sheets(
    regions: Iterable[Sequence[Mapping[str, Any]]],
    coverage: Iterable[Mapping[str, Any]],
    rules: PanelRules,
    look: Look,
    *,
    long: bool,
    folder: Path,
) -> Iterator[list[Sheet]]:
    """The panel, its codebook, its coverage and notes; to be written inside the context.

    The rows of a wide one wait in `folder`, in a file without a name.
    """
    rest = [coverage_sheet(by_report(coverage), look), _notes_sheet(look)]
    if long:
        columns: dict[str, WideColumn | None] = dict.fromkeys(LONG_COLUMNS)
        panel = _keyed("panel", LONG_COLUMNS, long_rows(regions, rules), look)
        yield [panel, _codebook(columns, rules.catalogue, look), *rest]
        return
    with wide_table(regions, rules, folder=folder) as (columns, rows):
        panel = _wide(columns, rows, rules.catalogue, look)
        yield [panel, _codebook(columns, rules.catalogue, look), *rest]


def _wide(
    columns: Mapping[str, WideColumn | None],
    rows: Iterable[Mapping[str, Any]],
    catalogue: Catalogue,
    look: Look,
) -> Sheet:
    keys = _keyed("panel", PANEL_KEYS, rows, look)
    values = {name: column for name, column in columns.items() if column is not None}
    kinds: dict[str, Column] = dict.fromkeys(values, "number")
    labels = {name: column.label(catalogue, look.language) for name, column in values.items()}
    return replace(
        keys,
        columns={**keys.columns, **kinds},
        labels={**keys.labels, **labels},
        kept_in_sight=len(PANEL_KEYS),
    )


def _codebook(columns: Mapping[str, WideColumn | None], catalogue: Catalogue, look: Look) -> Sheet:
    rows = codebook(columns, catalogue, look.prose)
    return _keyed("codebook", CODEBOOK_COLUMNS, rows, look)
