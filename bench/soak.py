"""Small documents for an hour: does any process grow?

`python -m bench.soak [--minutes 60] [--documents 50000]`: ends with whichever comes first. Prints
the memory of every process when it is warm, half-way and at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import time
from collections.abc import Iterator

import httpx
import psutil

from bench.stack import BenchStack, bench_stack, submit_reports

_BATCH = 400
_AHEAD = 800  # unfinished documents that are kept waiting
_PLACES = ("某某市", "甲县", "乙区", "丙州", "丁市")


def small_reports(count: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Reports of a few sentences, no two alike."""
    for _ in range(count):
        place, year, serial = rng.choice(_PLACES), rng.randint(2005, 2025), rng.getrandbits(40)
        gdp, growth, grain = rng.randint(100, 9999), rng.randint(10, 120) / 10, rng.randint(1, 900)
        text = (
            f"{year}年{place}政府工作报告\n各位代表：现在，我代表市人民政府向大会作报告，请予审议。\n"
            f"一、{year - 1}年工作回顾\n过去一年，地区生产总值达到{gdp}亿元，增长{growth}%。"
            f"粮食总产量{grain}万吨。完成第{serial}号工程。\n"
            f"二、{year}年工作安排\n"
            f"今年的主要预期目标是：地区生产总值增长{growth + 0.5:.1f}%左右。\n"
        )
        yield f"{serial:x}.txt", text


def memory(stack: BenchStack) -> dict[str, float]:
    """MB of every process, by part; what is shared with another one is not counted where the
    system tells."""
    found: dict[str, float] = {}
    for label, process in stack.processes():
        with contextlib.suppress(psutil.Error):
            found[label] = process.memory_full_info().uss / 1e6
    return found


def backlog(client: httpx.Client, submitted: list[int]) -> tuple[int, int]:
    """(documents done, documents in flight) of the runs so far."""
    done = in_flight = 0
    for run in submitted:
        accounts = client.get(f"/v1/runs/{run}").raise_for_status().json()["accounts"]
        done += accounts["done"]
        in_flight += accounts["in_flight"]
    return done, in_flight


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--documents", type=int, default=50_000)
    options = parser.parse_args()
    rng = random.Random(1)
    with bench_stack() as stack, stack.client() as client:
        open_runs: list[int] = []
        samples: list[tuple[float, int, dict[str, float]]] = []
        finished = sent = 0
        started = time.monotonic()
        end = started + options.minutes * 60
        while True:
            done, in_flight = backlog(client, open_runs)
            if in_flight == 0:
                finished += done
                done = 0
                open_runs = []
            over = time.monotonic() > end or sent >= options.documents
            if not over and in_flight < _AHEAD:
                batch = min(_BATCH, options.documents - sent)
                open_runs.append(submit_reports(client, small_reports(batch, rng), label="soak"))
                sent += batch
            elif over and in_flight == 0:
                break
            now = time.monotonic() - started
            if (finished + done >= _BATCH and not samples) or (
                samples and now - samples[-1][0] > 30
            ):
                samples.append((now, finished + done, memory(stack)))
            time.sleep(0.5)
        seconds = time.monotonic() - started
        samples.append((seconds, finished, memory(stack)))
    print(
        f"{finished} of {sent} small documents done in {seconds:.0f} s, {finished / seconds:.1f}/s"
    )
    chosen = [samples[0], samples[len(samples) // 2], samples[-1]]
    print(f"{'unshared memory, MB':<20}" + "".join(f"{at:>9.0f} s" for at, _, _ in chosen))
    print(f"{'documents done':<20}" + "".join(f"{count:>11}" for _, count, _ in chosen))
    for label in sorted(set().union(*(found for _, _, found in chosen))):
        values = [found.get(label) for _, _, found in chosen]
        print(f"{label:<20}" + "".join(f"{'-' if v is None else f'{v:.1f}':>11}" for v in values))
    if finished != sent:
        sys.exit("some documents are not done")


if __name__ == "__main__":
    main()
