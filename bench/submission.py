"""How quickly files are accepted, and when the first result is there: `python -m bench e`."""

from __future__ import annotations

import statistics
import time

import httpx

from bench.ratios import texts
from bench.row import Row
from bench.stack import BenchStack, bench_stack, submit_reports

_ROUNDS = 3
_LOOK_SECONDS = 0.05


def rows(*, small: bool) -> list[Row]:
    """(e)."""
    count = 48 if small else 1000
    reports = texts(count * _ROUNDS + 16)
    with bench_stack(ZHIBIAO_WORKERS="2") as stack, stack.client() as client:
        _timed(stack, client, reports[:16])
        taken = [_timed(stack, client, reports[16 + n * count :][:count]) for n in range(_ROUNDS)]
    accepted, first, whole = (statistics.median(each) for each in zip(*taken, strict=True))
    of = f"{count} reports: accepted in {accepted:.2f} s, first result after {first:.2f} s"
    return [
        Row(letter="e", what="files accepted a second ÷ documents done a second",
            ratio=statistics.median(w / a for a, _, w in taken),
            detail=f"{count / accepted:.0f} files/s; {of}"),
        Row(letter="e", what="time to the first result ÷ time to the last",
            ratio=statistics.median(f / w for _, f, w in taken), detail=f"{whole:.1f} s; {of}"),
    ]  # fmt: skip


def _timed(
    stack: BenchStack, client: httpx.Client, batch: list[tuple[str, str]]
) -> tuple[float, float, float]:
    """Seconds from the start until all files are accepted, one is done, all are done."""
    began = time.monotonic()
    run = submit_reports(client, batch)
    accepted = time.monotonic() - began
    while not stack.accounts(client, run)["done"]:
        time.sleep(_LOOK_SECONDS)
    first = time.monotonic() - began
    stack.wait(client, run)
    return accepted, first, time.monotonic() - began
