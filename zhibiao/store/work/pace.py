"""How far a run has come, how fast it goes, and how long it still takes.

Counted is work, not documents at rest: of a run that has just begun none is at rest yet. A stage
counts by its usual share of a report's time, so that a bar moves evenly; what a worker has in hand
counts by how long it has been at it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Final

from sqlalchemy import Connection

from zhibiao.domain import Stage
from zhibiao.store.work import progress, runs
from zhibiao.store.work.run_statements import IN_HAND
from zhibiao.store.work.runs import Accounts

# Of a report's time in all stages; fixed, so that a bar does not jump as they are measured.
SHARES: Final[Mapping[Stage, float]] = {
    Stage.READ: 0.02,
    Stage.CLEAN: 0.12,
    Stage.SEGMENT: 0.12,
    Stage.EXTRACT: 0.74,
}
# Seconds of a worker process, before anything was measured.
_USUAL: Final[Mapping[Stage, float]] = {stage: 0.1 * share for stage, share in SHARES.items()}
_MOST_IN_HAND: Final = 0.9  # what is in hand is never done
_SHORTEST_WINDOW, _LONGEST_WINDOW = 30.0, 300.0  # seconds over which the rate is measured


@dataclass(frozen=True, kw_only=True, slots=True)
class InHand:
    """Documents that one worker process holds."""

    stage: Stage
    documents: int
    since: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """Where a run is."""

    progress: float  # share of the work that is done, 0 to 1
    documents_per_second: float
    seconds_left: float | None  # None: nothing moves


def of_run(
    connection: Connection, run: int, accounts: Accounts, *, began: float, now: float
) -> Pace:
    """The pace of a run that is sealed and has documents in flight."""
    window = window_of(now - began)
    recently, _ = runs.finished_between(connection, run, now - window)
    done = sum(
        each.executed * SHARES[stage]
        for stage, each in progress.executions(connection, run).items()
    )
    seconds = {**_USUAL, **progress.seconds_a_document(connection)}
    return pace_of(
        done=done,
        left=_left(runs.stages(connection, run)),
        in_hand=sum(worth(each, seconds, now) for each in _in_hand(connection, run)),
        worked_on=accounts.done + accounts.failed + accounts.in_flight,
        at_rest=accounts.done + accounts.failed,
        recently=recently,
        window=window,
        elapsed=now - began,
    )


def window_of(elapsed: float) -> float:
    """Over how many seconds the rate is measured: a third of the run, within bounds.

    The longer it goes on the steadier the rate, and a worker that joins still shows in minutes.
    """
    return min(max(elapsed / 3, _SHORTEST_WINDOW), _LONGEST_WINDOW)


def pace_of(
    *,
    done: float,
    left: float,
    in_hand: float,
    worked_on: int,
    at_rest: int,
    recently: int,
    window: float,
    elapsed: float,
) -> Pace:
    """`done`, `left` and `in_hand`, which is part of what is left, are reports' worth of work.

    Until the first window has passed, or a first document is at rest, the rate is that of all work
    so far; then that of the documents that came to rest within the window.
    """
    whole = done + left
    if whole <= 0:
        return Pace(progress=1.0, documents_per_second=0.0, seconds_left=0.0)
    a_document = whole / max(worked_on, 1)  # its worth: in a reprocessing less than a report's
    if elapsed <= window or not at_rest:
        rate = (done + in_hand) / max(elapsed, 0.001) / a_document
    else:
        rate = recently / window
    remaining = (left - in_hand) / a_document
    return Pace(
        progress=min((done + in_hand) / whole, 1.0),
        documents_per_second=rate,
        seconds_left=remaining / rate if rate > 0 else None,
    )


def worth(held: InHand, seconds: Mapping[Stage, float], now: float) -> float:
    """How much of what a process holds is done by now, in reports' worth of work."""
    # Several at once go through all further stages before anything of them is committed.
    stages = _from(held.stage) if held.documents > 1 else [held.stage]
    takes = held.documents * sum(seconds[stage] for stage in stages)
    through = min(max(now - held.since, 0.0) / max(takes, 0.001), _MOST_IN_HAND)
    return through * held.documents * sum(SHARES[stage] for stage in stages)


def _left(stages: Mapping[str, Mapping[str, int]]) -> float:
    return sum(
        sum(counts.values()) * sum(SHARES[each] for each in _from(Stage(stage)))
        for stage, counts in stages.items()
    )


def _from(stage: Stage) -> Sequence[Stage]:
    return list(dropwhile(lambda each: each is not stage, Stage))


def _in_hand(connection: Connection, run: int) -> list[InHand]:
    return [
        InHand(stage=Stage(stage), documents=documents, since=since)
        for stage, documents, since in connection.execute(IN_HAND, {"run": run})
    ]
