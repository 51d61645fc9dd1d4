"""Tables of indicators below a report, and rows and lines of other forms. Texts are invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from printed_tables import as_pdf
from tables_of_indicators import PLAN, REVIEW, as_page, as_text, extracted, html, of_region, reasons

from zhibiao.domain import Extraction

ROWS = (
    ("指标", "单位", "2023年完成", "增长（%）", "2024年目标"),
    ("地区生产总值", "亿元", "312.5", "6.2", "331"),
    ("社会消费品零售总额", "亿元", "98.4", "8.3", "106"),
)
READ = [
    "gdp level 312.5 亿元 actual 2023",
    "gdp growth 6.2 % actual 2023",
    "gdp level 331 亿元 target 2024",
    "retail_sales level 98.4 亿元 actual 2023",
    "retail_sales growth 8.3 % actual 2023",
    "retail_sales level 106 亿元 target 2024",
]
HEADS = (
    ("附件1", "主要指标表"),
    ("附件：", "2023年主要经济指标完成情况及2024年预期目标表"),
    ("附件：2024年国民经济和社会发展主要指标",),
    ("附件2：", "清河县2023年国民经济和社会发展计划主要指标完成情况表", "单位：亿元、%"),
    ("附：名词解释", "1.“两山”：指绿水青山。", "附表：主要指标"),
    ("《政府工作报告》有关注释", "1.三农：指农业。", "附件2", "2023年主要指标完成情况"),
)


def below_text(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Extraction:
    closing = (*PLAN, "谢谢大家！", *head, *("\t".join(row) for row in rows))
    text = "\n".join(("2024年清河县政府工作报告", "各位代表：", *REVIEW, *closing))
    return extracted(text.encode(), "report.txt")


def below_page(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Extraction:
    lines = "".join(f"<p>{line}</p>" for line in (*PLAN, "谢谢大家！", *head))
    return as_page(lines + html(rows), behind=())


def below_print(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Extraction:
    return as_pdf(rows, above=(*REVIEW, *PLAN, "谢谢大家！", *head), behind=(), wraps=False)


@pytest.mark.parametrize("head", HEADS, ids=[head[-1] for head in HEADS])
@pytest.mark.parametrize("made", [below_text, below_page, below_print], ids=["text", "html", "pdf"])
def test_a_table_in_an_attachment_is_read(
    made: Callable[..., Extraction], head: tuple[str, ...]
) -> None:
    assert of_region(made(head, ROWS)) == READ


def test_what_nothing_dates_in_an_attachment_is_rejected() -> None:
    rows = (("指标", "数值"), ("地区生产总值（亿元）", "312.5"), ("粮食产量（万吨）", "25.3"))
    extraction = below_text(("附件1", "主要指标表"), rows)
    assert of_region(extraction) == []
    assert reasons(extraction) == {
        "1": "table_head", "312.5": "table_years", "25.3": "table_years",
    }  # fmt: skip


def test_a_list_of_projects_in_an_attachment_states_nothing() -> None:
    rows = (
        ("序号", "项目名称", "总投资（亿元）", "2024年计划投资（亿元）"),
        ("1", "城南污水处理厂", "2.5", "1.1"),
        ("2", "东山水库加固工程", "3.5", "0.8"),
    )
    assert below_text(("附件：2024年重点项目",), rows).observations == ()


def test_a_row_of_growth_is_of_the_row_above_it() -> None:
    rows = (
        ("指标", "2022年", "2023年", "2024年目标"),
        ("地区生产总值（亿元）", "295.3", "312.5", "331"),
        ("增长（%）", "4.1", "6.2", "6左右"),
        ("城镇居民人均可支配收入（元）", "40,185", "42,315", ""),
        ("比上年增长（%）", "4.0", "5.3", "6"),
        ("东山景区改造", "—", "—", "—"),
        ("增速（%）", "1.1", "2.2", "3.3"),
    )
    assert of_region(as_page(html(rows))) == [
        "gdp level 295.3 亿元 actual 2022",
        "gdp level 312.5 亿元 actual 2023",
        "gdp level 331 亿元 target 2024",
        "gdp growth 4.1 % actual 2022",
        "gdp growth 6.2 % actual 2023",
        "gdp growth 6 % target 2024 approx",
        "urban_income level 40185 元 actual 2022",
        "urban_income level 42315 元 actual 2023",
        "urban_income growth 4.0 % actual 2022",
        "urban_income growth 5.3 % actual 2023",
        "urban_income growth 6 % target 2024",
    ]


def test_rows_of_growth_stand_below_years_too() -> None:
    rows = (
        ("年份", "地区生产总值（亿元）", "社会消费品零售总额（亿元）"),
        ("2023年", "312.5", "98.4"),
        ("2024年目标", "331", "106"),
    )
    assert of_region(as_page(html(rows))) == [READ[0], READ[3], READ[2], READ[5]]


@pytest.mark.parametrize(
    "line",
    [
        "地区生产总值（亿元）：312.5，社会消费品零售总额（亿元）：98.4",
        "地区生产总值(亿元):312.5;社会消费品零售总额(亿元):98.4",
        "主要指标完成情况：地区生产总值（亿元）：312.5；社会消费品零售总额（亿元）：98.4。",
        "地区生产总值（亿元）达到312.5，社会消费品零售总额（亿元）为98.4。",
        "1.地区生产总值（亿元）：312.5\n2.社会消费品零售总额（亿元）：98.4",
        "地区生产总值（亿元） 312.5\n社会消费品零售总额（亿元） 98.4",
    ],
)
def test_a_unit_in_brackets_before_a_number_is_its_unit(line: str) -> None:
    assert of_region(as_text(line.split("\n"))) == [READ[0], READ[3]]


def test_a_line_of_names_with_units_may_go_on_with_growth() -> None:
    line = "地区生产总值（亿元）：312.5，增长6.2%，社会消费品零售总额（亿元）：98.4，增长8.3%。"
    assert of_region(as_text([line])) == [READ[0], READ[1], READ[3], READ[4]]


def test_a_line_in_the_plan_is_an_aim() -> None:
    plan = (
        "二、2024年主要预期目标",
        "地区生产总值（亿元）：331；社会消费品零售总额（亿元）：106。",
    )
    assert of_region(as_text(plan)) == [READ[2], READ[5]]


def test_a_name_whose_brackets_hold_no_unit_stays_prose() -> None:
    line = "高标准农田（含改造提升）达到25万亩，新建污水处理厂（城南）1座。"
    assert of_region(as_text([line])) == ["high_standard_farmland level 25 万亩 actual 2023"]
