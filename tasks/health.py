"""Is everything there that a submission needs? Each part with a yes or no and the reason."""

from __future__ import annotations

from collections.abc import Mapping

from kombu import Connection as BrokerConnection
from sqlalchemy.exc import SQLAlchemyError

from tasks.app import SWEEP_SECONDS
from tasks.queues import UPKEEP
from zhibiao.settings import Settings
from zhibiao.store import Store, canaries
from zhibiao.store.errors import NotReady
from zhibiao.store.migrate import check

SILENT_SECONDS = SWEEP_SECONDS * 2  # an answer owed for longer: the queue does not move

Report = dict[str, dict[str, object]]


def report(settings: Settings, store: Store) -> Report:
    """`{"database" | "broker" | "workers": {"ok": bool, "detail": str}}`."""
    database = _database(store)
    broker = _broker(settings)
    if not database["ok"]:
        workers: dict[str, object] = {"ok": False, "detail": "Unknown without the database."}
    else:
        workers = _workers(store)
    return {"database": database, "broker": broker, "workers": workers}


def ready(found: Mapping[str, Mapping[str, object]]) -> bool:
    return all(part["ok"] for part in found.values())


def _database(store: Store) -> dict[str, object]:
    try:
        with store.read() as connection:
            check(connection)
    except NotReady as error:
        return {"ok": False, "detail": error.message}
    except SQLAlchemyError as error:
        return {"ok": False, "detail": f"The database does not answer: {error}"}
    return {"ok": True, "detail": "Answers, with this version's schema."}


def _broker(settings: Settings) -> dict[str, object]:
    options = {"socket_connect_timeout": 2, "socket_timeout": 2}
    try:
        with BrokerConnection(
            settings.celery_broker_url, connect_timeout=2, transport_options=options
        ) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0.1, timeout=2)
    except Exception as error:  # each transport has its own errors
        return {"ok": False, "detail": f"The broker does not answer: {error}"}
    return {"ok": True, "detail": "Answers."}


def _workers(store: Store) -> dict[str, object]:
    with store.read() as connection:
        found = canaries.all_of(connection)
        now = store.now(connection)
    upkeep = next((canary for canary in found if canary.queue == UPKEEP), None)
    if upkeep is None or upkeep.answered_at is None:
        return {"ok": False, "detail": "No worker has answered yet; is one running?"}
    # Beat and a worker together keep the canaries coming, so an old answer means one of them
    # is gone even if no answer is owed.
    age = now - upkeep.answered_at
    if age > SILENT_SECONDS + SWEEP_SECONDS:
        return {
            "ok": False,
            "detail": f"No worker has answered for {age:.0f} s: beat or the workers are down.",
        }
    silent = {
        canary.queue: round(canary.silent_seconds(now))
        for canary in found
        if canary.silent_seconds(now) > SILENT_SECONDS
    }
    if silent:
        listed = ", ".join(f"{queue} for {seconds} s" for queue, seconds in silent.items())
        # A queue of low priority may wait long behind others: said, but not unready.
        return {"ok": True, "detail": f"Waiting: {listed}.", "waiting": silent}
    return {"ok": True, "detail": f"Answered {age:.0f} s ago."}
