"""What an export was made of: enough to make it again, and to see that it is the same."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, FromClause, func, select

from zhibiao.domain import Stage
from zhibiao.rendering import Record, Table
from zhibiao.store.database.batches import streamed
from zhibiao.store.database.correction_tables import observation_corrections
from zhibiao.store.database.errors import InvalidSelection
from zhibiao.store.database.joins import work_of
from zhibiao.store.database.schema import of_no_place, publications, work
from zhibiao.store.outputs.publications import AsOf, documents_as_of, seconds_of
from zhibiao.store.queries.exports import ExportFilter
from zhibiao.store.work import progress

_BLOCK_BYTES = 1 << 20
_OF_PLACES: frozenset[Table] = frozenset({"panel", "coverage", "codebook"})


def parse_moment(written: str) -> AsOf:
    """`12` is as run 12 left it; `2026-01-31` the end of that day, UTC; else an ISO 8601 time.

    A time without a zone is UTC. Raises InvalidSelection.
    """
    if written.isdecimal() and len(written) < 19:
        return AsOf(run=int(written))
    try:
        if len(written) == 10:
            day = datetime.combine(date.fromisoformat(written), time(), UTC) + timedelta(days=1)
            return _at(day)
        return _at(datetime.fromisoformat(written))
    except (ValueError, OverflowError) as error:
        raise InvalidSelection(
            f"{written!r} is neither the number of a run nor a date (2026-01-31) or a time "
            "(2026-01-31T08:30:00+08:00).",
            as_of=written,
        ) from error


def _at(moment: datetime) -> AsOf:
    """Raises ValueError or OverflowError where the calendar ends: a manifest has to write it."""
    seconds = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    _instant(seconds)
    return AsOf(seconds=seconds)


def manifest(
    connection: Connection,
    table: Table,
    path: Path,
    wanted: ExportFilter,
    *,
    rows: int,
    asked: Mapping[str, Any],
    now: float,
) -> Record:
    """Of a file that was exported in the same transaction; all of it is JSON.

    `as_of` is a moment that gives the same rows again, for as long as they are kept. `inputs` is a
    digest over each document's id, file and outputs; `versions` tells of each stage how many
    documents' outputs are of which version, and what that version was made of. `unplaced`: how many
    documents a panel leaves out, see `schema.of_no_place`; 0 of tables that leave none out.
    """
    shown = documents_as_of(connection, wanted.as_of)
    chosen = (
        select(shown)
        .join(work, work_of(wanted.documents.run, shown))
        .where(*wanted.documents.clauses(shown))
        .order_by(shown.c.id)
    )
    digest = hashlib.sha256()
    documents = 0
    counts: dict[tuple[Stage, str], int] = defaultdict(int)
    for row in streamed(connection, chosen):
        documents += 1
        made = [row[f"{stage.value}_hash"] for stage in Stage]
        digest.update(repr((row["id"], row["sha256"], *made)).encode())
        for stage in Stage:
            version = row[f"{stage.value}_version"]
            if version is not None:
                counts[stage, version] += 1
    known = progress.known_inputs(connection)
    versions: dict[str, dict[str, Any]] = {stage.value: {} for stage in Stage}
    for (stage, version), count in sorted(counts.items()):
        made_of = known.get((stage, version), {})
        versions[stage.value][version] = {"documents": count, "inputs": made_of}
    return {
        "table": table,
        "file_sha256": _digest_of(path),
        "rows": rows,
        "documents": documents,
        "unplaced": _unplaced(connection, wanted, shown) if table in _OF_PLACES else 0,
        "inputs": digest.hexdigest(),
        "versions": versions,
        "as_of": _as_of(connection, wanted.as_of),
        "corrections": _corrections(connection, wanted),
        "asked": {name: value for name, value in asked.items() if value not in (None, [], False)},
        "made_at": _instant(now),
    }


def _unplaced(connection: Connection, wanted: ExportFilter, shown: FromClause) -> int:
    query = (
        select(func.count())
        .select_from(shown)
        .join(work, work_of(wanted.documents.run, shown))
        .where(*wanted.documents.clauses(shown), of_no_place(shown))
    )
    return connection.execute(query).scalar_one()


def _as_of(connection: Connection, as_of: AsOf | None) -> str | None:
    """A run or an instant; None: nothing was visible yet."""
    if as_of is not None:
        return str(as_of.run) if as_of.run is not None else _instant(as_of.seconds or 0.0)
    moments = (
        publications.c.published_at,
        observation_corrections.c.made_at,
        observation_corrections.c.ended_at,
    )
    found = [connection.execute(select(func.max(each))).scalar_one() for each in moments]
    last = max((each for each in found if each is not None), default=None)
    return None if last is None else _instant(last)


def _corrections(connection: Connection, wanted: ExportFilter) -> int:
    """How many corrections of observations, of any document, count in the file."""
    if not wanted.observations.corrections:
        return 0
    query = select(func.count()).where(observation_corrections.c.ended_at.is_(None))
    if wanted.as_of is not None:
        until = seconds_of(connection, wanted.as_of)
        query = query.where(observation_corrections.c.made_at <= until)
    return connection.execute(query).scalar_one()


def _instant(seconds: float) -> str:
    # Rounded up: what was visible at that time must be so at the time that is written down.
    microseconds = math.ceil(seconds * 1e6)
    microseconds += microseconds / 1e6 < seconds  # what the product lost
    return (
        datetime.fromtimestamp(microseconds // 10**6, UTC)
        .replace(microsecond=microseconds % 10**6)
        .isoformat(timespec="microseconds")
    )


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
