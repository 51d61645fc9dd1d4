"""Corrections of observations: what is asked for becomes what is stored, and an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from api import knowledge
from api.schemas.corrections import CorrectionRequest, CorrectionView
from zhibiao.domain.corrections import CorrectionKind
from zhibiao.errors import InvalidCorrection
from zhibiao.extract.by_hand import FIELDS, stated_by_hand
from zhibiao.rendering import as_json, instant
from zhibiao.settings import Settings
from zhibiao.store.corrections import observation_corrections
from zhibiao.store.corrections.observation_corrections import Made
from zhibiao.store.queries import documents

_SHOWN = (*FIELDS, "subject", "evidence", "number_start", "number_end", "base_value", "base_unit")


def correct(
    connection: Connection,
    settings: Settings,
    document: Mapping[Any, Any],
    wanted: CorrectionRequest,
    *,
    by: str,
    now: float,
) -> int | None:
    """Make a correction; its id. None: what somebody had added was only taken back.

    `document` is a row of `observation_corrections.correctable`. Raises NotFound and
    InvalidCorrection.
    """
    adds = wanted.kind is CorrectionKind.ADDED
    if adds != (wanted.observation is None):
        raise InvalidCorrection(
            "An added one needs no `observation`: it was not found."
            if adds
            else f"`observation` is missing: which one is {wanted.kind}?",
            field="observation",
        )
    found = None
    if wanted.observation is not None:
        found = observation_corrections.observation_of(connection, document, wanted.observation)
    meant: dict[str, Any] | None = None
    if wanted.kind in (CorrectionKind.EDITED, CorrectionKind.ADDED):
        if wanted.stated is None:
            raise InvalidCorrection("`stated` is missing: what does the report state?")
        known = None
        if found is not None:
            known = {name: found[name] for name in observation_corrections.STATED}
        meant = stated_by_hand(
            wanted.stated.said(),
            found=known,
            text=documents.raw_text(connection, document["id"]),
            catalogue=knowledge.catalogue_of(settings),
        )
    elif wanted.stated is not None:
        raise InvalidCorrection(f"What is {wanted.kind} is not `stated` otherwise: edit it.")
    return observation_corrections.make(
        connection, document, wanted.kind, observation=found, meant=meant, by=by, now=now
    )


def correction_views(connection: Connection, document: Mapping[Any, Any]) -> list[CorrectionView]:
    """All of a row of documents, the newest first."""
    return [_view(made) for made in observation_corrections.of_document(connection, document)]


def _view(made: Made) -> CorrectionView:
    correction = made.correction
    found, meant = (
        None if side is None else as_json({name: side.get(name) for name in _SHOWN})
        for side in (correction.found, correction.meant)
    )
    return CorrectionView(
        id=correction.id,
        kind=correction.kind,
        found=found,
        meant=meant,
        by=made.made_by,
        at=str(instant(made.made_at)),
        in_force=made.ended_at is None,
        agrees=made.agrees,
        placed=made.placed,
        observation=made.observation,
        ended_by=made.ended_by,
        ended_at=instant(made.ended_at),
    )
