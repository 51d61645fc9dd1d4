"""The statements that tell how a run stands, made once.

Whoever waits for a run has it looked at again and again, and to make one of these takes longer than
SQLite takes to execute it.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Select,
    bindparam,
    case,
    func,
    literal,
    null,
    select,
    union_all,
)

from zhibiao.domain import State
from zhibiao.store.database.schema import IN_FLIGHT, documents, runs, work
from zhibiao.store.database.stage_tables import forgotten_work, run_stages

SUBMITTED: Final = "submitted"  # beside the states, in the statement that counts them

_OF_RUN = work.c.run_id == bindparam("run")
_WANTED: Final[BindParameter[Any]] = bindparam("wanted", expanding=True)  # runs

KNOWN = select(runs).where(runs.c.deleted_at.is_(None), runs.c.id == bindparam("run"))
ONE_IN_FLIGHT = select(work.c.id).where(_OF_RUN, IN_FLIGHT).limit(1)
STAGES = (
    select(work.c.stage, work.c.state, func.count().label("documents"))
    .where(_OF_RUN, IN_FLIGHT)
    .group_by(work.c.stage, work.c.state)
)
IN_HAND = (
    select(work.c.stage, func.count().label("documents"), func.min(work.c.changed_at))
    .where(_OF_RUN, IN_FLIGHT, work.c.state == State.RUNNING)
    .group_by(work.c.lease, work.c.stage)
)
EXECUTIONS = select(run_stages).where(run_stages.c.run_id == bindparam("run"))
SECONDS_A_DOCUMENT = (
    select(run_stages.c.stage, func.sum(run_stages.c.seconds) / func.sum(run_stages.c.executed))
    .group_by(run_stages.c.stage)
    .having(func.sum(run_stages.c.executed) > 0)
)


def _finished() -> Select[Any]:
    """How many documents workers were through with since then; when the last came to rest."""
    rests = (_OF_RUN, ~IN_FLIGHT)
    worked = work.c.state.in_([State.DONE, State.FAILED, State.QUARANTINED])
    through = select(func.count()).where(*rests, work.c.changed_at >= bindparam("since"), worked)
    last = select(func.max(work.c.changed_at)).where(*rests)
    return select(through.scalar_subquery(), last.scalar_subquery())


FINISHED = _finished()


def _files() -> list[Select[Any]]:
    """The files of some runs, and what is only counted.

    A submission has received its files. A reprocessing's are of other runs: every file's first
    report has part 0.
    """
    own = select(
        runs.c.id.label("run_id"),
        null().label("state"),
        literal(0).label("documents"),
        runs.c.received.label("files"),
    ).where(runs.c.id.in_(_WANTED), runs.c.kind == "submission")
    reprocessings = select(runs.c.id).where(runs.c.id.in_(_WANTED), runs.c.kind == "reprocessing")
    # Counted for each of them: joined, PostgreSQL would find the work of all the others too.
    first_reports = (
        select(func.count())
        .select_from(work)
        .join(documents, documents.c.id == work.c.document_id)
        .where(work.c.run_id == runs.c.id, documents.c.part == 0)
        .correlate(runs)
    )
    others = reprocessings.add_columns(
        null().label("state"), literal(0).label("documents"), first_reports.scalar_subquery()
    )
    forgotten = select(
        forgotten_work.c.run_id,
        forgotten_work.c.state,
        forgotten_work.c.documents,
        case((forgotten_work.c.run_id.in_(reprocessings), forgotten_work.c.files), else_=0),
    ).where(forgotten_work.c.run_id.in_(_WANTED))
    return [own, others, forgotten]


def _accounts() -> Any:
    by_state = (
        select(
            work.c.run_id,
            work.c.state,
            func.count().label("documents"),
            literal(0).label("files"),
        )
        .where(work.c.run_id.in_(_WANTED))
        .group_by(work.c.run_id, work.c.state)
    )
    found = select(func.coalesce(func.sum(run_stages.c.found), 0)).where(
        run_stages.c.run_id == runs.c.id
    )
    came = select(
        runs.c.id, literal(SUBMITTED), runs.c.received + found.scalar_subquery(), literal(0)
    ).where(runs.c.id.in_(_WANTED))
    return union_all(by_state, came, *_files())


ACCOUNTS = _accounts()
