"""One person's document while thousands of others are processed: `python -m bench h`."""

from __future__ import annotations

import statistics
import time

import httpx

from bench.ratios import texts
from bench.row import Row
from bench.stack import BenchStack, bench_stack, submit_reports

_TIMES = 7


def rows(*, small: bool) -> list[Row]:
    """(h)."""
    count = 300 if small else 5000
    reports = texts(count + 2 * _TIMES + 16)
    with bench_stack(ZHIBIAO_WORKERS="2") as stack, stack.client() as client:
        stack.wait(client, submit_reports(client, reports[:16]))
        own = iter(reports[16:])
        idle = [_one(stack, client, next(own)) for _ in range(_TIMES)]
        run = submit_reports(client, reports[16 + 2 * _TIMES :])
        busy: list[float] = []
        while len(busy) < _TIMES and stack.accounts(client, run)["in_flight"]:
            busy.append(_one(stack, client, next(own)))
        left = stack.accounts(client, run)["in_flight"]
    if not left:
        raise SystemExit("the bulk run ended too soon: give it more reports")
    alone, among = statistics.median(idle), statistics.median(busy)
    return [
        Row(letter="h", what="one document among bulk work ÷ alone, by the clock", most=3.0,
            ratio=among / alone,
            detail=f"{among:.2f} s, {alone:.2f} s; {count} reports of bulk work"),
    ]  # fmt: skip


def _one(stack: BenchStack, client: httpx.Client, report: tuple[str, str]) -> float:
    began = time.monotonic()
    stack.wait(client, submit_reports(client, [report]))
    return time.monotonic() - began
