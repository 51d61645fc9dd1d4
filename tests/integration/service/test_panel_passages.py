"""A page's panel reads whole statements only where they fill its cells, and comes out the same.

The report is invented.
"""

from __future__ import annotations

from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as Page

from zhibiao.analysis.cells import PASSAGE_FIELDS
from zhibiao.analysis.panel import PanelRules, long_rows
from zhibiao.analysis.units import Units
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.queries.panel import statements_by_region

FILLER = "山清水秀，风和日丽，河水缓缓流过县城。\n" * 3
# What the passage of several indicators states counts, and not what comes before it.
REPORT = (
    "{name}2024年政府工作报告\n一、2023年工作回顾\n全县地区生产总值增长9.9%。\n"
    f"{FILLER}全县地区生产总值增长6.8%，一般公共预算收入增长5.1%，固定资产投资增长4.2%。\n"
    f"二、2024年工作安排\n地区生产总值增长9.5%。\n{FILLER}"
    "今年的主要预期目标是：地区生产总值增长7%，一般公共预算收入增长5%，固定资产投资增长6%。\n"
)


@pytest.fixture(scope="module")
def service(serve: Any) -> Any:
    served = serve()
    names = ("长沙市", "株洲市")
    served.submit({f"{name}.txt": REPORT.replace("{name}", name).encode() for name in names})
    served.work()
    return served


@pytest.mark.parametrize(
    ("indicator", "status", "value"),
    [("gdp", "actual", 6.8), ("gdp", "target", 7), ("budget_revenue", "target", 5)],
)
def test_the_cells_are_those_of_all_statements(
    service: Any, indicator: str, status: str, value: float
) -> None:
    catalogue = load_catalogue()
    rules = PanelRules(
        catalogue=catalogue,
        units=Units.of((), catalogue),
        address=lambda _: "",
        indicators=frozenset((indicator,)),
    )
    wanted = ObservationFilter()
    filling = {"indicator": {indicator}, "measure": {"growth"}, "status": {status}}
    unseen = ("outturn", "gap", "outturn_missing")  # of another status
    with service.store.read() as connection:
        whole, narrow = (
            [
                {name: each for name, each in row.items() if name not in unseen}
                for row in long_rows(regions, rules)
                if (row["measure"], row["status"]) == ("growth", status)
            ]
            for regions in (
                statements_by_region(connection, wanted),
                statements_by_region(connection, wanted, filling=filling),
            )
        )
    assert narrow == whole
    assert [float(row["value"]) for row in narrow] == [value, value]


def test_other_statements_have_what_tells_which_passage_decides(service: Any) -> None:
    filling = {"indicator": {"budget_revenue"}}
    with service.store.read() as connection:
        regions = list(statements_by_region(connection, ObservationFilter(), filling=filling))
    whole = {each["indicator"] for region in regions for each in region if "value" in each}
    others = [each for region in regions for each in region if "value" not in each]
    assert whole == {"budget_revenue"}
    assert {each["indicator"] for each in others} >= {"gdp"}
    assert all(each.keys() >= set(PASSAGE_FIELDS) for each in others)


def test_the_pages_values_are_those_of_the_deciding_passages(service: Any) -> None:
    for status, value in (("actual", 6.8), ("target", 7)):
        address = f"/panel?indicator=gdp&status={status}"
        page = Page(service.http.get(address, headers={"Accept": "text/html"}).text)
        shown = [float(cell.text().split()[0]) for cell in page.css("table.panel td a")]
        assert shown == [value, value]
