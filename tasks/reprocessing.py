"""Reprocessing by itself: what is outdated, once a night; and forgetting what is superseded."""

from __future__ import annotations

import logging
import time

from tasks.app import app
from tasks.context import context, current_of
from tasks.dispatch import dispatch
from zhibiao.store.outputs import retention
from zhibiao.store.reprocessing import reruns, sparing
from zhibiao.store.reprocessing.outdated import Selection

log = logging.getLogger(__name__)


@app.task(name="zhibiao.reprocess_outdated")
def reprocess_outdated() -> None:
    """Begin a run over all that is outdated, if anything is."""
    here = context()
    current = current_of(here.language)
    with here.store.read() as connection:
        spared = sparing.find(connection, Selection(), current)
    with here.store.write() as connection:
        now = here.store.now(connection)
        run = reruns.begin(
            connection,
            Selection(),
            current,
            now=now,
            label="nightly reprocessing",
            spared=spared,
        )
    log.info("nightly reprocessing: %s", "all is up to date" if run is None else f"run {run}")
    dispatch(here.store, here.settings)


@app.task(name="zhibiao.prune")
def prune(keep: int | None = None, dry_run: bool = False, after: int = 0) -> None:
    """Forget superseded outputs; `keep` generations a document, else ZHIBIAO_KEEP_EXTRACTIONS.

    In half of a task's time; what is left, the documents behind `after`, is the next task's.
    """
    here = context()
    deadline = time.monotonic() + here.settings.task_seconds / 2
    kept = here.settings.keep_extractions if keep is None else keep
    found = retention.prune(
        here.store,
        keep=kept,
        keep_work_days=here.settings.keep_work_days,
        keep_audit_days=here.settings.keep_audit_days,
        dry_run=dry_run,
        after=after,
        until=lambda: time.monotonic() > deadline,
    )
    log.info(
        "pruning%s behind document %s, %s kept: %s",
        " (dry run)" if dry_run else "",
        after,
        kept,
        found.forgotten,
    )
    if found.last is not None:
        prune.apply_async(kwargs={"keep": keep, "dry_run": dry_run, "after": found.last})
