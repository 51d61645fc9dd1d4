"""Watching a run until it is finished, and saying what did not go well in it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from zhibiao.domain import FAILURES

if TYPE_CHECKING:
    from zhibiao.client import Client

_REASONS_SHOWN = 10


def wait_for(client: Client, run: int) -> dict[str, Any]:
    """Watch a run with a bar until it is finished."""
    from zhibiao.cli.showing import run_progress, watch

    try:
        with run_progress() as bar:
            return dict(watch(bar, client.watch(run)))
    except KeyboardInterrupt:
        sys.stderr.write(f"\nzhibiao: run {run} goes on: zhibiao status {run} --wait\n")
        raise


def failed_in(run: Mapping[str, Any]) -> int:
    """How many documents of a run came to rest without a result."""
    return sum(run["accounts"][state.value] for state in FAILURES)


def show_reasons(client: Client, run: Mapping[str, Any]) -> None:
    """The first documents that failed, with the reason."""
    from zhibiao.cli.showing import documents_table, output

    failed = failed_in(run)
    if failed:
        states = [state.value for state in FAILURES]
        found = client.documents(run=run["id"], state=states, limit=_REASONS_SHOWN)
        output().print(documents_table(islice(found, _REASONS_SHOWN)))
        if failed > _REASONS_SHOWN:
            sys.stderr.write(
                f"{failed - _REASONS_SHOWN} more: zhibiao documents --run {run['id']} --failed\n"
            )
