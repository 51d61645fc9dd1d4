"""How a run stands: its accounts, its pace, the time left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, RowMapping

from api.schemas.runs import RunAccounts, RunStatus, RunView, StageExecution
from zhibiao.rendering import instant
from zhibiao.store.work import pace, progress, runs
from zhibiao.store.work.runs import Accounts


def view(connection: Connection, run: int, *, now: float) -> RunView:
    """One run with everything that can be said of it. Raises NotFound."""
    row = runs.get(connection, run)
    accounts = runs.accounts(connection, [run])[run]
    found = summary(row, accounts).model_copy(
        update={
            "executions": {
                stage.value: StageExecution(**asdict(done))
                for stage, done in progress.executions(connection, run).items()
            }
        }
    )
    sealed_at = row["sealed_at"]
    stages = runs.stages(connection, run)
    if sealed_at is None:
        return found.model_copy(update={"stages": stages})
    if accounts.in_flight == 0:
        _, last = runs.finished_between(connection, run, sealed_at)
        took = max((last or sealed_at) - sealed_at, 0.001)
        # Duplicates and unreadable files come to rest on arrival; nobody worked on them.
        worked = accounts.done + accounts.failed
        rate = worked / took if worked else None
        return found.model_copy(
            update={
                "stages": stages,
                "progress": 1.0,
                "documents_per_second": rate,
                "seconds_left": 0.0,
                "finished_at": instant(max(last or sealed_at, sealed_at)),
            }
        )
    going = pace.of_run(connection, run, accounts, began=sealed_at, now=now)
    held_up = row["cancelled_at"] is not None or row["paused_at"] is not None
    return found.model_copy(
        update={
            "stages": stages,
            "progress": going.progress,
            "documents_per_second": going.documents_per_second,
            "seconds_left": None if held_up else going.seconds_left,
        }
    )


def summaries(connection: Connection, rows: Sequence[RowMapping]) -> list[RunView]:
    """Many runs, without pace and stages."""
    accounts = runs.accounts(connection, [row["id"] for row in rows])
    return [summary(row, accounts[row["id"]]) for row in rows]


def summary(row: RowMapping, accounts: Accounts) -> RunView:
    sealed = row["sealed_at"] is not None
    return RunView(
        id=row["id"],
        kind=row["kind"],
        priority=row["priority"],
        label=row["label"],
        owner=row["owner"],
        status=_status(row, accounts),
        finished=sealed and accounts.in_flight == 0,
        accounts=RunAccounts(**accounts.as_dict(), balanced=accounts.balanced),
        created_at=instant(row["created_at"]) or "",
        sealed_at=instant(row["sealed_at"]),
        cancelled_at=instant(row["cancelled_at"]),
        paused_at=instant(row["paused_at"]),
        spared=row["options"].get(runs.SPARED, 0),
        atomic=row["atomic"],
        published_at=instant(row["published_at"]),
    )


def _status(row: RowMapping, accounts: Accounts) -> RunStatus:
    if row["sealed_at"] is None:
        return "receiving"
    if row["cancelled_at"] is not None:
        return "cancelling" if accounts.in_flight else "cancelled"
    if accounts.in_flight == 0:
        return "finished"
    return "paused" if row["paused_at"] is not None else "running"
