"""Whole reports whose year has to be found first: each figure lands in the year it tells of."""

from __future__ import annotations

import pytest

from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.domain import Metadata, RawDocument, Scope
from zhibiao.extract import extract
from zhibiao.metadata.describe import describe
from zhibiao.outline.frames import Years
from zhibiao.outline.tree import read_outline
from zhibiao.text import clean

OPENING = "各位代表：\n现在，我代表县人民政府向大会报告工作，请予审议。\n"
DECEMBER = "政府工作报告\n——2021年12月27日在江川县第九届人民代表大会第一次会议上\n" + OPENING
JANUARY = "政府工作报告\n——2022年1月8日在江川县第九届人民代表大会第一次会议上\n" + OPENING
UNDATED = "政府工作报告\n" + OPENING


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def stated(text: str, catalogue: Catalogue) -> list[str]:
    """`indicator value status years` of each catalogued figure, in the order of the text."""
    document = RawDocument(name="doc01.txt", part=0, text=text, media_type="text/plain")
    cleaned = clean(document)
    found = extract(cleaned, text, describe(document, cleaned), catalogue)
    return [
        f"{o.indicator} {o.value.normalize():f} {o.status} {o.period_start}-{o.period_end}"
        for o in found.observations
        if o.indicator is not None and o.scope is Scope.REGION
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # What is behind a session at the year's end ends with that year.
        (
            "一、过去五年工作回顾\n全县地区生产总值年均增长7.1%，财政总收入年均增长6%。\n",
            ["gdp 7.1 actual 2017-2021", "total_fiscal_revenue 6 actual 2017-2021"],
        ),
        (
            "一、过去五年工作回顾\n地区生产总值由2016年120亿元增加到2021年182亿元，年均增长7%。\n",
            ["gdp 120 actual 2016-2016", "gdp 182 actual 2021-2021", "gdp 7 actual 2017-2021"],
        ),
        ("一、今年工作回顾\n粮食产量12万吨。\n", ["grain_output 12 actual 2021-2021"]),
        ("一、过去一年工作回顾\n粮食产量12万吨。\n", ["grain_output 12 actual 2021-2021"]),
        ("一年来，固定资产投资增长9%。\n", ["fixed_asset_investment 9 actual 2021-2021"]),
        ("今年以来，固定资产投资增长9%。\n", ["fixed_asset_investment 9 actual 2021-2021"]),
        ("预计全年固定资产投资增长9%。\n", ["fixed_asset_investment 9 actual 2021-2021"]),
        ("去年固定资产投资增长9%。\n", ["fixed_asset_investment 9 actual 2020-2020"]),
        # What is ahead of it begins with the next.
        ("二、明年工作安排\n粮食产量12万吨。\n", ["grain_output 12 target 2022-2022"]),
        ("二、2022年工作安排\n粮食产量12万吨。\n", ["grain_output 12 target 2022-2022"]),
        (
            "二、下一步工作安排\n主要预期目标是：粮食产量12万吨。\n",
            ["grain_output 12 target 2022-2022"],
        ),
        ("明年，粮食产量力争达到12万吨。\n", ["grain_output 12 target 2022-2022"]),
        ("新的一年，粮食产量要达到12万吨。\n", ["grain_output 12 target 2022-2022"]),
        (
            "二、今后五年奋斗目标\n地区生产总值年均增长8%，五年后城镇化率达到55%。\n",
            ["gdp 8 target 2022-2026", "urbanization_rate 55 target 2026-2026"],
        ),
        # 今年 is behind it where it plans 明年, else it may be the year planned.
        (
            "二、2022年工作安排\n今年粮食产量11万吨，明年要达到12万吨。\n",
            ["grain_output 11 actual 2021-2021", "grain_output 12 target 2022-2022"],
        ),
        ("二、2022年工作安排\n今年，粮食产量12万吨。\n", ["grain_output 12 target 2022-2022"]),
        (
            "一、过去五年回顾\n今年粮食产量11万吨。\n二、2022年工作安排\n粮食产量12万吨。\n",
            ["grain_output 11 actual 2021-2021", "grain_output 12 target 2022-2022"],
        ),
        (
            "二、2022年工作安排\n力争三年内高新技术企业达到30家。\n",
            ["high_tech_enterprises 30 target 2024-2024"],
        ),
    ],
)
def test_a_session_at_the_years_end_looks_back_on_it_and_plans_the_next(
    body: str, expected: list[str], catalogue: Catalogue
) -> None:
    assert stated(DECEMBER + body, catalogue) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("一、过去一年工作回顾\n粮食产量12万吨。\n", "actual 2021-2021"),
        ("一年来，粮食产量12万吨。\n", "actual 2021-2021"),
        ("二、今年工作安排\n粮食产量12万吨。\n", "target 2022-2022"),
        ("二、今后五年奋斗目标\n粮食产量12万吨。\n", "target 2026-2026"),
        ("新的一年，粮食产量要达到12万吨。\n", "target 2022-2022"),
    ],
)
def test_a_session_in_january_looks_back_on_the_year_before(
    body: str, expected: str, catalogue: Catalogue
) -> None:
    assert stated(JANUARY + body, catalogue) == [f"grain_output 12 {expected}"]


def test_a_headline_on_aims_that_were_reached_makes_no_aims_of_a_review(
    catalogue: Catalogue,
) -> None:
    text = (
        "《政府工作报告》摘要（二）：2021年全县各项目标任务圆满完成\n"
        "县长作《政府工作报告》，对2021年工作作了全面回顾，对2022年的主要工作作了安排部署。\n"
        "据初步统计，全县地区生产总值增长8.6%，达到102亿元。\n"
    )

    assert stated(text, catalogue) == ["gdp 8.6 actual 2021-2021", "gdp 102 actual 2021-2021"]


@pytest.mark.parametrize("address", [OPENING, ""])
def test_aims_in_a_headline_above_the_title_make_no_aims_of_the_review(
    address: str, catalogue: Catalogue
) -> None:
    text = (
        "2022年目标任务确定\n2022年江川县政府工作报告\n"
        f"{address}全县经济稳中有进，地区生产总值增长6.4%。\n"
    )

    assert stated(text, catalogue) == ["gdp 6.4 actual 2021-2021"]


def test_an_address_within_the_speech_leaves_the_headings_above_it(catalogue: Catalogue) -> None:
    prose = "我们坚持稳中求进工作总基调，统筹推进各项工作，" * 4
    text = f"二、2022年工作安排\n{prose}\n各位代表：\n粮食产量12万吨。\n"

    assert stated(text, catalogue) == ["grain_output 12 target 2022-2022"]


def test_links_to_other_years_reports_do_not_shift_the_review(catalogue: Catalogue) -> None:
    text = (
        "2021年江川县人民政府工作报告 2022年江川县人民政府工作报告\n"
        + JANUARY
        + "一、2021年工作回顾\n2021年，面对压力，我们稳中求进。全年地区生产总值增长6.4%。\n"
        + "二、2022年工作安排\n地区生产总值增长7%。\n"
    )

    assert stated(text, catalogue) == ["gdp 6.4 actual 2021-2021", "gdp 7 target 2022-2022"]


@pytest.mark.parametrize(
    "telling",
    [
        "过去的2021年，我们迎难而上。",
        "2021年，是江川发展史上极不平凡的一年。",
        "去年是中国共产党成立100周年。",
    ],
)
def test_a_report_without_a_year_above_it_is_dated_by_what_it_says(
    telling: str, catalogue: Catalogue
) -> None:
    text = (
        UNDATED + f"一、工作回顾\n{telling}地区生产总值增长6.4%。\n二、工作安排\n税收收入增长7%。\n"
    )

    assert stated(text, catalogue) == ["gdp 6.4 actual 2021-2021", "tax_revenue 7 target 2022-2022"]


def test_a_report_that_tells_no_year_is_given_none(catalogue: Catalogue) -> None:
    text = UNDATED + "一、工作回顾\n比2015年变化很大。地区生产总值增长6.4%。\n"

    assert stated(text, catalogue) == ["gdp 6.4 actual None-None"]


def test_a_line_that_is_a_year_is_the_heading_of_what_is_of_that_year(
    catalogue: Catalogue,
) -> None:
    text = (
        "2022年江川县政府工作报告\n县长昨日作报告。\n2021年：\n粮食产量11万吨。\n"
        "2022年：\n粮食产量12万吨。\n"
    )

    assert stated(text, catalogue) == [
        "grain_output 11 actual 2021-2021",
        "grain_output 12 target 2022-2022",
    ]


@pytest.mark.parametrize(
    ("known", "heading", "status", "year"),
    [
        # The text's own heading of review against metadata that are a year off.
        ((2023, 2023), "一、2022年工作回顾", "actual", 2022),
        ((2022, 2021), "一、2022年工作回顾", "actual", 2022),
        ((2023, 2022), "一、2020年以来工作回顾", "actual", 2022),
        ((2023, 2022), "一、2022年工作回顾和2023年展望", "actual", 2022),
        ((2021, 2021), "一、今年工作回顾", "actual", 2021),
        ((2021, 2021), "二、明年工作打算", "target", 2022),
        ((2022, 2021), "二、今年工作打算", "target", 2022),
    ],
)
def test_a_headings_own_year_holds(
    known: tuple[int, int], heading: str, status: str, year: int
) -> None:
    frame = read_outline(f"开头。\n{heading}\n", Years(*known)).frames[-1]

    assert (frame.status, frame.year) == (status, year)


def test_what_a_heading_reviews_is_no_aim_under_metadata_that_are_a_year_off(
    catalogue: Catalogue,
) -> None:
    text = "一、2022年工作回顾\n2022年，粮食产量12万吨。\n"
    document = RawDocument(name="a.txt", part=0, text=text, media_type="text/plain")
    found = extract(clean(document), text, Metadata(year=2022, review_year=2021), catalogue)

    assert [(o.status, o.period_end) for o in found.observations] == [("actual", 2022)]


@pytest.mark.parametrize(
    ("known", "planned"),
    [((2022, 2021), 2022), ((2021, 2021), 2022), ((None, None), None), ((2022, None), 2022)],
)
def test_the_first_year_planned_is_that_of_delivery_or_the_next_at_the_years_end(
    known: tuple[int | None, int | None], planned: int | None
) -> None:
    assert Years(*known).planned == planned
