"""Tables of indicators in PDFs, with lines and without. All texts are invented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from printed_tables import (
    BARE,
    GRID,
    HEAD_ONLY,
    OPEN,
    THREE_LINES,
    as_pdf,
    drawn,
    need_chinese_font,
)
from tables_of_indicators import (
    FRONT,
    PLAN,
    READ,
    REVIEW,
    ROWS,
    Rows,
    extracted,
    of_region,
    reasons,
)

from zhibiao.reading import read

STYLES = {"grid": GRID, "open": OPEN, "head": HEAD_ONLY, "three": THREE_LINES, "bare": BARE}
by_style = pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)


@by_style
@pytest.mark.parametrize("widths", [None, (110, 40, 80, 70, 90)], ids=["close", "wide"])
def test_a_printed_table_keeps_its_columns_apart(
    style: Sequence[tuple[Any, ...]], widths: tuple[int, ...] | None
) -> None:
    need_chinese_font()  # of the units one is 人
    assert of_region(as_pdf(ROWS, style=style, widths=widths, wraps=False)) == READ


@by_style
def test_a_name_in_two_lines_is_one_name(style: Sequence[tuple[Any, ...]]) -> None:
    rows = (
        ("指标", "2023年完成", "2024年目标"),
        ("城镇居民人均可支配收入增长（%）", "5.3", "6左右"),
        ("规模以上工业增加值增长（%）", "7.5", "8"),
        ("地区生产总值（亿元）", "312.5", "331"),
    )
    assert of_region(as_pdf(rows, style=style, widths=(115, 90, 90))) == [
        "urban_income growth 5.3 % actual 2023",
        "urban_income growth 6 % target 2024 approx",
        "industrial_va growth 7.5 % actual 2023",
        "industrial_va growth 8 % target 2024",
        "gdp level 312.5 亿元 actual 2023",
        "gdp level 331 亿元 target 2024",
    ]


def test_merged_cells_stand_over_what_they_cover() -> None:
    rows = (
        ("指标", "", "2023年", "", "2024年预期目标", ""),
        ("", "", "完成", "增长（%）", "绝对量", "增长（%）"),
        ("居民人均可支配收入", "城镇（元）", "42,315", "5.3", "", "6左右"),
        ("", "农村（元）", "21,018", "6.8", "", "7"),
        ("地区生产总值（亿元）", "", "312.5", "6.2", "331", "6左右"),
    )
    spans = (
        ("SPAN", (0, 0), (1, 1)), ("SPAN", (2, 0), (3, 0)), ("SPAN", (4, 0), (5, 0)),
        ("SPAN", (0, 2), (0, 3)), ("SPAN", (0, 4), (1, 4)),
    )  # fmt: skip
    assert of_region(as_pdf(rows, style=(*GRID, *spans))) == [
        "urban_income level 42315 元 actual 2023",
        "urban_income growth 5.3 % actual 2023",
        "urban_income growth 6 % target 2024 approx",
        "rural_income level 21018 元 actual 2023",
        "rural_income growth 6.8 % actual 2023",
        "rural_income growth 7 % target 2024",
        "gdp level 312.5 亿元 actual 2023",
        "gdp growth 6.2 % actual 2023",
        "gdp level 331 亿元 target 2024",
        "gdp growth 6 % target 2024 approx",
    ]


@by_style
def test_names_may_stand_in_a_printed_head(style: Sequence[tuple[Any, ...]]) -> None:
    rows = (
        ("年份", "地区生产总值（亿元）", "增长（%）", "常住人口（万人）"),
        ("2022年", "295.3", "4.1", "38.2"),
        ("2023年", "312.5", "6.2", "38.1"),
        ("2024年目标", "331", "6左右", ""),
    )
    assert of_region(as_pdf(rows, style=style, wraps=False)) == [
        "gdp level 295.3 亿元 actual 2022",
        "gdp growth 4.1 % actual 2022",
        "population level 38.2 万人 actual 2022",
        "gdp level 312.5 亿元 actual 2023",
        "gdp growth 6.2 % actual 2023",
        "population level 38.1 万人 actual 2023",
        "gdp level 331 亿元 target 2024",
        "gdp growth 6 % target 2024 approx",
    ]


def test_a_row_of_one_cell_parts_no_table_without_lines() -> None:
    lines = [
        *([(72.0, line)] for line in (*FRONT, *REVIEW)),
        [(72.0, "指标"), (250.0, "2023年完成"), (400.0, "2024年目标")],
        [(72.0, "一、经济发展")],
        [(72.0, "地区生产总值（亿元）"), (250.0, "312.5"), (400.0, "331")],
        [(72.0, "二、民生保障")],
        [(72.0, "城镇新增就业"), (250.0, "4210人"), (400.0, "4000人以上")],
        *([(72.0, line)] for line in PLAN),
    ]
    assert of_region(extracted(drawn(lines), "report.pdf")) == [
        "gdp level 312.5 亿元 actual 2023",
        "gdp level 331 亿元 target 2024",
        "urban_new_jobs level 4210 人 actual 2023",
        "urban_new_jobs level 4000 人 target 2024 ge",
    ]


def test_columns_that_stand_close_are_not_glued() -> None:
    lines = [
        *([(72.0, line)] for line in (*FRONT, *REVIEW)),
        [(72.0, "指标"), (162.0, "单位"), (200.0, "2023年"), (250.0, "增长（%）")],
        [(72.0, "固定资产投资"), (162.0, "亿元"), (205.0, "1156.2"), (250.0, "7.1")],
        [(72.0, "出口总额"), (162.0, "亿元"), (205.0, "8.4"), (250.0, "3.3")],
        *([(72.0, line)] for line in PLAN),
    ]
    assert of_region(extracted(drawn(lines), "report.pdf")) == [
        "fixed_asset_investment level 1156.2 亿元 actual 2023",
        "fixed_asset_investment growth 7.1 % actual 2023",
        "exports level 8.4 亿元 actual 2023",
        "exports growth 3.3 % actual 2023",
    ]


def test_numbers_that_touch_a_line_are_parted_by_it() -> None:
    rows = (
        ("指标", "2023年", "2022年"),
        ("地区生产总值（亿元）", "312.5", "295.3"),
        ("常住人口（万人）", "38.1", "38.2"),
    )
    close = (("LEFTPADDING", (1, 0), (-1, -1), 1), ("RIGHTPADDING", (1, 0), (-1, -1), 1))
    extraction = as_pdf(rows, style=(*GRID, *close), widths=(120, 36, 36), wraps=False)
    assert of_region(extraction) == [
        "gdp level 312.5 亿元 actual 2023",
        "gdp level 295.3 亿元 actual 2022",
        "population level 38.1 万人 actual 2023",
        "population level 38.2 万人 actual 2022",
    ]


def test_a_frame_around_prose_leaves_it_prose() -> None:
    prose = "社会消费品零售总额98.4亿元，增长8.3%，消费市场平稳向好，新业态加快成长。"
    rows: Rows = (("要点", prose[:19]), ("", prose[19:]))
    extraction = as_pdf(rows, style=(("BOX", (0, 0), (-1, -1), 1, "black"),), wraps=False)
    assert of_region(extraction) == [
        "retail_sales level 98.4 亿元 actual 2023",
        "retail_sales growth 8.3 % actual 2023",
    ]


def test_a_value_without_unit_in_a_printed_table_is_rejected() -> None:
    rows = (("指标", "2023年完成", "增长（%）"), ("地区生产总值", "312.5", "6.2"))
    extraction = as_pdf(rows, wraps=False)
    assert of_region(extraction) == ["gdp growth 6.2 % actual 2023"]
    assert reasons(extraction)["312.5"] == "table_unit"


def test_the_lines_of_print_outside_a_table_stay_as_they_were() -> None:
    lines = [[(72.0, line)] for line in (*FRONT, *REVIEW, *PLAN)]
    (document,) = read(drawn(lines), "report.pdf")
    assert document.text == "\n".join((*FRONT, *REVIEW, *PLAN))
