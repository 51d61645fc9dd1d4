"""Documents that kill, fill or hang their worker are found, and cost nobody else anything."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from waiting import wait_until

from bench.chaos import await_rest, reports_of
from bench.chaos_stack import ChaosStack, chaos_stack
from bench.chaos_submit import submit
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.work import runs

MARK = "此处有毒："  # as in poisoned_workers.py
HERE = Path(__file__).resolve().parent
EXPECTED = {
    "abort": ("worker_lost", "signal 6 (SIGABRT)"),
    "memory": ("memory_limit", "ZHIBIAO_CHILD_MEMORY_MB"),
    "python": ("time_limit", "ZHIBIAO_TASK_SECONDS"),
    "c": ("time_limit", "ended after 3 s"),
}


def await_done(stack: ChaosStack, run: int, count: int) -> None:
    def done() -> int:
        with stack.store.read() as connection:
            accounts = runs.accounts(connection, [run])[run]
        assert accounts.balanced
        return accounts.done

    wait_until(lambda: done() == count, 240, every=0.1, why=lambda: f"{done()}\n{stack.logs()}")


def poisoned_run(database: str, good: int) -> str:
    """Submit, wait, check; the time that was lost, for people."""
    reports = reports_of(good, seed=3)
    text = reports[0][1]
    for number, kind in enumerate(EXPECTED):
        poison = (f"{kind}.txt", f"{text}\n{MARK}{kind}。")
        reports.insert((number * 2 + 1) * good // 8, poison)
    with chaos_stack(
        database,
        short=True,
        worker_app="poisoned_workers",
        python_path=str(HERE),
        task_seconds="3",
        child_memory_mb="700",
        chunk_documents="8",
    ) as stack:
        stack.await_api()
        started = time.monotonic()
        run = submit(stack, reports, key="poison")
        await_done(stack, run, good)
        all_good = time.monotonic() - started
        accounts = await_rest(stack, seconds=90)
        everything = time.monotonic() - started
        assert (accounts["done"], accounts["quarantined"]) == (good, 4), stack.logs()
        with stack.store.read() as connection:
            rows = documents.page(connection, DocumentFilter(states=("quarantined",)), limit=9)
    for row in rows:
        code, what = EXPECTED[row["name"].removesuffix(".txt")]
        assert row["error_code"] == code
        assert what in row["error_message"]
        assert "clean" in row["error_message"]
        assert row["attempts"] == 3
    return (
        f"{database}: {good} good ones done after {all_good:.1f} s, "
        f"4 quarantined after {everything:.1f} s"
    )


@pytest.mark.long
def test_four_poisons_among_forty_are_quarantined_with_their_reasons(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = poisoned_run("sqlite", 40)
    with capsys.disabled():
        print(f"\n{said}")


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_four_poisons_among_five_hundred_are_quarantined_with_their_reasons(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = poisoned_run("postgres", 500)
    with capsys.disabled():
        print(f"\n{said}")
