"""Which documents a reprocessing takes up, and at which stage: one answer for its plan and its run.

Outdated is an output whose version is not the stage's current one. A reprocessing gives each
document work that starts at its first outdated stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_, select

from zhibiao.domain import Stage, State
from zhibiao.store.database.joins import within
from zhibiao.store.database.schema import documents, work
from zhibiao.store.work.runs import PART_VANISHED

STAGES = tuple(Stage)
VERSIONS = tuple(documents.c[f"{stage.value}_version"] for stage in STAGES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which documents; every field that is set narrows the choice."""

    documents: tuple[int, ...] = ()
    run: int | None = None  # that had work in this run
    region_code: str | None = None  # a code, or the first digits of one
    year_from: int | None = None
    year_to: int | None = None
    states: tuple[State, ...] = ()
    error_code: str | None = None
    name_contains: str | None = None
    first: Stage | None = None  # execute this stage and all after it, outdated or not

    @property
    def on_work(self) -> bool:
        """Does it ask for states of documents?"""
        return bool(self.run is not None or self.states or self.error_code is not None)

    @property
    def is_of_all(self) -> bool:
        """Does it choose no document from the others?"""
        return not self.clauses()

    def demands(self, stage: Stage) -> bool:
        """Is the stage to be executed whatever its output's version is?"""
        return self.first is not None and STAGES.index(stage) >= STAGES.index(self.first)

    def clauses(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.documents:
            found.append(documents.c.id.in_(self.documents))
        if self.run is not None:
            found.append(
                documents.c.id.in_(select(work.c.document_id).where(work.c.run_id == self.run))
            )
        if self.region_code is not None:
            found.append(within(documents.c.region_code, self.region_code))
        if self.year_from is not None:
            found.append(documents.c.year >= self.year_from)
        if self.year_to is not None:
            found.append(documents.c.year <= self.year_to)
        if self.states:
            found.append(work.c.state.in_(self.states))
        if self.error_code is not None:
            found.append(work.c.error_code == self.error_code)
        if self.name_contains is not None:
            found.append(documents.c.name.contains(self.name_contains, autoescape=True))
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Current:
    """The stages' versions now, and what each is made of."""

    versions: Mapping[Stage, str]
    inputs: Mapping[Stage, Mapping[str, str]] = field(default_factory=dict)
    catalogues: Mapping[str, str] = field(default_factory=dict)  # files by digest


class LeftAlone(StrEnum):
    """Why a document is not reprocessed, whatever is outdated."""

    VANISHED = "vanished from its file"
    NEVER_STORED = "never stored"
    IN_FLIGHT = "in flight"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined under this version"
    CANCELLED = "cancelled"


def left_alone(row: Any, selection: Selection, current: Current) -> LeftAlone | None:
    """Why a document that is not done is not reprocessed; None: it is. As in `selected`."""
    state = State(row.state)
    if row.vanished:
        return LeftAlone.VANISHED
    if row.bare:
        return LeftAlone.NEVER_STORED
    if not state.at_rest:
        return LeftAlone.IN_FLIGHT
    if state is State.DUPLICATE:
        return LeftAlone.DUPLICATE
    if state is State.QUARANTINED and not selection.documents:
        same = row.error_version == current.versions[Stage(row.stage)]
        return LeftAlone.QUARANTINED if same else None
    if state is State.CANCELLED and not selection.documents and state not in selection.states:
        return LeftAlone.CANCELLED
    return None


def selected(selection: Selection, current: Current) -> ColumnElement[bool]:
    """As in `left_alone`, as a condition on documents and their latest work."""
    allowed: list[ColumnElement[bool]] = [work.c.state.in_([State.DONE, State.FAILED])]
    if selection.documents:
        allowed.append(work.c.state.in_([State.QUARANTINED, State.CANCELLED]))
    else:
        allowed.append(
            and_(
                work.c.state == State.QUARANTINED,
                work.c.error_version.is_distinct_from(_current_of(work.c.stage, current)),
            )
        )
        if State.CANCELLED in selection.states:
            allowed.append(work.c.state == State.CANCELLED)
    return and_(
        documents.c.sha256.is_not(None),
        work.c.error_code.is_distinct_from(PART_VANISHED),
        or_(*allowed),
        *selection.clauses(),
    )


def ranges_beside(versions: Sequence[str | None]) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """Where documents of other versions are in the index of versions: each in one of them."""
    alike: tuple[ColumnElement[bool], ...] = ()
    for column, version in zip(VERSIONS, versions, strict=True):
        if version is None:
            yield *alike, column.is_not(None)
            alike = (*alike, column.is_(None))
        else:
            for other in (column.is_(None), column < version, column > version):
                yield *alike, other
            alike = (*alike, column == version)


def _current_of(stage: ColumnElement[str], current: Current) -> ColumnElement[str]:
    versions = {name.value: version for name, version in current.versions.items()}
    return case(versions, value=stage)


def first_outdated(selection: Selection, current: Current) -> ColumnElement[str | None]:
    """The stage to start at; NULL for what is up to date."""
    outdated: list[tuple[ColumnElement[bool], str]] = []
    for stage, version in zip(STAGES, VERSIONS, strict=True):
        if selection.demands(stage):
            return case(*outdated, else_=stage.value) if outdated else literal(stage.value)
        outdated.append((version.is_distinct_from(current.versions[stage]), stage.value))
    return case(*outdated, else_=None)
