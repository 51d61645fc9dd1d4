"""A worker child died or was ended for its time: note it, so that its documents go on at once.

A child that died with one document in its hands died of that document, as far as anybody can
tell: an attempt is spent, and the next one goes stage by stage. Of several documents any may have
been the one: none is blamed, each travels alone from then on.
"""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from billiard.exceptions import TimeLimitExceeded

from tasks.retry import judge_loss
from tasks.stage_work import goes_on
from zhibiao.domain import Stage
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.work import queue

log = logging.getLogger(__name__)

# The parent serves all children: it waits for a busy database no longer than this.
_PATIENCE_SECONDS = 5.0
_AGAIN_SECONDS = 10.0  # before the next try at a database that did not answer
_CAUSE = re.compile(r"(signal \d+(?: \(\w+\))?|exitcode \d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Parent:
    """What the worker's parent knows of itself."""

    settings: Settings
    node: str
    versions: Mapping[Stage, str]  # a quarantined document is left alone until its stage's changes


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """What happened to the process of one task."""

    task_id: str
    code: str
    what: str  # "signal 11 (SIGSEGV)"


_parent: Parent | None = None
_owed: deque[Loss] = deque(maxlen=1000)  # not yet in the store; at the latest the leases expire
_next_try = 0.0  # of the monotonic clock


def remember_parent(
    settings: Settings, node: str, versions: Mapping[Stage, str] = MappingProxyType({})
) -> None:
    """Called in the worker's parent, which has no context and no current request of its own."""
    global _parent, _next_try
    _parent = Parent(settings=settings, node=node, versions=versions)
    _next_try = 0.0  # its database may be another one


def report_loss(error: BaseException, *, task_id: str) -> None:
    """End the leases of a task whose process is gone. Runs in the worker's parent."""
    if _parent is None:
        return
    settings = _parent.settings
    if isinstance(error, TimeLimitExceeded):
        _owed.append(
            Loss(
                task_id=task_id,
                code="time_limit",
                what=f"ended after {settings.task_seconds:g} s (ZHIBIAO_TASK_SECONDS), for it "
                "did not stop by itself",
            )
        )
    else:
        found = _CAUSE.search(str(error))
        what = found[1] if found else str(error)
        _owed.append(Loss(task_id=task_id, code="worker_lost", what=what))
    settle()


def settle() -> None:
    """Note in the store what was lost and is not noted yet; again later where it does not answer.

    The database is opened for this alone and closed again, so that children forked later inherit
    no connection. A try at one that is frozen takes seconds, in which the parent serves nobody:
    the next one is put off.
    """
    global _next_try
    if _parent is None or not _owed or time.monotonic() < _next_try:
        return
    store = Store(_parent.settings.store_url, patience_seconds=_PATIENCE_SECONDS)
    try:
        while _owed:
            _note(store, _parent, _owed[0])
            _owed.popleft()
    except Exception:  # whatever the database has: this process must go on
        _next_try = time.monotonic() + _AGAIN_SECONDS
        log.warning("the loss of task %s is not noted yet", _owed[0].task_id, exc_info=True)
    finally:
        store.close()


def _note(store: Store, parent: Parent, loss: Loss) -> None:
    settings = parent.settings
    holder = f"{parent.node}/{loss.task_id}/"
    with store.write() as connection:
        now = store.now(connection)
        held = queue.holdings(connection, holder)
        if len(held) != 1:
            queue.give_back(connection, holder, now=now, not_before=now, lost=True)
            return
        ((claim, lease, stage),) = held
        verdict = judge_loss(
            loss.code,
            _message(loss, stage, further=goes_on(stage, [claim])),
            attempts=claim.attempts,
            max_attempts=settings.max_attempts,
            retry_seconds=settings.retry_seconds,
        )
        queue.put_back(
            connection,
            claim,
            lease,
            verdict,
            now=now,
            version=parent.versions.get(stage),
        )


def _message(loss: Loss, stage: Stage, *, further: bool) -> str:
    """`further`: it may have come to any of the stages after that one."""
    did = "hung" if loss.code == "time_limit" else "died"
    where = f"{stage.value} or a later stage" if further else stage.value
    return f"Its worker process {did} during {where}: {loss.what}."
