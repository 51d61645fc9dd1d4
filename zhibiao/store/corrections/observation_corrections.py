"""What people say of observations: kept apart, and laid over whatever a version finds.

A correction is of the report of a source, and outlives every extraction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from zhibiao.domain.corrections import Correction, CorrectionKind, Overlay, overlay
from zhibiao.domain.difference import Stated
from zhibiao.store.corrections.corrected_reports import of_report, original
from zhibiao.store.corrections.correction_layer import (
    IN_FORCE,
    as_correction,
    as_json,
    extracted,
    from_json,
    lay_over,
)
from zhibiao.store.database.correction_tables import observation_corrections
from zhibiao.store.database.errors import NotCorrectable, NotFound
from zhibiao.store.database.schema import documents, observations

# The columns of an observation that say what is stated, and where.
STATED = tuple(
    column.name
    for column in observations.c
    if column.name
    not in ("id", "extraction_id", "document_id", "ordinal", "correction_id", "corrected", "layer")
)
# What the extraction thinks of an observation, and a person's word settles.
_SETTLED: Mapping[str, Any] = {
    "flags": [],
    "conflict": None,
    "certain": True,
    "doubts": [],
    "rule": "corrected",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A correction, and what the current version has to say of it."""

    correction: Correction
    made_by: str
    made_at: float
    ended_by: str | None
    ended_at: float | None
    agrees: bool | None  # None: it has ended
    observation: int | None  # the row that readers see of it; None: it says that there is none
    placed: bool  # False: what it states stands nowhere in the text as it is read now


def of_document(connection: Connection, row: Mapping[Any, Any]) -> list[Made]:
    """All corrections of a row of documents, the newest first."""
    rows = connection.execute(
        select(observation_corrections)
        .where(of_report(observation_corrections, row))
        .order_by(observation_corrections.c.id.desc())
    ).mappings()
    made = [(each, as_correction(each, row["read_hash"])) for each in rows]
    stated = extracted(connection, row["extraction_id"])
    laid = overlay(stated, [correction for each, correction in made if each["ended_at"] is None])
    shown = {
        each.correction_id: each.id
        for each in connection.execute(
            select(observations.c.id, observations.c.correction_id).where(
                observations.c.extraction_id == row["extraction_id"],
                observations.c.correction_id.is_not(None),
                observations.c.layer.is_distinct_from("overruled"),
            )
        )
    }
    return [
        Made(
            correction=correction,
            made_by=each["made_by"],
            made_at=each["made_at"],
            ended_by=each["ended_by"],
            ended_at=each["ended_at"],
            agrees=None if each["ended_at"] is not None else correction.id in laid.agreeing,
            observation=shown.get(correction.id),
            placed=correction.meant is None
            or each["ended_at"] is not None
            or correction.id in shown,
        )
        for each, correction in made
    ]


def agreement(
    made: Sequence[RowMapping], read_hash: str | None, stated: Sequence[Stated]
) -> tuple[Overlay, dict[int, CorrectionKind]]:
    """Corrections (of `in_force_of`) over any generation of their document's observations.

    And their kinds, by id. `read_hash` is of the raw text that the generation was made of.
    """
    corrections = [as_correction(each, read_hash) for each in made]
    return overlay(stated, corrections), {each.id: each.kind for each in corrections}


def make(
    connection: Connection,
    document: Mapping[Any, Any],
    kind: CorrectionKind,
    *,
    observation: RowMapping | None,
    meant: Mapping[str, Any] | None,
    by: str,
    now: float,
) -> int | None:
    """Correct one observation, or add one; the correction's id.

    `observation`: the row that is spoken of, of the document's current extraction; None: one is
    added. `meant`: the columns STATED of what is stated, of edited and added ones. None: a
    correction was only taken back, since nothing else was there.
    """
    found: Mapping[str, Any] | None = None
    if observation is not None:
        earlier = observation["correction_id"]
        if earlier is not None and kind is CorrectionKind.RIGHT and _holds(observation):
            return int(earlier)  # somebody has said so
        found = {name: observation[name] for name in STATED}
        if observation["layer"] == "inserted":
            found = _made_of(connection, earlier)
        if earlier is not None:
            _end(connection, [earlier], by, now)
        if found is None and meant is None:  # what was added is wrong: nothing is left to say
            lay_over(connection, of_report(documents, document))
            return None
        if found is None:
            kind = CorrectionKind.ADDED
    if kind is CorrectionKind.RIGHT:
        meant = found
    values = _values(document, kind, found, meant, by, now)
    made = connection.execute(
        insert(observation_corrections).values(values).returning(observation_corrections.c.id)
    ).scalar_one()
    lay_over(connection, of_report(documents, document))
    return int(made)


def _values(
    document: Mapping[Any, Any],
    kind: CorrectionKind,
    found: Mapping[Any, Any] | None,
    meant: Mapping[Any, Any] | None,
    by: str,
    now: float,
) -> dict[str, Any]:
    return {
        "sha256": document["sha256"],
        "part": document["part"],
        "kind": kind.value,
        "found": as_json(found),
        "meant": as_json(None if meant is None else {**meant, **_SETTLED}),
        "read_hash": document["read_hash"],
        "made_by": by,
        "made_at": now,
    }


def _holds(observation: RowMapping) -> bool:
    return bool(observation["layer"] != "overruled")


def _made_of(connection: Connection, correction: int) -> Mapping[str, Any] | None:
    """The observation that a correction was made of; None where nothing had been found."""
    return from_json(
        connection.execute(
            select(observation_corrections.c.found).where(
                observation_corrections.c.id == correction
            )
        ).scalar_one()
    )


def end(
    connection: Connection, document: Mapping[Any, Any], correction: int, *, by: str, now: float
) -> None:
    """Take a correction back. Raises NotFound."""
    known = connection.execute(
        select(observation_corrections.c.id).where(
            observation_corrections.c.id == correction,
            of_report(observation_corrections, document),
            IN_FORCE,
        )
    ).scalar_one_or_none()
    if known is None:
        raise NotFound(
            f"Document {document['id']} has no correction {correction} in force.",
            document=document["id"],
            correction=correction,
        )
    _end(connection, [correction], by, now)
    lay_over(connection, of_report(documents, document))


def _end(connection: Connection, ids: Sequence[int], by: str, now: float) -> None:
    connection.execute(
        update(observation_corrections)
        .where(observation_corrections.c.id.in_(ids), IN_FORCE)
        .values(ended_by=by, ended_at=now)
    )


def confirm_all(connection: Connection, document: Mapping[Any, Any], *, by: str, now: float) -> int:
    """Confirm what readers see of the catalogue's indicators and the region; how many.

    Those that a person has spoken of already are left as they are.
    """
    rows = connection.execute(
        select(*(observations.c[name] for name in STATED)).where(
            observations.c.extraction_id == document["extraction_id"],
            observations.c.indicator.is_not(None),
            observations.c.scope == "region",
            observations.c.correction_id.is_(None),
        )
    ).mappings()
    values = [_values(document, CorrectionKind.RIGHT, row, row, by, now) for row in rows]
    if values:
        connection.execute(insert(observation_corrections), values)
        lay_over(connection, of_report(documents, document))
    return len(values)


def correctable(connection: Connection, document: int) -> RowMapping:
    """A document's row, locked. Raises NotFound and NotCorrectable."""
    row = original(connection, document, lock=True)
    if row["extraction_id"] is None or row["sha256"] is None:
        raise NotCorrectable(
            f"Document {document} has not been extracted yet: there is nothing to correct.",
            document=document,
        )
    return row


def observation_of(connection: Connection, document: Mapping[Any, Any], wanted: int) -> RowMapping:
    """One row of a document's current extraction. Raises NotFound."""
    row = (
        connection.execute(
            select(observations).where(
                observations.c.id == wanted,
                observations.c.extraction_id == document["extraction_id"],
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound(
            f"Document {document['id']} has no observation {wanted} now: load it again.",
            document=document["id"],
            observation=wanted,
        )
    return row
