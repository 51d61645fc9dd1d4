"""Is everything there that a submission needs? Each part with a yes or no and the reason."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError

from tasks import outages
from tasks.app import SWEEP_SECONDS
from tasks.broker import broker_of, connected
from tasks.lost_messages import count_lost
from tasks.queues import UPKEEP
from zhibiao.rendering import instant
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.errors import NotReady
from zhibiao.store.database.migrate import check
from zhibiao.store.work import canaries, queue

log = logging.getLogger(__name__)

SILENT_SECONDS = SWEEP_SECONDS * 2  # an answer owed for longer: the queue does not move

_BROKER_SECONDS = 2.0
_DATABASE_SECONDS = 5.0
Report = dict[str, dict[str, object]]


def report(settings: Settings, store: Store) -> Report:
    """`{"database" | "broker" | "workers" | "messages": {"ok": bool, "detail": str}}`."""
    database = _database(store)
    broker = _broker(settings)
    if not database["ok"]:
        workers: dict[str, object] = {"ok": False, "detail": "Unknown without the database."}
    else:
        workers = _workers(store, broker_takes=bool(broker["ok"]))
    if database["ok"] and broker["ok"]:
        messages = _messages(settings, store)
    else:
        messages = {"ok": False, "detail": "Unknown without database and broker."}
    return {"database": database, "broker": broker, "workers": workers, "messages": messages}


def ready(found: Mapping[str, Mapping[str, object]]) -> bool:
    return all(part["ok"] for part in found.values())


def _database(store: Store) -> dict[str, object]:
    try:
        with store.read(patience_seconds=_DATABASE_SECONDS) as connection:
            check(connection)
    except NotReady as error:
        return {"ok": False, "detail": error.message}
    except SQLAlchemyError as error:
        # Whoever asks needs no token: where the database is and what it says goes to the log only.
        log.warning("the database does not answer: %s", error)
        return {"ok": False, "detail": "The database does not answer; the log says why."}
    return {"ok": True, "detail": "Answers, with this version's schema."}


def _broker(settings: Settings) -> dict[str, object]:
    try:
        with connected(settings, seconds=_BROKER_SECONDS) as connection:
            if broker_of(settings).is_redis:
                outages.probe(connection)
    except Exception as error:  # each transport has its own errors
        log.warning("the broker does not answer: %s", error)
        refused = outages.refusal(error)
        if refused is not None:
            return {"ok": False, "detail": f"{refused[0].upper()}{refused[1:]}."}
        return {"ok": False, "detail": "The broker does not answer; the log says why."}
    return {"ok": True, "detail": "Answers."}


def _workers(store: Store, *, broker_takes: bool = True) -> dict[str, object]:
    with store.read(patience_seconds=_DATABASE_SECONDS) as connection:
        found = canaries.all_of(connection)
        now = store.now(connection)
        held = queue.held(connection, now=now)
    upkeep = next((canary for canary in found if canary.queue == UPKEEP), None)
    if upkeep is None or upkeep.answered_at is None:
        return {"ok": False, "detail": "No worker has answered yet; is one running?"}
    # Beat and a worker together keep the canaries coming, so an old answer means one of them
    # is gone even if no answer is owed.
    age = now - upkeep.answered_at
    moves = age <= SILENT_SECONDS + SWEEP_SECONDS
    if moves:
        why = f"workers are busy with queues before it ({held} documents are being worked on)"
    elif held:
        why = f"all workers are busy ({held} documents are being worked on)"
    elif not broker_takes:
        why = "nothing can be sent through the broker"
    elif upkeep.silent_seconds(now) > SILENT_SECONDS:
        why = "no worker listens: none runs, or it is deaf and has to be started again"
    else:
        why = "beat is down: nothing is sent"
    waiting = {
        canary.queue: {
            "since": instant(canary.sent_at),
            "seconds": round(canary.silent_seconds(now)),
            "why": why,
        }
        for canary in found
        if canary.silent_seconds(now) > SILENT_SECONDS
    }
    if not moves:
        return {
            # Leases are held by tasks, each of which ends within its time limit.
            "ok": held > 0,
            "detail": f"No worker has answered since {instant(upkeep.answered_at)} "
            f"({age:.0f} s): {why}.",
            "since": instant(upkeep.answered_at),
            "waiting": waiting,
        }
    if waiting:
        # A queue of low priority may wait long behind others: said, but not unready.
        listed = ", ".join(f"{name} for {told['seconds']} s" for name, told in waiting.items())
        return {"ok": True, "detail": f"Waiting: {listed}: {why}.", "waiting": waiting}
    return {"ok": True, "detail": f"Answered {age:.0f} s ago."}


def _messages(settings: Settings, store: Store) -> dict[str, object]:
    lost = count_lost(settings, store)
    if lost == 0:
        return {"ok": True, "detail": "None is lost."}
    return {
        "ok": False,
        "detail": f"{lost} documents wait for messages that the broker does not have; they are "
        f"sent again within {settings.resend_seconds:.0f} s.",
        "documents": lost,
    }
