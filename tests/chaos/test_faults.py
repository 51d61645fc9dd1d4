"""Whatever dies while reports run: every one is done, once, with the same observations."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench.chaos import reports_of, run_among_faults
from bench.chaos_faults import FAULTS
from bench.chaos_stack import chaos_stack

ROOT = Path(__file__).resolve().parents[2]
COUNT = 150


@pytest.fixture(scope="module")
def undisturbed() -> bytes:
    """The observations of a run without faults."""
    with chaos_stack("sqlite", short=True) as stack:
        outcome = run_among_faults(stack, reports_of(COUNT, seed=11), [], seed=1)
    assert outcome.accounts["done"] == COUNT
    return outcome.observations


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_one_fault_of_each_kind_loses_nothing_and_doubles_nothing(
    database: str, undisturbed: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    with chaos_stack(database, short=True) as stack:
        outcome = run_among_faults(stack, reports_of(COUNT, seed=11), list(FAULTS), seed=5)
    with capsys.disabled():
        print(f"\n{database}")
        outcome.print()
    accounts = Counter(outcome.accounts)
    assert accounts["done"] + accounts["duplicate"] == accounts["submitted"]
    assert accounts["done"] >= COUNT
    assert outcome.observations == undisturbed
    assert set(outcome.faults) | set(outcome.impossible) == set(FAULTS)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_sixty_faults_in_one_run_lose_nothing_and_double_nothing(database: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "bench.chaos", f"--database={database}"], check=True, cwd=ROOT
    )
