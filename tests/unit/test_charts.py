"""The labels of a chart have room, on a telephone too."""

from __future__ import annotations

import pytest

from api.console.charts import chart


@pytest.mark.parametrize(
    ("years", "wide", "narrow"),
    [(range(2021, 2024), 3, 3), (range(2012, 2023), 11, 6), (range(1990, 2025), 12, 6)],
)
def test_few_years_are_all_named_and_of_many_those_that_have_room(
    years: range, wide: int, narrow: int
) -> None:
    drawn = chart({"临川市": dict.fromkeys(years, 5.0)}, years, "%")
    assert drawn is not None
    assert len(drawn.years) == wide
    assert len(drawn.years[:: drawn.years_on_phone]) == narrow
