"""How often each stage was executed, how long it takes, and what its versions are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, Insert, select

from zhibiao.domain import Stage
from zhibiao.store.database.inserts import insert_into
from zhibiao.store.database.stage_tables import run_stages, stage_versions
from zhibiao.store.work.run_statements import EXECUTIONS, SECONDS_A_DOCUMENT


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """What a run has done at one stage."""

    executed: int  # documents, repeated attempts included
    unchanged: int  # of them, those whose output came out as it was before
    seconds: float  # of worker processes


def record(connection: Connection, run: int, executions: Mapping[Stage, Execution]) -> None:
    """Add a chunk to a run's counts."""
    rows = [
        {"run_id": run, "stage": stage.value} | {name: getattr(done, name) for name in _SUMS}
        for stage, done in sorted(executions.items(), key=lambda each: each[0].value)
    ]
    if rows:
        connection.execute(_adding(connection.dialect.name), rows)


_SUMS = ("executed", "unchanged", "seconds")


@cache
def _adding(dialect_name: str) -> Insert:
    """Made once: every chunk takes it."""
    added = insert_into(run_stages, dialect_name)
    sums = {name: run_stages.c[name] + added.excluded[name] for name in _SUMS}
    return added.on_conflict_do_update(index_elements=["run_id", "stage"], set_=sums)


def found(connection: Connection, run: int, documents: int) -> None:
    """Add documents that files of the run turned out to hold beside their first report."""
    added = insert_into(run_stages, connection.dialect.name).values(
        run_id=run,
        stage=Stage.READ.value,
        executed=0,
        unchanged=0,
        seconds=0.0,
        found=documents,
    )
    connection.execute(
        added.on_conflict_do_update(
            index_elements=["run_id", "stage"],
            set_={"found": run_stages.c.found + added.excluded.found},
        )
    )


def executions(connection: Connection, run: int) -> dict[Stage, Execution]:
    """What a run has executed; stages that it has not touched are not there."""
    return {
        Stage(row.stage): Execution(
            executed=row.executed, unchanged=row.unchanged, seconds=row.seconds
        )
        for row in connection.execute(EXECUTIONS, {"run": run})
    }


def seconds_a_document(connection: Connection) -> dict[Stage, float]:
    """The average over all runs, in seconds of a worker process; without stages never executed."""
    found = connection.execute(SECONDS_A_DOCUMENT)
    return {Stage(stage): float(seconds) for stage, seconds in found}


def remember_versions(
    connection: Connection,
    versions: Mapping[Stage, str],
    inputs: Mapping[Stage, Mapping[str, str]],
    *,
    now: float,
) -> None:
    """Note what the current versions are made of, so that it can be told what has changed."""
    for stage, version in versions.items():
        connection.execute(
            insert_into(stage_versions, connection.dialect.name)
            .values(stage=stage.value, version=version, inputs=dict(inputs[stage]), seen_at=now)
            .on_conflict_do_nothing(index_elements=["stage", "version"])
        )


def known_inputs(connection: Connection) -> dict[tuple[Stage, str], dict[str, str]]:
    """What each version that was ever in use is made of."""
    return {
        (Stage(row.stage), row.version): dict(row.inputs)
        for row in connection.execute(select(stage_versions))
    }
