"""Files to submit, which are invented, and submissions straight into the store, without HTTP."""

from __future__ import annotations

import time
from collections.abc import Mapping

from zhibiao.store import Store
from zhibiao.store.work import runs, submissions
from zhibiao.store.work.runs import Priority

REPORT = "政府工作报告\n2023年1月5日，全年地区生产总值增长6.1%。"


def numbered(count: int) -> dict[str, bytes]:
    return {f"{n}.txt": f"{REPORT}第{n}份。".encode() for n in range(count)}


def submit(
    store: Store,
    contents: Mapping[str, bytes],
    *,
    now: float | None = None,
    priority: Priority = "bulk",
) -> int:
    """A sealed run of these files, by name; `now`: of the clock that the test goes by."""
    now = time.time() if now is None else now
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority=priority, label="test", now=now)
        arrivals = [
            submissions.Arrival(file=position, name=name, content=content)
            for position, (name, content) in enumerate(contents.items())
        ]
        submissions.add(connection, run, arrivals, priority=priority, now=now)
        runs.seal(connection, run, priority=priority, now=now)
    return run
