"""What a changed catalogue costs where few reports hold what has changed, over a full run.

`python -m bench.sparing [REPORTS] [HOLDING]`

Both are executed by the tasks' own steps, in this process and on SQLite, and measured in processor
time, so that whatever else runs on the machine counts little. The store is filled with the outputs
of a hundred generated reports; the full run is measured on a part of them and scaled up, since
each costs the same.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from bench.filled_store import Steps, multiply, steps_of
from tasks.context import current_of
from zhibiao.domain import Stage
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.reprocessing import reruns, sparing
from zhibiao.store.reprocessing.outdated import Current, Selection
from zhibiao.testing.reports import generate

MOST = 0.02  # of a full run's processor time, with one report in a hundred holding the name
_NAME = "县域经济总盘子"
_FULL = 300  # reports of which a full run is measured


def main(reports: int = 10_000, holding: int = 100) -> None:
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}")
        upgrade(store)
        own = Path(folder) / "own.toml"
        own.write_text("# nothing yet\n", "utf-8")
        _fill(steps_of(store, folder, own), reports, reports // holding)
        own.write_text(f'[[indicator]]\nid = "gdp"\naliases = ["{_NAME}"]\n', "utf-8")
        steps = steps_of(store, folder, own)
        looked, kept, begun, worked, executed = _spared(steps)
        part = min(_FULL, reports)
        full = _full(steps, part) * reports / part
        store.close()
    total = looked + begun + worked
    print(f"{reports:,} reports: {kept:,} spared, {executed:,} executed")
    print(
        f"processor time: {looked:.1f} s to look at all texts ({looked / reports * 1e3:.2f} ms "
        f"each), {begun:.1f} s to let them stand as up to date, {worked:.1f} s to execute the rest"
    )
    print(f"a full run: {full:.1f} s (from {part:,} reports)")
    print(f"reprocessing / full run: {total / full:.4f} (at most {MOST})")
    if total > full * MOST:
        raise SystemExit("a claim does not hold")


def _fill(steps: Steps, reports: int, every: int) -> None:
    said = f"{_NAME}达到300亿元。"
    distinct = min(every, reports)
    texts = {
        f"{number}.txt": generate(number).text + (said if number == 0 else "")
        for number in range(distinct)
    }
    steps.submit(texts)
    steps.work()
    with steps.here.store.write() as connection:
        multiply(connection, reports // distinct * distinct)


def _spared(steps: Steps) -> tuple[float, int, float, float, int]:
    """Seconds to look, documents spared, seconds to begin and to work, executions."""
    here = steps.here
    current = current_of(here.language)
    times = [time.process_time()]
    with here.store.read() as connection:
        spared = sparing.find(connection, Selection(), current)
    times.append(time.process_time())
    with here.store.write() as connection:
        now = time.time()
        reruns.begin(connection, Selection(), current, now=now, spared=spared)
    times.append(time.process_time())
    executed = steps.work()
    times.append(time.process_time())
    looked, begun, worked = (end - start for start, end in pairwise(times))
    return looked, sum(len(each.documents) for each in spared), begun, worked, executed


def _full(steps: Steps, part: int) -> float:
    """Seconds of a run over a part that executes `extract` whatever has changed."""
    here = steps.here
    chosen = Selection(documents=tuple(range(1, part + 1)), first=Stage.EXTRACT)
    started = time.process_time()
    with here.store.write() as connection:
        current = Current(versions=here.versions)
        reruns.begin(connection, chosen, current, now=time.time())
    if steps.work() != part:
        raise SystemExit("not every report was executed")
    return time.process_time() - started


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
