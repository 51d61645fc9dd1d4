"""Made-up reports, and what a store shows of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhibiao.store.outputs.publications import AsOf
from zhibiao.store.queries import documents, observations
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.exports import ExportFilter, export
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.reprocessing import diffs
from zhibiao.store.reprocessing.diffs import DiffFilter


def report(region: str = "甲市", **values: float) -> str:
    stated = "".join(f"{name} {value}\n" for name, value in values.items())
    return f"# printed by a site\nregion {region}\n{stated}"


def stated(line: Any, document: int | None = None) -> dict[tuple[int, str], str]:
    with line.store.read() as connection:
        rows = observations.page(connection, ObservationFilter(document=document), limit=1000).rows
    return {(row["document_id"], row["indicator"]): str(row["value"]) for row in rows}


def exported(line: Any, path: Path, as_of: AsOf | None = None) -> bytes:
    with line.store.read() as connection:
        export(connection, "observations", "csv", path, ExportFilter(as_of=as_of))
    return path.read_bytes()


def changes(line: Any, run: int) -> set[tuple[int, str, str]]:
    with line.store.read() as connection:
        found = list(diffs.of_run(connection, run, DiffFilter()))
    return {
        (each.document["document_id"], change.either["indicator"], change.kind)
        for each in found
        for change in each.changes
    }


def states(line: Any) -> list[str]:
    with line.store.read() as connection:
        return [row["state"] for row in documents.page(connection, DocumentFilter(), limit=100)]
