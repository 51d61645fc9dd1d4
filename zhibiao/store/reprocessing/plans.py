"""What a reprocessing would do and cost, and why, without doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    case,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from zhibiao.domain import Stage, State
from zhibiao.store.database.joins import work_of
from zhibiao.store.database.schema import IS_NOT_DONE, NOT_DONE, documents, work
from zhibiao.store.reprocessing.outdated import (
    STAGES,
    VERSIONS,
    Current,
    Selection,
    left_alone,
    ranges_beside,
)
from zhibiao.store.reprocessing.sparing import Spared
from zhibiao.store.work import progress
from zhibiao.store.work.runs import PART_VANISHED

Versions = tuple[str | None, ...]  # a document's, one a stage
_SAMPLES = 4

MISSING = "missing"  # reason: there is no output, or its input was made anew
ASKED_FOR = "asked for"  # reason: `first` demands the stage
UNKNOWN = "unknown"  # reason: nobody has noted what the stored version was made of


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
    spared: Sequence[Spared]  # left as they are: nothing that has changed is in them
    seconds_at_least: float | None  # if every output came out as it is; None: never measured
    seconds_at_most: float | None  # if everything after the first outdated stage is made anew

    @property
    def outdated(self) -> int:
        return sum(self.starts.values())


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
            for stage, version in zip(STAGES, versions, strict=True)
            if version != self.current.versions[stage] or self.selection.demands(stage)
        ]
        if not outdated:
            self.up_to_date += count
            return
        self.starts[outdated[0]] += count
        for stage in STAGES[STAGES.index(outdated[0]) :]:
            self.rest[stage] += count
        for stage in outdated:
            self.executions[stage] += count
            version = versions[STAGES.index(stage)]
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


def plan(
    connection: Connection,
    selection: Selection,
    current: Current,
    spared: Sequence[Spared] = (),
) -> Plan:
    """What `reruns.begin` would do, of what `sparing.find` has found.

    From two counts: of all documents, and of those that are not done; or from one, where their work
    is asked for anyway.
    """
    tally = _Tally(selection=selection, current=current, known=progress.known_inputs(connection))
    groups: Counter[Versions] = Counter()  # documents by their outputs' versions
    alone: Counter[str] = Counter()
    if selection.on_work:
        states = _looked_at(connection, selection)
    else:
        usual = _usual_versions(connection, current) if selection.is_of_all else None
        for row in connection.execute(_counted(selection, usual)):
            groups[tuple(row[:4])] += row.count_
        unusual = groups.total()
        if usual is not None:
            every = connection.execute(select(func.count()).select_from(documents)).scalar_one()
            groups[usual] += every - unusual
        states = _not_done(connection, selection, usual, unusual)
    for each in states:
        why = left_alone(each, selection, current)
        if why is not None:
            alone[why] += each.documents
        if selection.on_work and why is None:
            groups[each.versions] += each.documents
        elif not selection.on_work and why is not None:
            groups[each.versions] -= each.documents
    for kept in spared:
        earlier = [current.versions[stage] for stage in STAGES[:-1]]
        groups[*earlier, kept.version] -= len(kept.documents)
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
            for (stage, changed), count in sorted(tally.reasons.items(), key=_in_order)
        ],
        spared=tuple(spared),
        seconds_at_least=_cost(tally.executions, seconds) if measured else None,
        seconds_at_most=_cost(tally.rest, seconds) if measured else None,
    )


def _in_order(reason: tuple[tuple[Stage, tuple[str, ...]], int]) -> tuple[int, tuple[str, ...]]:
    (stage, changed), _ = reason
    return STAGES.index(stage), changed


def _cost(executions: Mapping[Stage, int], seconds: Mapping[Stage, float]) -> float:
    return sum(count * seconds[stage] for stage, count in executions.items())


def _usual_versions(connection: Connection, current: Current) -> Versions:
    """The versions that most documents' outputs are likely of; which it is decides costs only.

    Of documents here and there in the order of their ids: what was made together lies together.
    """
    # Apart, or SQLite would look at every document between them.
    first, last = (
        connection.execute(select(end(documents.c.id))).scalar_one() for end in (func.min, func.max)
    )
    newest = tuple(current.versions[stage] for stage in STAGES)
    if first is None:
        return newest
    at = {first + (last - first) * n // _SAMPLES for n in range(_SAMPLES + 1)}
    one = select(*VERSIONS).order_by(documents.c.id).limit(1)
    picked = [select(one.where(documents.c.id >= number).subquery()) for number in sorted(at)]
    found = Counter(tuple(row) for row in connection.execute(union_all(*picked)))
    return max(found, key=lambda versions: (found[versions], versions == newest))


def _counted(selection: Selection, usual: Versions | None) -> Select[Any] | CompoundSelect[Any]:
    """Documents by the versions of their outputs.

    Of all documents only those that are not of the usual ones, which an index finds: the others are
    many, and what is left of all.
    """
    if usual is not None:
        counted = select(*VERSIONS, func.count().label("count_")).group_by(*VERSIONS)
        return union_all(*(counted.where(*clauses) for clauses in ranges_beside(usual)))
    query = select(*VERSIONS, func.count().label("count_")).where(*selection.clauses())
    return query.group_by(*VERSIONS)


class _Alike(NamedTuple):
    """Documents that are alike."""

    versions: Versions  # of their outputs
    bare: bool  # their source was never stored
    state: str
    # Of those that such decides about (_TOLD_APART).
    stage: str | None
    error_version: str | None
    vanished: bool
    documents: int


# States of which `left_alone` asks for more than the state. What is in flight may be all there is,
# and for its state an index does.
_TOLD_APART = (State.QUARANTINED, State.CANCELLED)
_ALIKE = tuple(state for state in State if state not in (State.DONE, *_TOLD_APART))
_VANISHED = func.coalesce(work.c.error_code == PART_VANISHED, literal_column("false"))
_OF_WORK = (work.c.stage, work.c.error_version, _VANISHED)
_NOTHING: tuple[ColumnElement[Any], ...] = (null(), null(), literal_column("false"))
_OF_OUTPUTS = (*VERSIONS, documents.c.sha256.is_(None))


def _looked_at(connection: Connection, selection: Selection) -> Iterator[_Alike]:
    """All documents of a selection, in groups, done or not."""
    apart = work.c.state.in_(_TOLD_APART)
    of_work = (
        case((apart, column), else_=nothing)
        for column, nothing in zip(_OF_WORK, _NOTHING, strict=True)
    )
    told = (*_OF_OUTPUTS, work.c.state, *of_work)
    query = select(*told, func.count()).join_from(documents, work, work_of(None))
    yield from _grouped(connection, query.where(*selection.clauses()).group_by(*told))


def _not_done(
    connection: Connection, selection: Selection, usual: Versions | None, unusual: int
) -> Iterator[_Alike]:
    """The documents that are not done, in groups.

    Of all documents, where few are not of the usual versions, only those are looked at: the others
    that are not done are of the usual ones, and an index tells of their work alone.
    """
    if usual is None or unusual > _count_not_done(connection):
        yield from _groups(connection, selection.clauses())
        return
    left = Counter[tuple[Any, ...]]()
    for row in connection.execute(_counted_not_done((), ())):
        left[tuple(row[:-1])] += row[-1]
    beside = [*ranges_beside(usual)] if unusual else []
    if usual[0] is None:  # never read: some of them were never stored either
        of_usual = (
            column.is_not_distinct_from(v) for column, v in zip(VERSIONS, usual, strict=True)
        )
        beside.append((documents.c.sha256.is_(None), *of_usual))
    for within in beside:
        for group in _groups(connection, within):
            left[group[2:-1]] -= group.documents
            yield group
    for (state, stage, error_version, vanished), count in left.items():
        if count:
            yield _Alike(usual, False, state, stage, error_version, vanished, count)


def _count_not_done(connection: Connection) -> int:
    counted = select(func.count()).select_from(work).where(*IS_NOT_DONE)
    count: int = connection.execute(counted).scalar_one()
    return count


def _groups(connection: Connection, clauses: Sequence[ColumnElement[bool]]) -> Iterator[_Alike]:
    yield from _grouped(connection, _counted_not_done(_OF_OUTPUTS, clauses))


def _grouped(connection: Connection, query: Select[Any] | CompoundSelect[Any]) -> Iterator[_Alike]:
    for row in connection.execute(query):
        yield _Alike(tuple(row[: len(STAGES)]), *row[len(STAGES) :])


def _counted_not_done(
    outputs: Sequence[ColumnElement[Any]], clauses: Sequence[ColumnElement[bool]]
) -> CompoundSelect[Any]:
    """By these of the documents' outputs, and by what is asked for of their work."""
    parts = []
    for states, of_work in ((_TOLD_APART, _OF_WORK), (_ALIKE, _NOTHING)):
        parts.append(
            select(*outputs, work.c.state, *of_work, func.count())
            .join_from(work, documents, work_of(None))
            .where(NOT_DONE, work.c.state.in_(states), *clauses)
            .group_by(*outputs, work.c.state, *(of_work if of_work is _OF_WORK else ()))
        )
    return union_all(*parts)
