"""What is hard to believe is stored and flagged, and never stands in the panel."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from invented import catalogue

from zhibiao.analysis.cells import cells
from zhibiao.domain import CleanText, Extraction, Metadata
from zhibiao.store.queries import observations
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.queries.panel import statements_by_region


def test_an_implausible_value_is_an_observation_and_leaves_its_cell_of_the_panel_empty(
    line: Any,
) -> None:
    extract, clean = line.extract, line.clean

    def flagged(raw: Any) -> Extraction:
        extraction = extract(raw)
        stated = tuple(
            replace(o, flags=("implausible",) if o.value > Decimal(1000) else ())
            for o in extraction.observations
        )
        return replace(extraction, observations=stated)

    def reviewed(raw: Any) -> tuple[CleanText, Metadata]:
        text, metadata = clean(raw)
        return text, replace(metadata, year=2023, review_year=2022, region_code="110101")

    line.extract, line.clean = flagged, reviewed
    line.indicators = frozenset({"gdp", "loans"})
    line.submit("region 甲市\ngdp 5855\nloans 7\n")
    line.work()
    with line.store.read() as connection:
        stored = connection.execute(observations.query(ObservationFilter())).all()
        (region,) = statements_by_region(connection, ObservationFilter())
    found = {cell.key.indicator: cell.chosen for cell in cells(region, catalogue=catalogue())}
    assert {row.indicator for row in stored} == {"gdp", "loans"}
    assert {name: chosen.fit for name, chosen in found.items()} == {"gdp": False, "loans": True}
    assert found["loans"].value == 7
