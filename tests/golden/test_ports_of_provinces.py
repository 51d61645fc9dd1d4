"""What one port moved is no figure of its province. The texts are invented."""

from __future__ import annotations

import pytest

from zhibiao.catalogue.loading import load_catalogue
from zhibiao.domain import CleanText, Metadata, OffsetMap, Scope
from zhibiao.extract import extract

PROVINCE = Metadata(
    region="浙江省", region_code="330000", level="province", year=2023, review_year=2022
)


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("江海联运港货物和集装箱吞吐量分别增长4%、11.3%。", Scope.PART),
        ("江海联运港货物吞吐量、集装箱吞吐量分别达到3亿吨、350万标箱。", Scope.PART),
        ("全省港口货物和集装箱吞吐量分别增长4%、11.3%。", Scope.REGION),
        ("沿海港口货物吞吐量、集装箱吞吐量分别达到12亿吨、3500万标箱。", Scope.REGION),
    ],
)
def test_a_list_that_begins_with_a_port_is_of_that_port(text: str, scope: Scope) -> None:
    report = f"一、2022年工作回顾\n全省经济稳步发展。\n{text}"
    clean = CleanText(text=report, offsets=OffsetMap.identity(len(report)))
    found = extract(clean, report, PROVINCE, load_catalogue()).observations
    (moved,) = [each for each in found if each.indicator == "container_throughput"]
    assert moved.scope is scope
