"""Figures about the whole store for those who watch it: stages, failures, ages, lost workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from zhibiao.domain import FAILURES, State
from zhibiao.store.database.joins import work_of
from zhibiao.store.database.schema import IN_FLIGHT, NOT_DONE, documents, runs, work
from zhibiao.store.database.stage_tables import run_stages
from zhibiao.store.work.progress import Execution
from zhibiao.store.work.runs import LONGEST_SECONDS, PRIORITIES


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """At one moment; every label that there may be is there, or a graph would have gaps."""

    stages: Mapping[str, Execution]  # over all runs that are stored
    failures: Mapping[tuple[str, str, str], int]  # (state, stage, error code): documents
    oldest_seconds: Mapping[str, float]  # of each priority: since when a document waits
    taken_over: int  # unfinished documents that lost a worker
    expired: int  # documents under a lease that has run out


def figures(connection: Connection, *, now: float) -> Figures:
    """Few statements over what is unfinished or failed: cheap, also with millions done."""
    return Figures(
        stages=_stages(connection),
        failures=_failures(connection),
        oldest_seconds=_oldest(connection, now),
        taken_over=_count(connection, work.c.losses > 0),
        expired=_count(
            connection,
            (work.c.state == State.RUNNING)
            & ~work.c.lease_until.between(now, now + LONGEST_SECONDS),
        ),
    )


def _stages(connection: Connection) -> dict[str, Execution]:
    sums = [func.sum(run_stages.c[name]).label(name) for name in ("executed", "unchanged")]
    seconds = func.sum(run_stages.c.seconds).label("seconds")
    query = select(run_stages.c.stage, *sums, seconds).group_by(run_stages.c.stage)
    return {
        row.stage: Execution(
            executed=int(row.executed), unchanged=int(row.unchanged), seconds=float(row.seconds)
        )
        for row in connection.execute(query)
    }


def _failures(connection: Connection) -> dict[tuple[str, str, str], int]:
    query = (
        select(work.c.state, work.c.stage, work.c.error_code, func.count().label("documents"))
        .join(documents, work_of(None))
        .where(work.c.state.in_(FAILURES), NOT_DONE)
        .group_by(work.c.state, work.c.stage, work.c.error_code)
    )
    return {
        (row.state, row.stage, row.error_code or "unknown"): row.documents
        for row in connection.execute(query)
    }


def _oldest(connection: Connection, now: float) -> dict[str, float]:
    """Documents of held runs do not wait for a worker; nor do those in a back-off."""
    held = select(runs.c.id).where(runs.c.paused_at.is_not(None) | runs.c.sealed_at.is_(None))
    query = (
        select(work.c.priority, func.min(work.c.changed_at).label("since"))
        .where(
            IN_FLIGHT,
            work.c.state == State.PENDING,
            work.c.not_before <= now,
            work.c.run_id.not_in(held),
        )
        .group_by(work.c.priority)
    )
    since = {row.priority: row.since for row in connection.execute(query)}
    return {name: max(0.0, now - since.get(name, now)) for name in PRIORITIES}


def _count(connection: Connection, where: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(work).where(IN_FLIGHT, where)
    return int(connection.execute(query).scalar_one())
