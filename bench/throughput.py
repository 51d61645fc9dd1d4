"""1,000 generated reports at once on the embedded stack: documents a second, memory a process.

`python -m bench.throughput [COUNT]`
"""

from __future__ import annotations

import sys
import time

from bench.stack import bench_stack, submit_reports
from zhibiao.testing.reports import generate_many


def main(count: int = 1000) -> None:
    made = generate_many(count, seed=7)
    reports = [(f"{report.name}.txt", report.text) for report in made]
    characters = sum(len(text) for _, text in reports)
    with bench_stack() as stack, stack.client() as client:
        started = time.monotonic()
        run = submit_reports(client, reports)
        stored = time.monotonic() - started
        accounts = stack.wait(client, run)
        seconds = time.monotonic() - started
    states = {state: n for state, n in accounts.items() if n}
    print(f"reports {count}, {characters / count:,.0f} characters each")
    print(f"accounts {states}")
    print(f"stored and answered after {stored:.2f} s; all at rest after {seconds:.2f} s")
    print(f"throughput {count / seconds:.1f} documents/s, submit to done, all processes included")
    print("peak resident memory (shared pages are counted in each process)")
    for name, peak in sorted(stack.peak_bytes.items()):
        print(f"  {name:<16} {peak / 1e6:7.1f} MB")
    total = accounts["submitted"]
    parts = ("pending", "running", "done", "failed", "quarantined", "duplicate", "cancelled")
    if total != sum(accounts[part] for part in parts) or accounts["done"] != count:
        raise SystemExit("the accounts do not add up, or not every report is done")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
