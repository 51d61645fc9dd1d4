"""Tables of indicators, in the forms in which reports print them. All texts are invented."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tables_of_indicators import (
    PLAN,
    READ,
    REVIEW,
    ROWS,
    Rows,
    as_page,
    as_text,
    as_word,
    extracted,
    html,
    of_region,
    reasons,
)

from zhibiao.domain import Extraction, Scope

WIDTHS = (24, 8, 14, 12, 14)


def printed(rows: Rows) -> list[str]:
    """The rows with their columns set under each other by blanks."""

    def width(cell: str) -> int:
        return sum(1 if character.isascii() else 2 for character in cell)

    return [
        "".join(cell + " " * (room - width(cell)) for cell, room in zip(row, WIDTHS, strict=True))
        for row in rows
    ]


def markdown(rows: Rows) -> list[str]:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return [head, "|---|---|--:|--:|---|", *body]


@pytest.mark.parametrize(
    "made",
    [
        lambda rows: as_page(html(rows)),
        lambda rows: as_page(html([[f"<td><p>{c}</p></td>" for c in row] for row in rows])),
        as_word,
        lambda rows: as_text(["\t".join(row) for row in rows]),
        lambda rows: as_text([line for row in rows for line in ("\t".join(row), "")]),
        lambda rows: as_text(markdown(rows)),
        lambda rows: as_text(["│" + "│".join(row) + "│" for row in rows]),
        lambda rows: as_text(printed(rows)),
    ],
    ids=["html", "html-p", "docx", "tabs", "tabs-apart", "markdown", "box", "blanks"],
)
def test_a_table_is_read_in_every_form(made: Callable[[Rows], Extraction]) -> None:
    assert of_region(made(ROWS)) == READ


def test_a_row_that_blanks_leave_open_is_rejected_whole() -> None:
    extraction = as_text(["  ".join(filter(None, row)) for row in ROWS])
    assert of_region(extraction) == READ[:6]
    assert reasons(extraction) == {
        "4,210": "table_columns", "4000人以上": "table_columns",
        "0.4": "table_columns", "2%以内": "table_columns",
    }  # fmt: skip


def test_numbers_set_apart_by_single_blanks_are_no_longer_glued() -> None:
    lines = [
        "指标 单位 2023年实绩 增长（%）",
        "固定资产投资 亿元 156.2 7.1",
        "出口总额 亿元 8.4 3.3",
    ]
    assert of_region(as_text(lines)) == [
        "fixed_asset_investment level 156.2 亿元 actual 2023",
        "fixed_asset_investment growth 7.1 % actual 2023",
        "exports level 8.4 亿元 actual 2023",
        "exports growth 3.3 % actual 2023",
    ]


def test_a_head_of_two_rows_is_read_column_by_column() -> None:
    rows = (
        ("<th rowspan=2>指标</th>", "<th rowspan=2>单位</th>", "<th colspan=2>2023年</th>",
         "<th colspan=2>2024年预期目标</th>"),
        ("实绩", "增长%", "绝对量", "增长%"),
        ("地区生产总值", "亿元", "312.5", "6.2", "331", "6左右"),
        ("规模以上工业增加值", "亿元", "—", "7.5", "", "8"),
        ("城镇登记失业率", "%", "3.1", "", "4以内", ""),
    )  # fmt: skip
    assert of_region(as_page(html(rows))) == [
        "gdp level 312.5 亿元 actual 2023",
        "gdp growth 6.2 % actual 2023",
        "gdp level 331 亿元 target 2024",
        "gdp growth 6 % target 2024 approx",
        "industrial_va growth 7.5 % actual 2023",
        "industrial_va growth 8 % target 2024",
        "registered_unemployment_rate level 3.1 % actual 2023",
        "registered_unemployment_rate level 4 % target 2024 le",
    ]


def test_merged_cells_of_a_word_table_stand_where_word_shows_them() -> None:
    rows = (
        ("指标", "", "2023年", "", "2024年目标"),
        ("", "", "完成", "增长（%）", ""),
        ("居民人均可支配收入", "城镇（元）", "42,315", "5.3", ""),
        ("", "农村（元）", "21,018", "6.8", "增长7%"),
        ("地区生产总值（亿元）", "", "312.5", "6.2", "331"),
    )
    merged = ((0, 0, 1, 1), (0, 2, 0, 3), (0, 4, 1, 4), (2, 0, 3, 0), (4, 0, 4, 1))
    assert of_region(as_word(rows, merged)) == [
        "urban_income level 42315 元 actual 2023",
        "urban_income growth 5.3 % actual 2023",
        "rural_income level 21018 元 actual 2023",
        "rural_income growth 6.8 % actual 2023",
        "rural_income growth 7 % target 2024",
        "gdp level 312.5 亿元 actual 2023",
        "gdp growth 6.2 % actual 2023",
        "gdp level 331 亿元 target 2024",
    ]


def test_a_table_within_a_layout_table_is_read_and_the_layout_is_prose() -> None:
    inner = html(
        [("指标", "2023年完成"), ("地区生产总值（亿元）", "312.5"), ("常住人口（万人）", "38.1")]
    )
    prose = "<p>社会消费品零售总额98.4亿元，增长8.3%，消费市场平稳向好。</p>" * 2
    extraction = as_page(f"<table><tr><td>{prose}{inner}</td><td>导航</td></tr></table>")
    assert of_region(extraction) == [
        "retail_sales level 98.4 亿元 actual 2023",
        "retail_sales growth 8.3 % actual 2023",
        "gdp level 312.5 亿元 actual 2023",
        "population level 38.1 万人 actual 2023",
    ]


def test_names_may_stand_in_the_head_and_years_in_the_rows() -> None:
    rows = (
        ("年份", "地区生产总值（亿元）", "增长（%）", "一般公共预算收入（亿元）"),
        ("2022年", "295.3", "4.1", "17.0"),
        ("2023年", "312.5", "6.2", "18.4"),
        ("2024年目标", "331", "6左右", "19.5"),
    )
    assert of_region(as_page(html(rows))) == [
        "gdp level 295.3 亿元 actual 2022",
        "gdp growth 4.1 % actual 2022",
        "budget_revenue level 17.0 亿元 actual 2022",
        "gdp level 312.5 亿元 actual 2023",
        "gdp growth 6.2 % actual 2023",
        "budget_revenue level 18.4 亿元 actual 2023",
        "gdp level 331 亿元 target 2024",
        "gdp growth 6 % target 2024 approx",
        "budget_revenue level 19.5 亿元 target 2024",
    ]


def test_a_table_of_towns_is_of_parts_and_a_sum_of_rows_is_nothing() -> None:
    rows = (
        ("乡镇", "地区生产总值（亿元）", "规上工业增加值增速（%）"),
        ("葛仙庄镇", "80.1", "8.0"),
        ("油坊镇", "35.3", "4.1"),
        ("合计", "115.4", "5.0"),
        ("全县", "312.5", "6.2"),
    )
    extraction = as_page(html(rows))
    assert of_region(extraction) == [
        "gdp level 312.5 亿元 actual 2023",
        "industrial_va growth 6.2 % actual 2023",
    ]
    parts = [o for o in extraction.observations if o.scope is Scope.PART]
    assert [(o.indicator, str(o.value)) for o in parts] == [
        ("gdp", "80.1"), ("industrial_va", "8.0"), ("gdp", "35.3"), ("industrial_va", "4.1"),
    ]  # fmt: skip
    assert reasons(extraction) == {"115.4": "sum", "5.0": "sum"}


def test_columns_of_other_regions_ranks_and_shares_are_rejected() -> None:
    rows = (
        (
            "指标",
            "全国",
            "全市",
            "全县",
            "全市排名",
            "占全市比重（%）",
            "完成年度目标（%）",
            "备注",
        ),
        ("地区生产总值增速（%）", "5.2", "5.9", "6.2", "3", "11.1", "103", "快报数2"),
        ("城镇新增就业（人）", "", "", "4210", "5", "8.8", "105", ""),
    )
    extraction = as_page(html(rows))
    assert of_region(extraction) == [
        "gdp growth 6.2 % actual 2023",
        "urban_new_jobs level 4210 人 actual 2023",
    ]
    assert set(reasons(extraction).values()) >= {"table_column", "rank", "share", "ratio", "remark"}


@pytest.mark.parametrize(
    ("unit_above", "head", "rows"),
    [
        ("单位：亿元", ("指标", "2023年完成"), ("地区生产总值", "312.5")),
        ("（单位：亿元、%）", ("指标", "2023年完成"), ("地区生产总值", "312.5")),
        ("", ("指标", "2023年完成（亿元）"), ("地区生产总值", "312.5")),
        ("", ("指标（单位：亿元）", "2023年完成"), ("地区生产总值", "312.5")),
        ("", ("指标", "2023年完成"), ("地区生产总值（亿元）", "312.5")),
        ("", ("指标", "2023年完成"), ("1.地区生产总值，亿元", "312.5")),
        ("", ("指标", "2023年完成"), ("（一）全县地区生产总值（GDP）（亿元）", "312.5")),
        ("", ("指标", "2023年完成"), ("地区生产总值", "312.5亿元")),
        ("单位：万元", ("指标", "2023年完成"), ("地区生产总值（亿元）", "312.5")),
    ],
)
def test_a_unit_stands_above_the_table_in_its_head_its_row_or_behind_the_name(
    unit_above: str, head: tuple[str, str], rows: tuple[str, str]
) -> None:
    above = f"<p>{unit_above}</p>" if unit_above else ""
    extraction = as_page(above + html([head, rows]))
    assert of_region(extraction) == ["gdp level 312.5 亿元 actual 2023"]


def test_a_number_without_any_unit_is_rejected() -> None:
    extraction = as_page(
        html([("指标", "2023年完成"), ("地区生产总值", "312.5"), ("总人口", "38")])
    )
    assert of_region(extraction) == []
    assert reasons(extraction) == {"312.5": "table_unit", "38": "table_unit"}


def test_a_caption_of_a_park_makes_its_table_one_of_a_part() -> None:
    caption = "<p>表2：高新区2023年主要指标</p>"
    rows = (("指标", "2023年完成"), ("地区生产总值（亿元）", "31.2"), ("固定资产投资（亿元）", "9"))
    extraction = as_page(caption + html(rows))
    assert of_region(extraction) == []
    assert {o.scope for o in extraction.observations} == {Scope.PART}


def test_parts_of_the_row_above_are_parts_unless_they_are_indicators() -> None:
    rows = (
        ("指标", "2023年（亿元）", "增长（%）"),
        ("一、地区生产总值", "312.5", "6.2"),
        ("其中：第一产业增加值", "30.1", "3.0"),
        ("其中：建筑业", "20.1", "2.0"),
        ("二、固定资产投资", "156.2", "7.1"),
        ("其中：工业", "66.2", "9.1"),
    )
    extraction = as_page(html(rows))
    assert of_region(extraction) == [
        "gdp level 312.5 亿元 actual 2023",
        "gdp growth 6.2 % actual 2023",
        "primary_va level 30.1 亿元 actual 2023",
        "primary_va growth 3.0 % actual 2023",
        "fixed_asset_investment level 156.2 亿元 actual 2023",
        "fixed_asset_investment growth 7.1 % actual 2023",
        "industrial_investment level 66.2 亿元 actual 2023",
        "industrial_investment growth 9.1 % actual 2023",
    ]
    (level, growth) = (o for o in extraction.observations if o.indicator is None)
    assert (level.subject, level.scope, growth.scope) == ("建筑业", Scope.PART, Scope.PART)


def test_cells_that_say_what_they_are_need_no_head() -> None:
    lines = [
        "主要指标：",
        "地区生产总值　312.5亿元　增长6.2%",
        "固定资产投资　156.2亿元　增长7.1%",
        "社会消费品零售总额（亿元）：98.4",
        "城镇新增就业（人）：4210；粮食产量（万吨）：25.3。",
        "一般公共预算收入（亿元）：18.4，增长8.3%",
    ]
    assert of_region(as_text(lines)) == [
        "gdp level 312.5 亿元 actual 2023",
        "gdp growth 6.2 % actual 2023",
        "fixed_asset_investment level 156.2 亿元 actual 2023",
        "fixed_asset_investment growth 7.1 % actual 2023",
        "retail_sales level 98.4 亿元 actual 2023",
        "urban_new_jobs level 4210 人 actual 2023",
        "grain_output level 25.3 万吨 actual 2023",
        "budget_revenue level 18.4 亿元 actual 2023",
        "budget_revenue growth 8.3 % actual 2023",
    ]


def test_two_numbers_without_a_head_are_of_nobody_knows_what() -> None:
    rows = (("固定资产投资", "亿元", "156.2", "7.1"), ("社会消费品零售总额", "亿元", "98.4", "8.3"))
    extraction = as_page(html(rows))
    assert of_region(extraction) == []
    assert set(reasons(extraction).values()) == {"table_column"}


@pytest.mark.parametrize(
    "cell",
    [
        "与经济增长同步",
        "—",
        "第3位",
        "2025年",
        "▲3.1",
        "4，21",
        "98.4 8.3",
        "比全省高1个百分点",
        "1/3",
    ],
)
def test_a_cell_that_is_not_understood_states_nothing(cell: str) -> None:
    rows = (("指标", "2023年完成（亿元）", "2024年目标"), ("社会消费品零售总额", "98.4", cell))
    assert of_region(as_page(html(rows))) == ["retail_sales level 98.4 亿元 actual 2023"]


def test_falls_are_negative_however_they_are_written() -> None:
    rows = (
        ("指标", "2023年完成", "2024年目标"),
        ("单位GDP能耗降低（%）", "3.1", "下降3%左右"),
        ("地方一般公共预算收入增长（%）", "-2.4", "3"),
        ("PM2.5平均浓度（微克/立方米）", "38", "36以下"),
    )
    assert of_region(as_page(html(rows))) == [
        "energy_intensity growth -3.1 % actual 2023",
        "energy_intensity growth -3 % target 2024 approx",
        "budget_revenue growth -2.4 % actual 2023",
        "budget_revenue growth 3 % target 2024",
        "pm25 level 38 微克/立方米 actual 2023",
        "pm25 level 36 微克/立方米 target 2024 le",
    ]


def test_what_follows_a_table_keeps_the_years_of_its_section() -> None:
    rows = (("指标", "2023年完成", "2024年目标"), ("地区生产总值（亿元）", "312.5", "331"))
    behind = ("规上工业增加值增长7.5%，工业经济稳中向好。", *PLAN)
    extraction = as_page("<p>主要指标：</p>" + html(rows), behind=behind)
    assert of_region(extraction)[-1] == "industrial_va growth 7.5 % actual 2023"


PROJECTS = (
    ("序号", "项目名称", "总投资（亿元）", "2024年计划投资（亿元）"),
    ("1", "城南污水处理厂", "2.5", "1.1"),
    ("2", "固定资产投资项目服务中心", "3.5", "0.8"),
)
SCHEDULE = (
    ("时间", "议程"),
    ("1月8日9:00", "听取政府工作报告"),
    ("1月9日", "审查2024年计划"),
    ("15:00", "闭幕"),
)


@pytest.mark.parametrize("rows", [PROJECTS, SCHEDULE], ids=["projects", "schedule"])
@pytest.mark.parametrize("typed", [True, False], ids=["text", "html"])
def test_tables_of_other_things_state_no_indicator(rows: Rows, typed: bool) -> None:
    extraction = as_text(["\t".join(r) for r in rows]) if typed else as_page(html(rows))
    assert extraction.observations == ()


def test_a_table_of_contents_is_dropped_whole() -> None:
    contents = ("一、2023年工作回顾\t1", "（一）综合实力\t3", "二、2024年工作安排\t12")
    text = "\n".join(("2024年清河县政府工作报告", "目录", *contents, *REVIEW, *PLAN))
    extraction = extracted(text.encode(), "report.txt")
    assert extraction.observations == ()
    assert reasons(extraction) == {}


SECTIONED = (
    ("指标", "2023年完成", "2024年目标"),
    ("一、经济发展",),
    ("地区生产总值（亿元）", "312.5", "331"),
    ("固定资产投资（亿元）", "156.2", "165"),
    ("二、民生保障",),
    ("城镇新增就业", "4210人", "4000人以上"),
    ("粮食产量", "25.3万吨", "25万吨"),
)


@pytest.mark.parametrize("apart", ["\t", "  ", "　　", " | "], ids=["tab", "blanks", "wide", "bar"])
def test_a_line_between_the_rows_leaves_them_below_their_head(apart: str) -> None:
    assert of_region(as_text([apart.join(row) for row in SECTIONED])) == [
        "gdp level 312.5 亿元 actual 2023",
        "gdp level 331 亿元 target 2024",
        "fixed_asset_investment level 156.2 亿元 actual 2023",
        "fixed_asset_investment level 165 亿元 target 2024",
        "urban_new_jobs level 4210 人 actual 2023",
        "urban_new_jobs level 4000 人 target 2024 ge",
        "grain_output level 25.3 万吨 actual 2023",
        "grain_output level 25 万吨 target 2024",
    ]
