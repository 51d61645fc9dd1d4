"""Everything that generated reports state is found in them, and nothing else."""

from __future__ import annotations

import pytest

from bench.planted import compare
from zhibiao.testing.reports import generate_many


@pytest.mark.parametrize("seed", [3, 17])
def test_what_is_planted_is_found_and_nothing_is_invented(seed: int) -> None:
    compared = [compare(report) for report in generate_many(30, seed)]
    assert [fact for report in compared for fact in report.missed] == []
    assert [fact for report in compared for fact in report.invented] == []
    assert sum(report.hits for report in compared) == sum(report.bounds for report in compared)
    assert sum(report.hits for report in compared) > 2000
