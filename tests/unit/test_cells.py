"""Which statement becomes the value of a cell. All texts are invented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from invented import catalogue, found_in

from zhibiao.analysis.cells import Cell, cells
from zhibiao.analysis.coverage import Report, coverage_rows, of_other_years
from zhibiao.analysis.panel import PanelRules, long_rows, wide_table
from zhibiao.analysis.units import Units, UnknownUnit
from zhibiao.language.part_years import of_part_of_year


def statements(text: str, name: str = "邯郸市2023年政府工作报告.txt") -> list[dict[str, Any]]:
    return found_in(text, name)


def filled(text: str) -> list[Cell]:
    """The cells that a report of this text fills."""
    return cells(statements(text), catalogue=catalogue())


def report(review: str, plan: str, *, city: str = "邯郸市", year: int = 2023) -> str:
    return (
        f"{city}{year}年政府工作报告\n各位代表：\n一、{year - 1}年工作回顾\n{review}\n"
        f"二、{year}年工作安排\n{plan}\n"
    )


def cell(found: list[Cell], indicator: str, measure: str, status: str) -> Cell:
    (only,) = [
        each
        for each in found
        if (each.key.indicator, each.key.measure, each.key.status) == (indicator, measure, status)
    ]
    return only


TARGETS = (
    "今年经济社会发展的主要预期目标是：地区生产总值增长8%左右，"
    "规模以上工业增加值增长9%，一般公共预算收入增长5%。"
)


@pytest.mark.parametrize(
    "later",
    [
        "加快发展，力争经济增长9.55%。",
        "规模以上企业带动地区生产总值增长20.25%。",
        "高新区地区生产总值增长20%。",
    ],
)
def test_the_reports_own_targets_come_before_what_a_later_section_says(later: str) -> None:
    found = filled(report("全年工作平稳。", f"{TARGETS}\n{later}"))
    target = cell(found, "gdp", "growth", "target")
    assert target.chosen.value == 8
    assert target.chosen.record["bound"] == "approx"
    assert target.chosen.headline


def test_the_order_of_the_passages_does_not_matter() -> None:
    found = filled(report("全年工作平稳。", f"全力以赴，经济增长9.55%。\n{TARGETS}"))
    target = cell(found, "gdp", "growth", "target")
    assert target.chosen.value == 8
    assert [each.value for each in target.competitors] == [8, Decimal("9.55")]


def test_a_cell_without_competition_lists_none() -> None:
    found = filled(report("全年工作平稳。", TARGETS))
    assert {each.competitors for each in found} == {()}


def test_a_part_of_the_region_does_not_take_the_place_of_the_whole() -> None:
    review = (
        "高新区规模以上工业增加值增长21.55%。\n全市生产总值增长6%，规模以上工业增加值增长7%左右。"
    )
    found = filled(report(review, "继续努力。"))
    outturn = cell(found, "industrial_va", "growth", "actual")
    assert (outturn.chosen.value, outturn.chosen.fit) == (7, True)


def test_a_stretch_target_is_kept_beside_its_base() -> None:
    plan = TARGETS.replace("8%左右", "6%左右，力争6.5%")
    target = cell(filled(report("平稳。", plan)), "gdp", "growth", "target")
    assert target.chosen.value == 6
    assert target.stretch is not None
    assert target.stretch.value == Decimal("6.5")


def test_a_bound_that_an_exact_figure_follows_is_not_a_competitor() -> None:
    review = "地区生产总值突破500亿元、达513.35亿元，一般公共预算收入20亿元。"
    outturn = cell(filled(report(review, "继续努力。")), "gdp", "level", "actual")
    assert outturn.chosen.value == 51_335_000_000
    assert outturn.competitors == ()


@pytest.mark.parametrize(
    ("review", "indicator", "value"),
    [
        # Of a park first, of the whole later: a part is never more than the whole.
        ("千年森林累计造林43万亩。\n全市完成营造林630万亩。", "afforestation", 6_300_000),
        # In one sentence the first is what is named.
        ("新建高标准农田3万亩，改造提升6万亩。", "high_standard_farmland", 30_000),
        # In brackets, what the whole is made of.
        ("新增公办学位3.2万个（高中学位3000个，幼儿园学位8190个）。", "school_places", 32_000),
    ],
)
def test_the_whole_comes_before_what_it_is_made_of(review: str, indicator: str, value: int) -> None:
    found = filled(report(review, "继续努力。"))
    (outturn,) = (each for each in found if each.key.indicator == indicator)
    assert outturn.chosen.value == value


def test_of_values_that_do_not_add_up_the_first_is_taken() -> None:
    review = "城镇污水集中处理率达92%。\n城市污水集中处理率达95%。"
    found = filled(report(review, "继续努力。"))
    (rate,) = (each for each in found if each.key.indicator == "sewage_treatment_rate")
    assert rate.chosen.value == 92


def test_all_industry_is_set_aside_where_the_indicator_is_of_the_larger_ones() -> None:
    review = "全部工业增加值313.7亿元，增长14.2%。\n规模以上工业增加值191亿元，增长20.8%。"
    found = filled(report(review, "继续努力。"))
    growth = cell(found, "industrial_va", "growth", "actual")
    assert (growth.chosen.value, growth.chosen.fit) == (Decimal("20.8"), True)
    inside = "全部工业增加值达到393亿元，其中规模以上工业增加值279.84亿元，增长21.5%。"
    found = filled(report(inside, "继续努力。"))
    level = cell(found, "industrial_va", "level", "actual")
    assert (level.chosen.value, level.chosen.fit) == (27_984_000_000, True)
    alone = filled(report("全部工业增加值增长14.2%。", "继续努力。"))
    assert [each.chosen.flags for each in alone] == [("wider",)]


def test_households_are_not_counted_as_estates() -> None:
    review = "改造老旧小区7.9万户。"
    (found,) = filled(report(review, "改造老旧小区220个。"))[:1]
    assert (found.key.unit, found.chosen.value) == ("户", 79_000)
    assert "other_unit" in found.chosen.flags
    _, wide = panel_of(statements(report(review, "改造老旧小区220个。")))
    assert wide[0]["old_estates_renovated_change_actual_户"] == 79_000
    assert wide[1]["old_estates_renovated_change_target"] == 220


@pytest.mark.parametrize(
    ("before", "of_part"),
    [
        ("前三季度，地区生产总值增长", True),
        ("2022年前三季度，地区生产总值增长", True),
        ("1至11月，财政收入增长", True),
        ("1-9月，财政收入增长", True),
        ("前十个月，财政收入增长", True),
        ("截至10月底，贷款余额", True),
        ("截至2022年9月末，贷款余额", True),
        ("上半年增长5%，全年增长", False),
        ("全年增长5%，其中四季度增长", True),
        ("1-12月，财政收入增长", False),
        ("截至12月底，贷款余额", False),
        ("截至年底，贷款余额", False),
        ("2022年，地区生产总值增长", False),
        ("地区生产总值增长", False),
    ],
)
def test_the_nearest_words_tell_a_part_of_the_year(before: str, of_part: bool) -> None:
    assert of_part_of_year(f"{before}5%。", len(before)) is of_part


def panel_of(
    *regions: list[dict[str, Any]], units: tuple[str, ...] = (), **rules: Any
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    chosen = PanelRules(
        catalogue=catalogue(),
        units=Units.of(units, catalogue()),
        address=lambda record: f"{record['source']}#{record['start']}-{record['end']}",
        **rules,
    )
    with wide_table(regions, chosen) as (_, rows):
        wide = list(rows)
    return list(long_rows(regions, chosen)), wide


def test_only_the_long_table_has_values_that_are_set_aside() -> None:
    review = (
        "前三季度，全市一般公共预算收入增长5%。\n高新区规模以上工业增加值增长21%。\n"
        "地区生产总值增长600%。"
    )
    long, wide = panel_of(statements(report(review, TARGETS)))
    flags = {row["indicator"]: row["flags"] for row in long if row["status"] == "actual"}
    assert flags == {
        "budget_revenue": ["part_of_year"],
        "industrial_va": ["part"],
        "gdp": ["implausible"],
    }
    assert [name for row in wide for name in row if name.endswith("_actual")] == []
    _, with_them = panel_of(statements(report(review, TARGETS)), set_aside=True)
    assert sum(name.endswith("_actual") for name in with_them[0]) == 3


def test_what_is_planned_for_half_a_year_does_not_fill_a_years_cell() -> None:
    text = (
        "江川县2023年政府工作报告\n各位代表：\n一、过去五年工作回顾\n五年来，改造老旧小区30个。\n"
        "二、2023年下半年重点工作\n年底前完成3个老旧小区改造，新建农村公路41公里。\n"
        "全年城镇新增就业2000人。\n"
    )
    found = filled(text)
    flags = {each.key.indicator: each.chosen.flags for each in found}
    assert flags["old_estates_renovated"] == flags["rural_roads"] == ("part_of_year",)
    assert flags["urban_new_jobs"] == ()


def test_the_grid_tells_values_of_other_years_from_nothing() -> None:
    text = (
        "邯郸市2023年政府工作报告\n各位代表：\n一、过去五年工作回顾\n五年来，改造老旧小区30个，"
        "新建农村公路6221公里，地区生产总值年均增长6.3%。\n二、2023年工作安排\n"
        "进出口总额稳中有升。\n"
    )
    records = statements(text)
    grid = Report(
        region_code="130400", region="邯郸市", province="河北省", level="prefecture", year=2023,
        review_year=2022, state="done",
    )  # fmt: skip
    said = [{"year": 2023, "indicator": "foreign_trade", "status": "target",
             "kind": "qualitative", "measure": "growth"}]  # fmt: skip
    said += of_other_years(records)
    rows = {
        row["indicator"]: row
        for row in coverage_rows([grid], records, catalogue(), without_values=said)
    }
    assert rows["rural_roads"]["outturn_reason"] == "value_other_years"
    assert rows["rural_roads"]["target_reason"] == "nothing_stated"
    assert rows["gdp"]["outturn_measures"] == "average_growth"
    assert rows["foreign_trade"]["reason"] == "qualitative"
    assert rows["population"]["reason"] == "nothing_stated"


def test_targets_meet_the_outturns_that_the_next_report_states() -> None:
    both = statements(report("平稳。", TARGETS)) + statements(
        report("全年地区生产总值增长7.5%，一般公共预算收入增长6%。", "继续努力。", year=2024),
        "邯郸市2024年政府工作报告.txt",
    )
    long, wide = panel_of(both)
    (target,) = [row for row in long if (row["indicator"], row["status"]) == ("gdp", "target")]
    assert (target["value"], target["outturn"], target["gap"]) == (
        8,
        Decimal("7.5"),
        Decimal("-0.5"),
    )
    (year,) = [row for row in wide if row["year"] == 2023]
    assert year["gdp_growth_target_gap"] == Decimal("-0.5")
    assert year["budget_revenue_growth_target_gap"] == 1


def test_a_target_is_compared_with_the_level_of_government_above() -> None:
    province = statements(
        report("平稳。", TARGETS.replace("8%左右", "6%左右"), city="河北省"),
        "河北省2023年政府工作报告.txt",
    )
    city = statements(report("平稳。", TARGETS))
    long, wide = panel_of(province, city)
    (target,) = [
        row
        for row in long
        if (row["region"], row["indicator"], row["status"]) == ("邯郸市", "gdp", "target")
    ]
    assert (target["above_region"], target["above_target"], target["over_above"]) == (
        "河北省",
        6,
        2,
    )
    assert [row["gdp_growth_target_over_above"] for row in wide] == [None, 2]


def test_an_amount_is_not_measured_by_that_of_the_region_above() -> None:
    plan = "新增城镇就业{}人。"
    province = statements(
        report("平稳。", plan.format("80万"), city="河北省"), "河北省2023年政府工作报告.txt"
    )
    long, wide = panel_of(province, statements(report("平稳。", plan.format("6万"))))
    target = next(row for row in long if row["region"] == "邯郸市")
    assert (target["above_target"], target["over_above"]) == (800_000, None)
    assert not any("over_above" in name for row in wide for name in row)


def test_units_are_what_the_reader_asks_for_and_dollars_stay_dollars() -> None:
    review = "全市地区生产总值达到4346.3亿元，外贸进出口总额达到1.2亿美元。"
    long, wide = panel_of(statements(report(review, "继续努力。")), units=("亿元",))
    shown = {row["indicator"]: (row["value"], row["unit"], row["yuan"]) for row in long}
    assert shown == {
        "gdp": (Decimal("4346.3"), "亿元", 434_630_000_000),
        "foreign_trade": (120_000_000, "美元", None),
    }
    assert wide[0]["gdp_level_actual_亿元"] == Decimal("4346.3")
    assert wide[0]["foreign_trade_level_actual_美元"] == 120_000_000


def test_incomes_stay_in_yuan_where_sums_are_shown_in_hundreds_of_millions() -> None:
    review = "地区生产总值820亿元，居民人均可支配收入3.2万元。"
    for wanted, income in (("亿元", (32_000, "元")), ("万元", (Decimal("3.2"), "万元"))):
        long, _ = panel_of(statements(report(review, "继续努力。")), units=(wanted,))
        shown = {row["indicator"]: (row["value"], row["unit"]) for row in long}
        assert shown["resident_income"] == income
        assert shown["gdp"][1] == wanted


@pytest.mark.parametrize("wanted", [["亿"], ["光年"], ["亿元", "万元"]])
def test_a_unit_that_no_indicator_has_is_refused(wanted: list[str]) -> None:
    with pytest.raises(UnknownUnit):
        Units.of(wanted, catalogue())
