"""A value and its base unit say the same, so that values of one base unit may be compared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from extracted import read
from invented import catalogue

from zhibiao.catalogue.units import dimension, in_base_unit
from zhibiao.domain import Observation

FACTS = {"元", "美元", "%", "亩", "平方米", "吨", "里"}


def first(text: str) -> Observation:
    return read(text).observations[0]


@pytest.mark.parametrize(
    ("text", "indicator", "value", "unit"),
    [
        ("实际利用外资2亿元。", "fdi", 200_000_000, "元"),
        ("实际利用外资2亿美元。", "fdi", 200_000_000, "美元"),
        ("外贸进出口总额12.5亿美元。", "foreign_trade", 1_250_000_000, "美元"),
        ("外贸进出口总额85亿元。", "foreign_trade", 8_500_000_000, "元"),
        ("新增绿地300亩。", "new_green_space", 200_000, "平方米"),
        ("新增绿地20万平方米。", "new_green_space", 200_000, "平方米"),
        ("改造老旧小区12个。", "old_estates_renovated", 12, "个"),
        ("改造老旧小区50万平方米。", "old_estates_renovated", 500_000, "平方米"),
        ("单位生产总值能耗下降1.8%。", "energy_intensity", Decimal("-1.8"), "%"),
        ("接待游客350万人。", "tourists", 3_500_000, "人次"),
        ("粮食总产量52万吨。", "grain_output", 520_000_000, "公斤"),
    ],
)
def test_a_value_is_called_what_it_is(text: str, indicator: str, value: Decimal, unit: str) -> None:
    found = first(text)
    assert (found.indicator, found.base_value, found.base_unit) == (indicator, value, unit)


def test_no_unit_of_the_catalogue_is_taken_for_one_that_measures_something_else() -> None:
    for indicator in catalogue().indicators.values():
        base = dimension(indicator.base_unit)
        assert base is not None, indicator.id
        for unit in indicator.units:
            based = in_base_unit(Decimal(6), unit, indicator.base_unit, indicator.units)
            assert based is not None
            counted = dimension(unit)
            assert counted is not None
            if based[1] == indicator.base_unit and counted[0] != base[0]:
                assert {counted[0], base[0]} == {"亩", "平方米"} or not {
                    counted[0],
                    base[0],
                } & FACTS, (indicator.id, unit)


def test_the_range_of_a_catalogue_is_not_held_against_another_currency() -> None:
    assert first("外贸进出口总额30万美元。").flags == ("other_unit",)
    assert first("外贸进出口总额30亿元。").flags == ()
    assert first("单位生产总值能耗下降1.8%。").flags == ()
