"""What a stage raises, it raises again: one more try, in another child, at once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from databases import sqlite_and_postgres_if_long

from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.testing.reports import generate_many

CHAOS = str(Path(__file__).resolve().parents[1] / "chaos")  # where poisoned_workers.py is
MARK = "此处有毒："  # as there


def with_poison(kind: str, *, bad: int, good: int) -> dict[str, bytes]:
    """Synthetic reports, of which the first ones end their cleaning in an error."""
    made = generate_many(bad + good, seed=5)
    return {
        f"{number}.txt": (
            f"{report.text}\n{MARK}{kind}。" if number < bad else report.text
        ).encode()
        for number, report in enumerate(made)
    }


def attempts_at(stack: Any, name: str) -> list[str]:
    """The process of each attempt."""
    noted = stack.settings.data_dir / f"{name}.attempts"
    return noted.read_text().split() if noted.exists() else []


@sqlite_and_postgres_if_long
def test_a_defect_is_met_twice_in_two_children_and_holds_nobody_up(stack: Any) -> None:
    run = stack.submit(with_poison("defect", bad=8, good=16))
    # Whoever waited for a back-off would not be at rest in time.
    stack.start_worker(app="poisoned_workers", PYTHONPATH=CHAOS, ZHIBIAO_RETRY_SECONDS="600")
    counted = stack.wait(run)
    assert (counted.done, counted.failed) == (16, 8)
    with stack.store.read() as connection:
        rows = documents.page(connection, DocumentFilter(states=("failed",)), limit=20)
    for row in rows:
        tried = attempts_at(stack, row["name"])
        assert len(tried) == len(set(tried)) == row["attempts"] == 2
        assert row["error_code"] == "internal_error"
        assert "clean ended in IndexError: list index out of range" in row["error_message"]
        assert "report it" in row["error_message"]


@sqlite_and_postgres_if_long
def test_what_the_system_refused_waits_before_it_is_tried_again(stack: Any) -> None:
    run = stack.submit(with_poison("system", bad=1, good=3))
    stack.start_worker(app="poisoned_workers", PYTHONPATH=CHAOS, ZHIBIAO_RETRY_SECONDS="600")
    stack.wait(run, until=lambda accounts: accounts.done == 3 and bool(attempts_at(stack, "0.txt")))
    time.sleep(3)
    assert stack.wait(run, until=lambda accounts: accounts.running == 0).pending == 1
    assert len(attempts_at(stack, "0.txt")) == 1
