"""Outturns that follow from those of two years. All texts are invented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from invented import catalogue, found_in

from zhibiao.analysis.panel import PanelRules, wide_table
from zhibiao.analysis.units import Units


def statements(year: int, review: str) -> list[dict[str, Any]]:
    text = f"邯郸市{year}年政府工作报告\n各位代表：\n一、{year - 1}年工作回顾\n{review}\n"
    return found_in(text, f"邯郸市{year}年政府工作报告.txt")


def wide(*reviews: str, units: tuple[str, ...] = ()) -> dict[int, dict[str, Decimal | None]]:
    """The rows of 2022, 2023 …, of what the reports of the years after them review."""
    rules = PanelRules(
        catalogue=catalogue(), units=Units.of(units, catalogue()), address=lambda _: ""
    )
    found = [each for n, review in enumerate(reviews) for each in statements(2023 + n, review)]
    with wide_table([found], rules) as (_, rows):
        return {row["year"]: row for row in rows}


def test_growth_follows_from_the_levels_of_two_years() -> None:
    rows = wide("地区生产总值达到4000亿元。", "地区生产总值达到4300亿元。")
    assert rows[2023]["gdp_growth_actual_derived"] == Decimal("7.5")
    assert "gdp_growth_actual" not in rows[2023]
    assert rows[2022]["gdp_growth_actual_derived"] is None


def test_a_level_follows_from_that_of_the_year_before_and_the_growth() -> None:
    rows = wide("地区生产总值达到4000亿元。", "地区生产总值增长6%。", units=("亿元",))
    assert rows[2023]["gdp_level_actual_derived_亿元"] == 4240
    rows = wide("地区生产总值达到3333亿元。", "地区生产总值增长6.7%。", units=("亿元",))
    assert rows[2023]["gdp_level_actual_derived_亿元"] == Decimal("3556.31")


def test_nothing_follows_of_all_industry_from_that_above_designated_size() -> None:
    rows = wide("规模以上工业增加值225亿元。", "工业增加值393亿元。")
    assert not any("derived" in column for column in rows[2023])
    rows = wide("规模以上工业增加值200亿元。", "规上工业增加值220亿元。")
    assert rows[2023]["industrial_va_growth_actual_derived"] == 10


def test_what_is_stated_is_not_derived() -> None:
    rows = wide("地区生产总值达到4000亿元。", "地区生产总值达到4300亿元，增长6%。")
    assert rows[2023]["gdp_growth_actual"] == 6
    assert not any("derived" in column for column in rows[2023])


def test_nothing_follows_from_what_is_no_exact_value_of_the_year_before() -> None:
    for before, after in (
        ("地区生产总值突破4000亿元。", "地区生产总值增长6%。"),
        ("地区生产总值达到4000亿元。", "地区生产总值增长6%左右。"),
        ("地区生产总值达到4000亿元。", "地区生产总值增长5%至6%。"),
        ("城镇化率达到60%。", "城镇化率达到63%。"),
        ("进出口总额达到20亿美元。", "进出口总额增长6%。"),
    ):
        rows = wide(before, after)
        assert not any("derived" in column for column in rows[2023]), (before, after)
    later = wide("地区生产总值达到4000亿元。", "工作平稳。", "地区生产总值增长6%。")
    assert not any("derived" in column for row in later.values() for column in row)


def test_a_derived_column_says_so_in_every_language() -> None:
    rules = PanelRules(catalogue=catalogue(), units=Units.of((), catalogue()), address=lambda _: "")
    found = statements(2023, "地区生产总值达到4000亿元。")
    found += statements(2024, "地区生产总值达到4300亿元。")
    with wide_table([found], rules) as (columns, _):
        column = columns["gdp_growth_actual_derived"]
    assert column is not None
    assert "推算" in column.label(catalogue(), "zh")
    assert "derived" in column.label(catalogue(), "en")
    assert "not stated" in column.rule("en")
