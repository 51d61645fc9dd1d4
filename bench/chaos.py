"""A run among faults: every report done, nothing lost, nothing twice, the same observations.

`python -m bench.chaos [--reports 2000] [--faults 60] [--database postgres] [--seed 1]`
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bench.chaos_faults import possible
from bench.chaos_stack import ChaosStack, chaos_stack
from bench.chaos_submit import submit
from zhibiao.domain import Stage, State
from zhibiao.store.database.schema import documents, extractions, observations, work
from zhibiao.store.work import runs
from zhibiao.store.work.runs import Accounts
from zhibiao.testing.reports import generate_many

_OWN = {"id", "extraction_id", "document_id"}  # numbers given out in the order of arrival


@dataclass
class Outcome:
    """What a run among faults came to."""

    accounts: dict[str, int]
    observations: bytes
    seconds: float
    faults: Counter[str] = field(default_factory=Counter)
    recoveries: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    impossible: dict[str, str] = field(default_factory=dict)

    def print(self) -> None:
        print(f"accounts { ({name: n for name, n in self.accounts.items() if n}) }")
        print(f"{sum(self.faults.values())} faults in {self.seconds:.0f} s")
        for kind, count in self.faults.items():
            longest = max(self.recoveries[kind], default=0.0)
            print(f"  {kind:<32} {count:>3}   longest until work went on {longest:5.1f} s")
        for kind, reason in self.impossible.items():
            print(f"  {kind:<32}   0   not possible here: {reason}")
        longest = max((max(times) for times in self.recoveries.values()), default=0.0)
        print(f"longest recovery {longest:.1f} s, from the fault to the next finished stage")


def reports_of(count: int, seed: int) -> list[tuple[str, str]]:
    """Generated reports; each name once."""
    return [
        (f"{number:05d}-{report.name}.txt", report.text)
        for number, report in enumerate(generate_many(count, seed))
    ]


def run_among_faults(
    stack: ChaosStack,
    reports: Sequence[tuple[str, str]],
    kinds: Sequence[str],
    *,
    seed: int,
    seconds: float = 600,
) -> Outcome:
    """Submit the reports in batches, with one fault after another meanwhile."""
    faults, impossible = possible(stack)
    rng = random.Random(seed)
    stack.await_api()
    started = time.monotonic()
    size = max(1, len(reports) // max(1, len(kinds)))
    batches = [reports[at : at + size] for at in range(0, len(reports), size)]
    outcome = Outcome(accounts={}, observations=b"", seconds=0, impossible=impossible)
    for number, batch in enumerate(batches):
        submit(stack, batch, key=f"batch-{number}")
        if number >= len(kinds):
            continue
        kind = kinds[number]
        if kind not in faults:
            continue
        await_progress(stack, seconds=60)
        begun = time.monotonic()
        faults[kind](stack, rng)
        await_progress(stack, seconds=90)
        outcome.faults[kind] += 1
        outcome.recoveries[kind].append(time.monotonic() - begun)
    accounts = await_rest(stack, seconds=seconds)
    outcome.seconds = time.monotonic() - started
    outcome.accounts = accounts
    outcome.observations = observed(stack, {name for name, _ in reports})
    return outcome


def _steps(stack: ChaosStack) -> tuple[int, int]:
    """(stages that documents have behind them, documents in flight)."""
    order = {stage.value: number for number, stage in enumerate(Stage)}
    steps = in_flight = 0
    with stack.store.read() as connection:
        query = select(work.c.stage, work.c.state, func.count()).group_by(
            work.c.stage, work.c.state
        )
        for stage, state, count in connection.execute(query):
            moving = state in (State.PENDING, State.RUNNING)
            in_flight += count if moving else 0
            steps += count * (order[stage] if moving else len(order))
    return steps, in_flight


def await_progress(stack: ChaosStack, *, seconds: float) -> None:
    """Wait until a document has another stage behind it, or none is in flight."""
    deadline = time.monotonic() + seconds
    before: int | None = None
    while time.monotonic() < deadline:
        try:
            steps, in_flight = _steps(stack)
        except SQLAlchemyError:  # the database is among the victims
            time.sleep(0.2)
            continue
        if in_flight == 0 or (before is not None and steps > before):
            return
        before = steps if before is None else before
        time.sleep(0.1)
    raise AssertionError(f"nothing moved for {seconds:.0f} s\n{stack.logs()}")


def await_rest(stack: ChaosStack, *, seconds: float) -> dict[str, int]:
    """Wait until no document is in flight; the accounts of all runs, which always balance."""
    deadline = time.monotonic() + seconds
    total: Counter[str] = Counter()
    while time.monotonic() < deadline:
        try:
            with stack.store.read() as connection:
                newest = [row["id"] for row in runs.newest(connection, limit=10_000)]
                found: Sequence[Accounts] = list(runs.accounts(connection, newest).values())
        except SQLAlchemyError:
            time.sleep(0.2)
            continue
        assert all(accounts.balanced for accounts in found)
        total = Counter()
        for accounts in found:
            total.update(accounts.as_dict())
        if total["in_flight"] == 0:
            return dict(total)
        time.sleep(0.2)
    raise AssertionError(f"not at rest after {seconds:.0f} s: {dict(total)}\n{stack.logs()}")


def observed(stack: ChaosStack, names: set[str]) -> bytes:
    """The observations that readers see, without numbers of the order of arrival.

    Raises AssertionError where a document was extracted twice.
    """
    with stack.store.read() as connection:
        made, of = connection.execute(
            select(func.count(), func.count(extractions.c.document_id.distinct()))
        ).one()
        assert made == of, f"{made} extractions of {of} documents"
        columns = [column for column in observations.c if column.name not in _OWN]
        query = (
            select(documents.c.name, documents.c.part, *columns)
            .join(documents, documents.c.extraction_id == observations.c.extraction_id)
            .order_by(documents.c.name, documents.c.part, observations.c.ordinal)
        )
        lines = [
            json.dumps(tuple(row), ensure_ascii=False, default=str)
            for row in connection.execute(query)
            if row.name in names
        ]
    return "\n".join(sorted(lines)).encode()


def drawn(count: int, kinds: Sequence[str], seed: int) -> list[str]:
    """So many faults in random order, each kind as often as the others."""
    rng = random.Random(seed)
    found: list[str] = []
    while len(found) < count:
        found += rng.sample(list(kinds), len(kinds))
    return found[:count]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ended early, it ends its stack
    reports = reports_of(options.reports, options.seed)
    with chaos_stack(options.database) as stack:
        reference = run_among_faults(stack, reports, [], seed=options.seed, seconds=1800)
    print(
        f"without faults {reference.seconds:.0f} s, {reference.accounts['done']} done", flush=True
    )
    with chaos_stack(options.database) as stack:
        kinds = drawn(options.faults, list(possible(stack)[0]), options.seed)
        outcome = run_among_faults(stack, reports, kinds, seed=options.seed, seconds=1800)
    outcome.print()
    same = outcome.observations == reference.observations
    print(f"observations {len(reference.observations):,} bytes, the same: {same}")
    accounts = outcome.accounts
    if not same or accounts["done"] + accounts["duplicate"] != accounts["submitted"]:
        sys.exit("something was lost, done twice or came out otherwise")


if __name__ == "__main__":
    main()
