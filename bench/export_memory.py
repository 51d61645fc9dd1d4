"""Observations to files, streamed, against `pandas.read_sql` and `to_parquet`: time and memory.

`python -m bench.export_memory [OBSERVATIONS [FORMAT …]]`: each format, and pandas, in a process of
its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import get_args

from sqlalchemy import func, select

from bench.stored import stored
from zhibiao.rendering import TableFormat
from zhibiao.store import Store
from zhibiao.store.database.schema import observations
from zhibiao.store.queries.exports import ExportFilter, export
from zhibiao.store.queries.observations import ObservationFilter, query

_EVERY = ObservationFilter(scope=None, open_quantities=True)


def _streamed(form: TableFormat, url: str, path: Path) -> int:
    with Store(url).read() as connection:
        return export(connection, "observations", form, path, ExportFilter(observations=_EVERY))


def _by_pandas(url: str, path: Path) -> int:
    """Without the sentences, which are cut out of the texts."""
    import pandas as pd

    with Store(url).read() as connection:
        frame = pd.read_sql(query(_EVERY), connection)
    for name in ("value", "value_high", "base_value", "flags", "doubts"):
        frame[name] = frame[name].astype(str)
    frame.to_parquet(path)
    return len(frame)


_SIDES: Mapping[str, Callable[[str, Path], int]] = {
    **{form: partial(_streamed, form) for form in get_args(TableFormat)},
    "pandas": _by_pandas,
}
_USUAL = ("parquet", "csv", "jsonl", "pandas")


def side(name: str, url: str) -> None:
    """One side, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "observations")
        began, cpu = time.monotonic(), time.process_time()
        rows = _SIDES[name](url, path)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        size = path.stat().st_size / 1e6 if path.exists() else 0
    print(
        f"{name:<9} {rows:,} rows: {seconds:.0f} s by the clock, {cpu:.0f} s of processor time, "
        f"peak {peak:.0f} MB, file {size:.0f} MB",
        flush=True,
    )


def main(wanted: int, names: Sequence[str]) -> None:
    with stored(40) as store, store.read() as connection:
        each = connection.execute(select(func.count()).select_from(observations)).scalar_one() / 40
    with stored(int(wanted / each) + 1) as store:
        for name in names:
            subprocess.run(
                [sys.executable, "-m", "bench.export_memory", name, store.url], check=True
            )


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in _SIDES:
        side(*sys.argv[1:])
    else:
        main(int([*sys.argv[1:], 1_000_000][0]), sys.argv[2:] or _USUAL)
