"""A table that was asked for, made as a file with what it was made of."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from api import knowledge
from api.choices import check
from api.errors import NotWritten
from api.service import Service
from zhibiao import __version__
from zhibiao.rendering import Table, TableFormat
from zhibiao.settings import Settings
from zhibiao.store.queries.exports import ExportFilter, export
from zhibiao.store.queries.manifests import manifest

_HEADER_BYTES = 6000
_STATEMENT_SECONDS = 300.0  # sorting a large table takes its time before the first row comes


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedTable:
    """A table as an address asks for it."""

    table: Table
    form: TableFormat
    wanted: ExportFilter
    asked: dict[str, Any]  # as written, for the manifest


def make_table(service: Service, chosen: AskedTable, path: Path) -> dict[str, Any]:
    """Write a table to a file; what it was made of. Raises NotWritten: the disk is full."""
    wanted = chosen.wanted
    with service.store.read(patience_seconds=_STATEMENT_SECONDS) as connection:
        check_table(connection, service.settings, chosen)
        try:
            rows = export(connection, chosen.table, chosen.form, path, wanted)
        except OSError as error:
            raise NotWritten.of(error, f"{chosen.table}.{chosen.form}") from error
        made_of = manifest(
            connection, chosen.table, path, wanted, rows=rows, asked=chosen.asked, now=time.time()
        )
    catalogue = knowledge.catalogue_of(service.settings).digest
    return {"version": __version__, "catalogue": catalogue, **made_of}


def check_table(connection: Connection, settings: Settings, chosen: AskedTable) -> None:
    """What it names must exist. Raises as `check`."""
    wanted = chosen.wanted
    reports = wanted.documents
    if wanted.as_of is not None:  # reports may have been of regions that none is of now
        reports = replace(reports, region=None, region_code=None)
    check(connection, settings, reports, indicators=wanted.observations.indicators)


def manifest_header(made_of: dict[str, Any]) -> str:
    """As ASCII; where that is long, with digests of what is long: proxies bound headers."""
    whole = json.dumps(made_of)
    if len(whole) <= _HEADER_BYTES:
        return whole
    terms = made_of["asked"].get("keyword", [])
    if len(json.dumps(terms)) > _HEADER_BYTES // 4:
        written = "\n".join(term if isinstance(term, str) else json.dumps(term) for term in terms)
        digest = hashlib.sha256(written.encode()).hexdigest()
        asked = {**made_of["asked"], "keyword": {"terms": len(terms), "sha256": digest}}
        return manifest_header({**made_of, "asked": asked})
    counts = {
        stage: {version: {"documents": found["documents"]} for version, found in versions.items()}
        for stage, versions in made_of["versions"].items()
    }
    return json.dumps({**made_of, "versions": counts})
