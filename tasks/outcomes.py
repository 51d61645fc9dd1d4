"""What a chunk's documents came to, and how that becomes the store's: one transaction for all."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from tasks.context import Context
from tasks.retry import judge
from tasks.stage_work import Made
from zhibiao.domain import Stage, State
from zhibiao.store.database.types import make_ready
from zhibiao.store.outputs import prints, publications
from zhibiao.store.outputs.batch import Batch
from zhibiao.store.work import progress, queue
from zhibiao.store.work.progress import Execution
from zhibiao.store.work.queue import Claim, Move, Step


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one document came to: outputs, and an error where a stage went wrong.

    Neither: it has not been begun.
    """

    held: Claim
    made: Sequence[Made] = ()  # by the stages, in their order
    error: Exception | None = None
    failed: Stage | None = None  # where the error is
    seconds: dict[Stage, float] = field(default_factory=dict)  # that each stage took

    def step(self, here: Context) -> Step:
        """Where its outputs take its work: to the next stage that is outdated."""
        outputs = self.held.outputs
        for made in self.made:
            outputs = outputs.after(made.stage, version=here.versions[made.stage], made=made.digest)
        at = self.made[-1].stage
        to = outputs.next_stage(here.versions, after=at)
        tried = self.failed is not None
        return Step(held=self.held, to=to, at=at, outputs=outputs, tried=tried)

    @property
    def begun(self) -> bool:
        return bool(self.made) or self.error is not None

    @property
    def to_be_linked(self) -> bool:
        """Its print, before its first publication: it was cleaned and counted in one go."""
        stages = {made.stage for made in self.made}
        return self.held.extraction is None and {Stage.CLEAN, Stage.SEGMENT} <= stages


def commit(
    here: Context, lease: str, run: int, outcomes: Sequence[Outcome], started: float
) -> tuple[list[Move], int]:
    """Outputs and states in one transaction; (where work goes, number that went wrong).

    A document whose lease was lost leaves nothing. Raises DataError where the database refuses an
    output, and then nothing is written.
    """
    moves: list[Move] = []
    failed = 0
    linked = [outcome for outcome in outcomes if outcome.to_be_linked]
    for outcome in outcomes:
        for made in outcome.made:
            for row in made.rows:
                make_ready(row)  # now, while nobody waits for the right to write
    with here.store.write() as connection:
        batch = Batch(connection)  # before any row: nobody forgets an output from now on
        prints.hold_places(
            connection,
            [outcome.held.document_id for outcome in linked],
            {made.place for outcome in linked for made in outcome.made if made.place},
        )
        now = here.store.now(connection)
        sent = now + here.settings.resend_seconds
        steps = [outcome.step(here) for outcome in outcomes if outcome.made]
        mine = queue.advance(connection, steps, lease, now=now, sent=sent)
        goes = {step.held.work_id: step.to for step in steps}
        for outcome in outcomes:
            held = outcome.held
            if held.work_id in mine:
                moves.append(Move(work_id=held.work_id, to=goes[held.work_id]))
                for made in outcome.made:
                    moves += made.save(batch, now, sent)
            elif not outcome.begun:
                queue.untouched(connection, held, lease, now=now)
        batch.write()
        publications.show(connection, [move.work_id for move in moves])
        ids = [each.held.document_id for each in linked if each.held.work_id in mine]
        prints.regroup(connection, ids, now=now)
        done = [move.work_id for move in moves if move.to is None]
        publications.publish(connection, done, now=now)
        for outcome in outcomes:
            if outcome.error is not None and outcome.failed is not None:
                held = outcome.held
                if outcome.made:
                    held = replace(held, attempts=1, error_code=None)
                put_back(here, connection, outcome.failed, held, lease, outcome.error, now)
                failed += 1
        # Last: the rows are every worker's, and are locked until the commit.
        _record(here, connection, run, outcomes, started)
    wrong = {outcome.held.work_id for outcome in outcomes if outcome.error is not None}
    return [move for move in moves if move.work_id not in wrong], failed


def _record(
    here: Context,
    connection: Connection,
    run: int,
    outcomes: Sequence[Outcome],
    started: float,
) -> None:
    """Count each stage. What no stage took (claim, load, save) is shared out among them."""
    executed: dict[Stage, int] = defaultdict(int)
    unchanged: dict[Stage, int] = defaultdict(int)
    seconds: dict[Stage, float] = defaultdict(float)
    for outcome in outcomes:
        hashes = outcome.held.outputs.hashes
        for made in outcome.made:
            executed[made.stage] += 1
            unchanged[made.stage] += hashes.get(made.stage) == made.digest
        if outcome.failed is not None:
            executed[outcome.failed] += 1
        for stage, taken in outcome.seconds.items():
            seconds[stage] += taken
    if not executed:
        return
    rest = (time.monotonic() - started - sum(seconds.values())) / len(executed)
    progress.record(
        connection,
        run,
        {
            stage: Execution(
                executed=count, unchanged=unchanged[stage], seconds=seconds[stage] + rest
            )
            for stage, count in executed.items()
        },
    )


def put_back(
    here: Context,
    connection: Connection,
    stage: Stage,
    held: Claim,
    lease: str,
    error: Exception,
    now: float,
) -> None:
    """A stage of a document ended in an error: again later, or at rest."""
    verdict = judge(
        error,
        attempts=held.attempts,
        max_attempts=here.settings.max_attempts,
        retry_seconds=here.settings.retry_seconds,
        stage=stage,
        previous=held.error_code,
    )
    if verdict.state is State.PENDING and verdict.delay_seconds == 0:
        here.failed.add(held.work_id)
    queue.put_back(connection, held, lease, verdict, now=now, version=here.versions[stage])
