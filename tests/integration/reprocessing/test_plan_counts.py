"""A plan counts right whatever has been done before: as if it had looked at each document."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest
from catalogue_reports import ALIAS, TEA, Reports, report
from sqlalchemy import select

from zhibiao.domain import Stage, State
from zhibiao.errors import ReadError, ZhibiaoError
from zhibiao.store import Store
from zhibiao.store.database.schema import documents, work
from zhibiao.store.outputs import publications
from zhibiao.store.reprocessing import corrected_metadata
from zhibiao.store.reprocessing.outdated import STAGES, Selection
from zhibiao.store.reprocessing.plans import Plan
from zhibiao.store.work import control, runs, submissions
from zhibiao.store.work.runs import PART_VANISHED


def check(line: Reports, run: int | None = None) -> Plan:
    """The plan, of a run's documents or of all, which has to count as a look at each does."""
    plan = line.plan(Selection(run=run))
    spared = {document for each in plan.spared for document in each.documents}
    starts: Counter[Stage] = Counter()
    executions: Counter[Stage] = Counter()
    left_alone: Counter[str] = Counter()
    up_to_date = 0
    versions = line.current.versions
    of_latest = documents.join(work, work.c.id == documents.c.work_id)
    with line.store.read() as connection:
        found = connection.execute(select(documents, work).select_from(of_latest)).all()
        of_run = {*connection.scalars(select(work.c.document_id).where(work.c.run_id == run))}
    for row in found:
        known = row._mapping
        if run is not None and known[documents.c.id] not in of_run:
            continue
        outdated = [s for s in STAGES if known[documents.c[f"{s}_version"]] != versions[s]]
        why = _left_alone(known, versions)
        if why is not None:
            left_alone[why] += 1
        elif known[documents.c.id] in spared:
            assert outdated == [Stage.EXTRACT]
        elif outdated:
            starts[outdated[0]] += 1
            executions.update(outdated)
        else:
            up_to_date += 1
    assert plan.left_alone == left_alone
    assert plan.starts == {stage: starts[stage] for stage in Stage}
    assert plan.executions == {stage: executions[stage] for stage in Stage}
    assert plan.up_to_date == up_to_date
    told = [reason.stage for reason in plan.reasons]
    assert told == sorted(told, key=STAGES.index)
    return plan


def _left_alone(known: dict, versions: dict[Stage, str]) -> str | None:
    state = known[work.c.state]
    if known[work.c.error_code] == PART_VANISHED:
        return "vanished from its file"
    if known[documents.c.sha256] is None:
        return "never stored"
    if state in (State.PENDING, State.RUNNING):
        return "in flight"
    if state in (State.DUPLICATE, State.CANCELLED):
        return str(state)
    stage = Stage(known[work.c.stage])
    if state == State.QUARANTINED and known[work.c.error_version] == versions[stage]:
        return "quarantined under this version"
    return None


class Walk:
    """What people and workers do, one after the other."""

    def __init__(self, line: Reports, seed: int) -> None:
        self.line = line
        self.random = random.Random(seed)
        self.texts = 0
        line.broken = frozenset({"3.txt"})

    def step(self) -> None:
        deeds: tuple[tuple[int, Callable[[], object]], ...] = (
            (2, self.submit),
            (1, self.submit_nothing),
            (3, lambda: self.line.work(most=self.random.randint(1, 12))),
            (3, self.line.work),
            (2, self.change_catalogue),
            (2, self.change_code),
            (1, self.break_some),
            (3, self.reprocess),
            (1, self.roll_back),
            (1, self.cancel),
            (1, self.retry),
            (1, self.correct),
        )
        weights, doing = zip(*deeds, strict=True)
        self.random.choices(doing, weights)[0]()

    def submit(self) -> None:
        """Reports, the same one twice now and then, and a file of two."""
        self.texts += 3
        first = report(self.texts)
        self.line.submit(
            *(report(self.random.randint(0, self.texts)) for _ in range(3)),
            first + "----\n" + report(self.texts + 1),
        )

    def submit_nothing(self) -> None:
        """A member of an archive that could not be read out of it."""
        arrival = submissions.Arrival(file=0, name="a.zip/b.txt", content=None, error=ReadError())
        now = self.line.now
        with self.line.store.write() as connection:
            run = runs.create(connection, kind="submission", priority="bulk", label="", now=now)
            submissions.add(connection, run, [arrival], priority="bulk", now=now)
            runs.seal(connection, run, priority="bulk", now=now)

    def change_catalogue(self) -> None:
        self.line.users = self.random.choice([None, ALIAS, ALIAS + TEA])
        self.line.note()

    def change_code(self) -> None:
        """Forth, or back to what it was before."""
        self.line.code[self.random.choice(STAGES)] = str(self.random.randint(1, 3))
        if self.random.random() < 0.5:
            self.line.note()

    def break_some(self) -> None:
        self.line.broken = frozenset(self.random.sample(["0.txt", "1.txt", "3.txt"], 1))

    def reprocess(self) -> None:
        first = self.random.choice([None, None, None, *STAGES])
        self.line.reprocess(Selection(first=first), atomic=self.random.random() < 0.2)

    def _run(self) -> int:
        with self.line.store.read() as connection:
            return max(connection.scalars(select(work.c.run_id)), default=1)

    def roll_back(self) -> None:
        with suppress(ZhibiaoError), self.line.store.write() as connection:
            publications.roll_back(connection, self._run(), now=self.line.now)

    def cancel(self) -> None:
        with suppress(ZhibiaoError), self.line.store.write() as connection:
            control.cancel(connection, self._run(), now=self.line.now)

    def retry(self) -> None:
        self.line.broken = frozenset()
        with suppress(ZhibiaoError), self.line.store.write() as connection:
            control.retry(connection, self._run(), now=self.line.now)

    def correct(self) -> None:
        with suppress(ZhibiaoError), self.line.store.write() as connection:
            corrected_metadata.correct(
                connection,
                self.random.randint(1, 5),
                {"year": self.random.randint(2010, 2022)},
                by="li",
                now=self.line.now,
                current=self.line.current,
            )


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(n, marks=pytest.mark.long) for n in range(4, 24))]
)
def test_whatever_has_happened_a_plan_counts_as_a_look_at_each_document(
    store: Store, seed: int
) -> None:
    walk = Walk(Reports(store), seed)
    walk.line.note()
    walk.submit()
    seen = {*check(walk.line).left_alone}
    walk.line.work()
    for _ in range(20):
        seen |= check(walk.line).left_alone.keys()
        check(walk.line, run=1)
        walk.step()
    check(walk.line)
    assert {"in flight", "quarantined under this version"} <= seen


def test_a_plan_counts_what_only_some_documents_have(store: Store) -> None:
    """Half of them made anew, then all but one, and then taken back."""
    line = Reports(store)
    line.submit(*map(report, range(8)))
    assert check(line).left_alone == {"in flight": 8}
    line.work()
    assert check(line).up_to_date == 8
    line.code[Stage.EXTRACT] = "2"
    assert check(line).starts[Stage.EXTRACT] == 8
    run = line.reprocess()
    for left in (7, 4, 1):
        while check(line).up_to_date < 8 - left:
            line.work(most=1)
        assert check(line).left_alone == {"in flight": left}
    line.work()
    assert check(line).up_to_date == 8
    assert run is not None
    with line.store.write() as connection:
        publications.roll_back(connection, run, now=line.now)
    assert check(line).outdated == 8
