"""Of which years the numbers of a table are. All texts are invented."""

from __future__ import annotations

import pytest
from tables_of_indicators import as_page, html, of_region, reasons


@pytest.mark.parametrize(
    ("heads", "years"),
    [
        (("完成数", "目标数"), ("actual 2023", "target 2024")),
        (("2023年预计完成", "2024年预计"), ("actual 2023", "target 2024")),
        (("上年完成", "本年目标"), ("actual 2023", "target 2024")),
        (("去年实际", "今年计划"), ("actual 2023", "target 2024")),
        (("2023", "2024"), ("actual 2023", "target 2024")),
        (("本年", "上年"), ("actual 2023", "actual 2022")),
        (("2022年", "2023年"), ("actual 2022", "actual 2023")),
        (("2023年", "2025年目标"), ("actual 2023", "target 2025")),
        (("“十三五”末实绩", "“十四五”末目标"), ("actual 2020", "target 2025")),
        (("2023年目标", "2023年完成"), ("target 2023", "actual 2023")),
    ],
)
def test_the_years_of_columns(heads: tuple[str, str], years: tuple[str, str]) -> None:
    rows = (("指标名称", *heads), ("地区生产总值（亿元）", "312.5", "331"))
    assert of_region(as_page(html(rows))) == [
        f"gdp level 312.5 亿元 {years[0]}",
        f"gdp level 331 亿元 {years[1]}",
    ]


@pytest.mark.parametrize(
    ("heads", "year"),
    [
        (("2022年", "2023年", "增长（%）"), "actual 2023"),
        (("2023年", "2022年", "增长（%）"), "actual 2023"),
        (("本年", "上年", "同比±%"), "actual 2023"),
        (("2023年完成", "2024年目标", "增长（%）"), "target 2024"),
    ],
)
def test_a_rise_is_of_the_latest_year_before_it(heads: tuple[str, ...], year: str) -> None:
    rows = (("指标", *heads), ("地区生产总值（亿元）", "312.5", "331", "6.2"))
    assert of_region(as_page(html(rows)))[-1] == f"gdp growth 6.2 % {year}"


def test_a_table_of_a_plan_has_averages_over_its_years() -> None:
    rows = (
        ("指标", "单位", "2020年", "2025年", "年均增长（%）", "属性"),
        ("地区生产总值", "亿元", "260", "360", "6.5", "预期性"),
        ("常住人口城镇化率", "%", "60", "66", "", "预期性"),
    )
    assert of_region(as_page(html(rows))) == [
        "gdp level 260 亿元 actual 2020",
        "gdp level 360 亿元 target 2025",
        "gdp average_growth 6.5 % target 2021-2025",
        "urbanization_rate level 60 % actual 2020",
        "urbanization_rate level 66 % target 2025",
    ]


def test_values_of_a_part_of_the_year_are_rejected() -> None:
    rows = (("指标", "1—11月", "12月", "1—12月"), ("地区生产总值（亿元）", "280", "32.5", "312.5"))
    extraction = as_page(html(rows))
    assert of_region(extraction) == ["gdp level 312.5 亿元 actual 2023"]
    assert reasons(extraction) == {"280": "part_of_year", "32.5": "part_of_year"}


def test_a_caption_dates_what_the_head_leaves_open() -> None:
    caption = "<p>附表：2022年主要经济指标完成情况</p>"
    rows = (("指标", "数值"), ("地区生产总值（亿元）", "295.3"), ("粮食产量（万吨）", "25.1"))
    assert of_region(as_page(caption + html(rows))) == [
        "gdp level 295.3 亿元 actual 2022",
        "grain_output level 25.1 万吨 actual 2022",
    ]
