"""A node that loses its power while reports run: another takes over, and nothing is lost."""

from __future__ import annotations

import pytest

from bench.chaos import reports_of
from bench.two_nodes import run, two_nodes

LEASE_SECONDS = 8
COUNT = 90


@pytest.mark.long
@pytest.mark.timeout(900)
def test_of_two_nodes_one_is_killed_and_the_other_finishes_everything_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reports = reports_of(COUNT, seed=21)
    with two_nodes(lease_seconds=LEASE_SECONDS) as stack:
        undisturbed = run(stack, reports)
        assert {
            part for part in stack.parts if stack.parts[part].process.poll() is not None
        } == set()
    with two_nodes(lease_seconds=LEASE_SECONDS) as stack:
        outcome = run(stack, reports, killed="south")
        ended = {name for name, part in stack.parts.items() if part.process.poll() is not None}
        assert ended == {"south"}  # and nobody has started it again
    with capsys.disabled():
        print(
            f"\nthe next report was done {outcome.resumed_seconds:.1f} s after a node died; of "
            f"{outcome.held} that it held the first was taken over after "
            f"{outcome.first_seconds:.1f} s, the last after {outcome.last_seconds:.1f} s"
        )
    assert outcome.held > 0
    assert outcome.left > 0
    for accounts in (undisturbed.accounts, outcome.accounts):
        assert accounts["done"] == accounts["submitted"] == COUNT
    assert outcome.observations == undisturbed.observations
