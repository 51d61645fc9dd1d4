"""Which documents are outdated, why, what it would cost, and the run that brings them up to date.

Outdated is an output whose version is not the stage's current one. A reprocessing gives each
document work that starts at its first outdated stage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from zhibiao.domain import Stage, State
from zhibiao.store import progress, runs
from zhibiao.store.runs import PART_VANISHED, Priority
from zhibiao.store.schema import OUTPUT_COLUMNS, documents, work
from zhibiao.store.schema import runs as run_table

_STAGES = tuple(Stage)
_VERSIONS = tuple(documents.c[f"{stage.value}_version"] for stage in _STAGES)
# A constant in the statement, not a parameter: SQLite uses a partial index only where it can see
# that it fits.
_DONE: ColumnElement[str] = literal_column("'done'")

MISSING = "missing"  # reason: there is no output, or its input was made anew
ASKED_FOR = "asked for"  # reason: `first` demands the stage
UNKNOWN = "unknown"  # reason: nobody has noted what the stored version was made of


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
        """Does it ask how documents stand?"""
        return bool(self.run is not None or self.states or self.error_code is not None)

    def clauses(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.documents:
            found.append(documents.c.id.in_(self.documents))
        if self.run is not None:
            found.append(
                documents.c.id.in_(select(work.c.document_id).where(work.c.run_id == self.run))
            )
        if self.region_code is not None:
            found.append(documents.c.region_code.startswith(self.region_code, autoescape=True))
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
class Reason:
    """Why documents are outdated at a stage."""

    stage: Stage
    changed: tuple[str, ...]  # the inputs that are not what they were; or MISSING, ASKED_FOR …
    documents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a reprocessing would do, in documents and seconds of a worker process."""

    starts: Mapping[Stage, int]  # documents by the stage that they would start at
    executions: Mapping[Stage, int]  # of each stage, if every output came out as it is
    up_to_date: int
    left_alone: Mapping[str, int]  # by why: in flight, quarantined, duplicate, cancelled …
    reasons: Sequence[Reason]
    seconds_at_least: float | None  # if every output came out as it is; None: never measured
    seconds_at_most: float | None  # if everything after the first outdated stage is made anew

    @property
    def outdated(self) -> int:
        return sum(self.starts.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Current:
    """The stages' versions now, and what each is made of."""

    versions: Mapping[Stage, str]
    inputs: Mapping[Stage, Mapping[str, str]] = field(default_factory=dict)


@dataclass
class _Tally:
    """Adds groups of like documents up."""

    selection: Selection
    current: Current
    known: Mapping[tuple[Stage, str], Mapping[str, str]]
    starts: Counter[Stage] = field(default_factory=Counter)
    executions: Counter[Stage] = field(default_factory=Counter)
    rest: Counter[Stage] = field(default_factory=Counter)  # executions at most
    reasons: Counter[tuple[Stage, tuple[str, ...]]] = field(default_factory=Counter)
    up_to_date: int = 0

    def add(self, versions: Sequence[str | None], count: int) -> None:
        outdated = [
            stage
            for stage, version in zip(_STAGES, versions, strict=True)
            if version != self.current.versions[stage] or _demanded(stage, self.selection)
        ]
        if not outdated:
            self.up_to_date += count
            return
        self.starts[outdated[0]] += count
        for stage in _STAGES[_STAGES.index(outdated[0]) :]:
            self.rest[stage] += count
        for stage in outdated:
            self.executions[stage] += count
            version = versions[_STAGES.index(stage)]
            self.reasons[stage, self._why(stage, version)] += count

    def _why(self, stage: Stage, version: str | None) -> tuple[str, ...]:
        if version == self.current.versions[stage]:
            return (ASKED_FOR,)
        if version is None:
            return (MISSING,)
        before, now = self.known.get((stage, version)), self.current.inputs.get(stage, {})
        if before is None:
            return (UNKNOWN,)
        changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
        return tuple(sorted(changed))


def _demanded(stage: Stage, selection: Selection) -> bool:
    first = selection.first
    return first is not None and _STAGES.index(stage) >= _STAGES.index(first)


def plan(connection: Connection, selection: Selection, current: Current) -> Plan:
    """What `begin` would do, from two counts: of all documents, and of those that are not done."""
    tally = _Tally(selection=selection, current=current, known=progress.known_inputs(connection))
    groups: Counter[tuple[str | None, ...]] = Counter()  # documents by their outputs' versions
    for row in connection.execute(_counted(selection)):
        groups[tuple(row[:4])] += row.count_
    alone: Counter[str] = Counter()
    for row in connection.execute(_counted_not_done(selection)):
        why = _left_alone(row, selection, current)
        if why is not None:
            alone[why] += row.count_
        if selection.on_work and why is None:
            groups[tuple(row[:4])] += row.count_  # that count was of done ones only
        elif not selection.on_work and why is not None:
            groups[tuple(row[:4])] -= row.count_
    for versions, count in groups.items():
        if count:
            tally.add(versions, count)
    seconds = progress.seconds_a_document(connection)
    measured = all(stage in seconds for stage in tally.rest)
    return Plan(
        starts={stage: tally.starts[stage] for stage in Stage},
        executions={stage: tally.executions[stage] for stage in Stage},
        up_to_date=tally.up_to_date,
        left_alone=dict(sorted(alone.items())),
        reasons=[
            Reason(stage=stage, changed=changed, documents=count)
            for (stage, changed), count in sorted(tally.reasons.items())
        ],
        seconds_at_least=_cost(tally.executions, seconds) if measured else None,
        seconds_at_most=_cost(tally.rest, seconds) if measured else None,
    )


def _cost(executions: Mapping[Stage, int], seconds: Mapping[Stage, float]) -> float:
    return sum(count * seconds[stage] for stage, count in executions.items())


def _counted(selection: Selection) -> Select[Any]:
    """Documents by the versions of their outputs; only done ones where a join is needed anyway."""
    query = select(*_VERSIONS, func.count().label("count_")).where(*selection.clauses())
    if selection.on_work:
        query = query.join_from(documents, work, _standing()).where(work.c.state == _DONE)
    return query.group_by(*_VERSIONS)


def _standing() -> ColumnElement[bool]:
    # Both: from the work to its document by key, and only where it tells how that stands.
    return and_(documents.c.id == work.c.document_id, documents.c.work_id == work.c.id)


def _counted_not_done(selection: Selection) -> Select[Any]:
    vanished = work.c.error_code == PART_VANISHED
    details = (
        *_VERSIONS,
        work.c.state,
        work.c.stage,
        work.c.error_version,
        func.coalesce(vanished, literal_column("false")).label("vanished"),
        documents.c.sha256.is_(None).label("bare"),
    )
    return (
        select(*details, func.count().label("count_"))
        .join_from(work, documents, _standing())
        .where(work.c.state != _DONE, *selection.clauses())
        .group_by(*details)
    )


def _left_alone(row: Any, selection: Selection, current: Current) -> str | None:
    """Why a document that is not done is not reprocessed; None: it is. As in `_chosen`."""
    state = State(row.state)
    if row.vanished:
        return "vanished from its file"
    if row.bare:
        return "never stored"
    if not state.at_rest:
        return "in flight"
    if state is State.DUPLICATE:
        return "duplicate"
    if state is State.QUARANTINED and not selection.documents:
        same = row.error_version == current.versions[Stage(row.stage)]
        return "quarantined under this version" if same else None
    if state is State.CANCELLED and not selection.documents and state not in selection.states:
        return "cancelled"
    return None


def _chosen(selection: Selection, current: Current) -> ColumnElement[bool]:
    """As in `_left_alone`, as a condition on documents and the work that tells how they stand."""
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


def _current_of(stage: ColumnElement[str], current: Current) -> ColumnElement[str]:
    versions = {name.value: version for name, version in current.versions.items()}
    return case(versions, value=stage)


def _first_outdated(selection: Selection, current: Current) -> ColumnElement[str | None]:
    """The stage to start at; NULL for what is up to date."""
    outdated: list[tuple[ColumnElement[bool], str]] = []
    for stage, version in zip(_STAGES, _VERSIONS, strict=True):
        if _demanded(stage, selection):
            return case(*outdated, else_=stage.value) if outdated else literal(stage.value)
        outdated.append((version.is_distinct_from(current.versions[stage]), stage.value))
    return case(*outdated, else_=None)


def begin(
    connection: Connection,
    selection: Selection,
    current: Current,
    *,
    now: float,
    label: str = "",
    atomic: bool = False,
    options: Mapping[str, Any] | None = None,
) -> int | None:
    """Begin a run over what the selection makes of the documents; None: all is up to date."""
    priority: Priority = "reprocess"
    run = runs.create(
        connection,
        kind="reprocessing",
        priority=priority,
        label=label,
        now=now,
        atomic=atomic,
        options={**(options or {}), "from": selection.first},
    )
    if not add(connection, run, selection, current.versions, now=now):
        connection.execute(delete(run_table).where(run_table.c.id == run))
        return None
    runs.seal(connection, run, priority=priority, now=now)
    return run


def add(
    connection: Connection,
    run: int,
    selection: Selection,
    versions: Mapping[Stage, str],
    *,
    now: float,
) -> int:
    """Give the chosen documents work in a run; how many.

    A report that is to be read again is read with its whole file: work is given to the file's first
    report, and the reading gives it to the others.
    """
    current = Current(versions=versions)
    start = _first_outdated(selection, current)
    chosen = and_(_chosen(selection, current), start.is_not(None))
    further = and_(documents.c.part > 0, start == Stage.READ.value)
    _insert(connection, run, selection, and_(chosen, ~further), start, now)
    _add_files(connection, run, selection, and_(chosen, further), now)
    connection.execute(
        update(documents)
        .where(work.c.run_id == run, work.c.document_id == documents.c.id)
        .values(work_id=work.c.id)
    )
    mine = select(func.count()).select_from(work).where(work.c.run_id == run)
    return connection.execute(mine).scalar_one()


def _insert(
    connection: Connection,
    run: int,
    selection: Selection,
    chosen: ColumnElement[bool],
    start: ColumnElement[Any],
    now: float,
) -> None:
    # What is demanded counts as missing, so that the stages themselves need not know of it.
    outputs = {name: documents.c[name] for name in OUTPUT_COLUMNS} | {
        f"{stage.value}_version": literal(None, documents.c.read_version.type)
        for stage in Stage
        if _demanded(stage, selection)
    }
    values: dict[str, Any] = {
        "run_id": literal(run),
        "document_id": documents.c.id,
        "priority": literal("reprocess"),
        "state": literal(State.PENDING.value),
        "stage": start,
        "previous_id": documents.c.work_id,
        "created_at": literal(now, Float),
        "changed_at": literal(now, Float),
        **outputs,
    }
    query = select(*values.values()).join_from(documents, work, _standing()).where(chosen)
    connection.execute(insert(work).from_select(list(values), query))


def _add_files(
    connection: Connection,
    run: int,
    selection: Selection,
    chosen: ColumnElement[bool],
    now: float,
) -> None:
    """Work at the first stage for the first reports of the files that chosen reports are in."""
    files = (
        select(documents.c.run_id, documents.c.file)
        .join_from(documents, work, _standing())
        .where(chosen)
        .distinct()
        .subquery()
    )
    homes = list(
        connection.scalars(
            select(documents.c.id)
            .join(
                files, and_(files.c.run_id == documents.c.run_id, files.c.file == documents.c.file)
            )
            .where(documents.c.part == 0)
        )
    )
    for ids in _batches(homes):
        mine = and_(work.c.run_id == run, work.c.document_id.in_(ids))
        connection.execute(update(work).where(mine).values(stage=Stage.READ))
        has_work = select(work.c.document_id).where(work.c.run_id == run)
        new = and_(
            documents.c.id.in_(ids),
            documents.c.id.not_in(has_work.correlate(None)),
            work.c.state.not_in([State.PENDING, State.RUNNING]),
        )
        _insert(connection, run, selection, new, literal(Stage.READ.value), now)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), 500):
        yield ids[start : start + 500]
