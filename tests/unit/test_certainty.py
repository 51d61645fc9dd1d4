"""An observation is uncertain for a reason that it names, and certain otherwise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from extracted import METADATA, as_it_is, read
from invented import catalogue

from zhibiao.domain import Doubt, Observation
from zhibiao.extract import explain

REVIEW = "一、2022年工作回顾\n"


def stated(text: str) -> list[Observation]:
    whole = REVIEW + text
    found = read(whole).observations
    return [each for each in found if each.indicator is not None and each.scope == "region"]


@pytest.mark.parametrize(
    "text",
    [
        "全市地区生产总值增长6.5%。",
        "实现社会消费品零售总额326.3亿元，增长6.8%，居全省第4位。",
        "城镇和农村居民人均可支配收入分别增长6%、7.1%。",
        "全市高新技术企业总数达到386家，新增98家。",
        "一般公共预算收入完成38亿元、税收占比达75%。",
        "今年全市地区生产总值增长6.5%，力争达到7%。",
    ],
)
def test_what_is_said_plainly_is_certain(text: str) -> None:
    found = stated(text)
    assert found
    assert [(each.certain, each.doubts) for each in found] == [(True, ())] * len(found)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("碧波型基础设施投资123亿元。", Doubt.MODIFIED_NAME),
        ("积极培育高新技术企业，全市共386家。", Doubt.EARLIER_CLAUSE),
        ("新增科技型中小企业库容，高新技术企业86家。", Doubt.MEASURE_GUESSED),
        ("地区生产总值增长6.5%。全年地区生产总值增长7.2%。", Doubt.CONFLICT),
        ("地区生产总值增长9480%。", Doubt.IMPLAUSIBLE),
    ],
)
def test_what_had_to_be_assumed_is_named(text: str, doubt: Doubt) -> None:
    found = stated(text)
    assert found
    assert doubt in found[-1].doubts
    assert not found[-1].certain


@pytest.mark.parametrize(
    ("told", "years"),
    [
        ("引进到位资金128亿元。", (2018, 2022)),
        ("2022年进出口总额18亿美元，是2017年的2.6倍；引进到位资金128亿元。", (2022, 2022)),
        ("2022年农民人均可支配收入9600元，年均增长12%；改造棚户区1200户。", (2022, 2022)),
    ],
)
def test_of_how_many_years_an_amount_is_may_be_doubtful_in_a_review_of_several(
    told: str, years: tuple[int, int]
) -> None:
    found = stated(f"\n一、过去五年工作回顾\n成效明显。{told}")[-1]
    assert (found.period_start, found.period_end) == years
    assert found.doubts == (Doubt.YEARS_COUNTED,)


def test_what_goes_on_about_a_doubtful_name_is_doubtful_too() -> None:
    first, second = stated("碧波型基础设施投资123亿元，增长8.6%。")
    assert first.doubts == (Doubt.MODIFIED_NAME,)
    assert second.doubts == (Doubt.MODIFIED_NAME,) or Doubt.FOLLOWS_DOUBT in second.doubts


def test_an_explanation_tells_the_doubts() -> None:
    whole = REVIEW + "碧波型基础设施投资123亿元。"
    told = explain(as_it_is(whole), whole, METADATA, catalogue())[-1]
    assert "doubts: modified_name" in told.steps


def test_every_doubt_stands_in_the_docs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "extraction.md").read_text("utf-8")
    assert {doubt.value for doubt in Doubt} <= set(re.findall(r"^\| `(\w+)` \|", text, re.M))
