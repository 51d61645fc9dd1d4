"""What extraction promises for any text: grounding, completeness, flags, explanations."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from extracted import METADATA, as_it_is, read
from invented import catalogue

from zhibiao.domain import (
    CleanText,
    Measure,
    Metadata,
    Observation,
    OffsetMap,
    Scope,
    Status,
)
from zhibiao.extract import explain, extract, render
from zhibiao.extract.owner.binder import Binder
from zhibiao.extract.owner.bindings import Slot
from zhibiao.extract.scope.home import Home
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.words.sentences import Line
from zhibiao.text.sentences import REACH_CHARACTERS


def only(text: str, metadata: Metadata = METADATA) -> Observation:
    (observation,) = read(text, metadata).observations
    return observation


def test_evidence_runs_from_the_name_through_the_number() -> None:
    found = only("据统计，全市粮食总产量稳定在52.6万吨以上。")
    assert found.evidence == "粮食总产量稳定在52.6万吨以上"
    assert (found.subject, found.unit, found.value) == ("粮食总产量", "万吨", Decimal("52.6"))
    assert found.base_value == Decimal(526_000_000)
    assert found.base_unit == "公斤"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("甲事已成。全市粮食总产量52.6万吨，创新高。丙事。", "全市粮食总产量52.6万吨，创新高。"),
        ("他说：“粮食总产量52.6万吨。”丙事。", "他说：“粮食总产量52.6万吨。”"),
        ("一、农业\n粮食总产量52.6万吨\n二、工业", "粮食总产量52.6万吨"),
        ("其一，蔬菜丰收；其二，粮食总产量52.6万吨；", "其二，粮食总产量52.6万吨；"),
        ("丙事。经营主体稳中培优。总量达9.4万户。", "经营主体稳中培优。总量达9.4万户。"),
    ],
)
def test_the_sentence_around_the_evidence_is_given(text: str, sentence: str) -> None:
    found = only(text)
    assert found.sentence == sentence
    assert found.sentence_span.of(text) == sentence


def test_a_sentence_keeps_the_line_ends_that_cleaning_took_out_of_it() -> None:
    raw = "前言。完成一般公共\n预算收入38亿元，\n增收节支。\n后语。"
    kept = [place for place, character in enumerate(raw) if not character.isspace()]
    offsets = OffsetMap((at, place, 1) for at, place in enumerate(kept))
    text = CleanText(text="".join(raw[place] for place in kept), offsets=offsets)
    (found,) = extract(text, raw, METADATA, catalogue()).observations
    assert found.sentence == "完成一般公共\n预算收入38亿元，\n增收节支。"


def test_text_without_full_stops_gives_a_sentence_of_bounded_length_cut_at_commas() -> None:
    text = "事事有进展，" * 5000 + "粮食总产量52.6万吨，" + "样样有着落，" * 5000
    found = only(text)
    assert found.sentence.startswith("事事")
    assert found.sentence.endswith("着落")
    assert 700 < len(found.sentence) <= len(found.evidence) + 2 * REACH_CHARACTERS


def test_spaces_and_line_ends_inside_a_number_stay_in_the_evidence() -> None:
    raw = "完成一般公共预算收入 38.\n5 亿元。"
    kept = [place for place, character in enumerate(raw) if not character.isspace()]
    offsets = OffsetMap((at, place, 1) for at, place in enumerate(kept))
    text = CleanText(text="".join(raw[place] for place in kept), offsets=offsets)
    (found,) = extract(text, raw, METADATA, catalogue()).observations
    assert found.evidence == "一般公共预算收入 38.\n5 亿元"
    assert found.number_span.of(raw) == "38.\n5"
    assert found.value == Decimal("38.5")


def test_a_number_without_a_name_in_the_catalogue_is_an_open_quantity() -> None:
    found = only("新建口袋书屋36座。")
    assert (found.indicator, found.subject, found.value, found.unit) == (
        None,
        "口袋书屋",
        Decimal(36),
        "座",
    )
    assert found.measure is Measure.CHANGE


def test_things_counted_before_their_name_take_it_from_behind() -> None:
    assert only("全面完成20件民生实事。").subject == "民生实事"


def test_a_rejected_number_says_why() -> None:
    reasons = {
        r.surface: r.reason for r in read("2022年6月，第3次会议；前10名；国道324改线。").rejections
    }
    assert reasons == {
        "2022年": "date",
        "6月": "date",
        "3": "ordinal",
        "10名": "rank",
        "324": "name_part",
    }


@pytest.mark.parametrize(
    "written",
    [
        "2023-02-09",
        "2023.2.9",
        "2023/12/31",
        "2023．02．09",
        "2023-02-09 09:02:33",
        "2023-2-909:02",
    ],
)
def test_a_date_in_figures_is_one_date(written: str) -> None:
    rejections = read(f"发布时间：{written} 来源：办公室\n").rejections
    assert [(r.surface, r.reason) for r in rejections] == [(written, "date")]


@pytest.mark.parametrize("written", ["2023.02", "2023.13.4", "2023.5.6%", "32023.1.2", "2023-2.9"])
def test_what_only_looks_like_a_date_in_figures_is_none(written: str) -> None:
    extraction = read(f"地区生产总值达到{written}。")
    assert written not in {r.surface for r in extraction.rejections if r.reason == "date"}


def test_a_comparison_with_another_region_is_rejected() -> None:
    extraction = read("地区生产总值增速高于全省1.2个百分点。")
    assert extraction.observations == ()
    assert [r.reason for r in extraction.rejections] == ["comparison"]


def test_an_implausible_value_is_kept_and_flagged() -> None:
    found = only("城镇登记失业率达到86%。")
    assert found.flags == ("implausible",)
    assert found.value == Decimal(86)


def test_years_that_only_the_surroundings_tell_are_flagged() -> None:
    review = "一、2022年工作回顾\n成绩来之不易。\n"
    text = review + "二、山高水长\n新增高新技术企业9家。2021年，新增高新技术企业6家。"
    found = [o for o in read(text).observations if o.indicator == "high_tech_enterprises"]
    assert [o.flags for o in found] == [("years_inferred",), ()]


def test_two_values_of_one_fact_are_linked() -> None:
    found = read("地区生产总值达到512亿元。\n综合实力增强，地区生产总值达到521亿元。").observations
    assert [o.flags for o in found] == [("conflict",), ("conflict",)]
    assert found[0].conflict == found[1].conflict is not None


def test_the_same_fact_told_twice_is_stated_once() -> None:
    extraction = read("地区生产总值增长6.1%。\n全市地区生产总值增长6.1%。")
    assert len(extraction.observations) == 1
    assert [r.reason for r in extraction.rejections] == ["repeated"]


def test_what_grew_in_a_part_of_the_year_is_rejected_beside_the_years_own_growth() -> None:
    extraction = read("地区生产总值上半年增长4.2%，全年增长5.3%。")
    assert [str(o.value) for o in extraction.observations] == ["5.3"]
    assert [(r.surface, r.reason) for r in extraction.rejections] == [("4.2%", "part_of_year")]


def test_the_word_of_resolve_is_kept_as_the_tone_of_a_target() -> None:
    plan = "二、2023年工作安排\n"
    assert [o.tone for o in read(plan + "力争地区生产总值增长7%。").observations] == ["力争"]
    assert [o.tone for o in read(plan + "地区生产总值增长7%左右。").observations] == ["左右"]
    assert [o.tone for o in read("地区生产总值增长7%左右。").observations] == [None]


def test_a_part_is_kept_and_marked() -> None:
    found = only("高新区工业总产值达到320亿元。")
    assert (found.indicator, found.scope) == ("industrial_output", Scope.PART)


UNNAMED = Metadata(year=2023, review_year=2022)


def test_a_province_that_no_metadata_name_is_what_its_report_most_speaks_of() -> None:
    text = "一、2022年工作回顾\n全省生产总值增长6%，全省城镇新增就业66万人。"

    assert [o.scope for o in read(text, UNNAMED).observations] == [Scope.REGION, Scope.REGION]


def test_a_county_that_no_metadata_name_is_named_by_its_title_and_is_not_its_province() -> None:
    text = (
        "丰泽坪县政府工作报告\n一、2022年工作回顾\n丰泽坪县完成生产总值56亿元。"
        "全县城镇新增就业6600人。全省生产总值增长6%。"
    )

    scopes = [o.scope for o in read(text, UNNAMED).observations]
    assert scopes == [Scope.REGION, Scope.REGION, Scope.PART]


def test_the_nations_own_report_speaks_of_the_nation() -> None:
    nation = Metadata(region="全国", region_code="000000", level="nation", year=2023)
    assert only("全国城镇新增就业1206万人。", nation).scope is Scope.REGION
    assert only("全国城镇新增就业1206万人。").scope is Scope.PART


def test_revenue_of_a_districts_own_level_is_its_budget_revenue() -> None:
    district = replace(METADATA, region="示例区", year=2010, review_year=2009)
    found = read(
        "三级财政收入50亿元，其中区级财政收入24亿元。财政收入61亿元。", district
    ).observations
    told = [(o.indicator, int(o.value)) for o in found if o.scope is Scope.REGION]
    assert told == [("budget_revenue", 24), ("total_fiscal_revenue", 61)]


@pytest.mark.parametrize(
    ("region", "stated", "scope"),
    [
        ("清河县", "县本级固定资产投资增长13%。", Scope.REGION),
        ("示例区", "区本级固定资产投资增长13%。", Scope.REGION),
        ("示例市", "市本级固定资产投资增长13%。", Scope.PART),  # without its counties
    ],
)
def test_what_a_county_has_itself_is_of_the_whole_county(
    region: str, stated: str, scope: Scope
) -> None:
    found = read(stated, replace(METADATA, region=region)).observations
    assert {(each.indicator, each.scope) for each in found} == {("fixed_asset_investment", scope)}


@pytest.mark.parametrize(
    ("stated", "scope"),
    [
        ("太原市完成固定资产投资1000亿元。", Scope.PART),
        ("全年太原完成固定资产投资1000亿元。", Scope.PART),
        ("平遥、太谷固定资产投资增长10%。", Scope.PART),
        ("其中，长治市固定资产投资增长10%。", Scope.PART),
        ("太原市生产总值稳步提升，全省固定资产投资增长10%。", Scope.REGION),
        ("太原地铁加快建设，固定资产投资增长10%。", Scope.REGION),
        ("支持太原市建设国家中心城市，固定资产投资增长10%。", Scope.REGION),
        ("山西固定资产投资增长10%。", Scope.REGION),
    ],
)
def test_a_place_within_the_region_is_a_part_of_it(stated: str, scope: Scope) -> None:
    province = Metadata(region="山西省", region_code="140000", level="province", year=2023)
    found = [o for o in read(stated, province).observations if o.indicator is not None]
    assert [(o.indicator, o.scope) for o in found] == [("fixed_asset_investment", scope)]


def test_without_metadata_the_years_come_from_the_heading_or_stay_unknown() -> None:
    found = only("2019年江川市政府工作报告\n全市地区生产总值增长6.1%。", Metadata())
    assert (found.period_start, found.period_end, found.status) == (2018, 2018, Status.ACTUAL)
    unknown = only("全市地区生产总值增长6.1%。", Metadata())
    assert (unknown.period_start, unknown.period_end) == (None, None)


def test_what_no_word_dates_is_a_sum_where_the_last_year_had_a_fraction_of_it() -> None:
    text = (
        "江川市2023年政府工作报告\n一、过去五年工作回顾\n一般公共预算支出820亿元，社会消费品零售总额306亿元。\n"
        "二、2022年工作回顾\n一般公共预算支出超过180亿元，社会消费品零售总额298亿元。\n"
    )
    told = {(o.indicator, o.period_start, o.period_end): o.value for o in read(text).observations}
    assert told["budget_expenditure", 2018, 2022] == 820
    assert told["budget_expenditure", 2022, 2022] == 180
    assert ("retail_sales", 2018, 2022) not in told  # about as much is no sum of five years


def test_a_rise_in_points_goes_on_from_the_year_that_the_one_before_it_is_counted_from() -> None:
    text = (
        "江川市2023年政府工作报告\n一、过去五年工作回顾\n2022年，常住人口城镇化率达到58.3%，比2017年提高"
        "6.2个百分点；森林覆盖率达到41.5%，提高2.8个百分点；城镇登记失业率3.1%，同比下降0.2个百分点。\n"
    )
    changes = {o.indicator: o for o in read(text).observations if o.measure is Measure.CHANGE}
    assert {name: (o.period_start, o.period_end) for name, o in changes.items()} == {
        "urbanization_rate": (2017, 2022),
        "forest_coverage": (2017, 2022),
        "registered_unemployment_rate": (2022, 2022),
    }


def test_explanations_of_terms_at_the_end_state_nothing() -> None:
    extraction = read("地区生产总值增长6%。\n名词解释\n高新技术企业：全国有30万家高新技术企业。")
    assert [o.indicator for o in extraction.observations] == ["gdp"]
    assert {r.reason for r in extraction.rejections} == {"glossary"}


def test_an_explanation_names_the_rule_of_each_stage() -> None:
    text = "全市生产总值达到760亿元，同比增长5.8%。"
    explanations = explain(as_it_is(text), text, METADATA, catalogue())
    assert [(e.surface, e.outcome, e.indicator) for e in explanations] == [
        ("760亿元", "observation", "gdp"),
        ("5.8%", "observation", "gdp"),
    ]
    told = render(explanations)
    assert told.count(text.rstrip("。")) == 1
    assert "the last clause is bare: still about 生产总值" in told


@pytest.mark.parametrize(
    ("region", "code", "called"),
    [
        ("果洛藏族自治州", "632600", "果洛州"),
        ("长阳土家族自治县", "420528", "长阳县"),
        ("东乌珠穆沁旗", "152525", "东乌旗"),
        ("科尔沁左翼中旗", "150521", "科左中旗"),
        ("彬州市", "610482", "彬州"),
    ],
)
def test_a_region_is_itself_under_its_usual_name(region: str, code: str, called: str) -> None:
    metadata = Metadata(
        region=region, region_code=code, level="county", year=2023, review_year=2022
    )
    found = only(f"{called}实现地区生产总值53.6亿元。", metadata)
    assert (found.indicator, found.scope) == ("gdp", Scope.REGION)


def test_an_explanation_tells_every_rule_in_words() -> None:
    text = (
        "2021年、2022年、2023年，工业增加值分别增长11%、8%、9%。增速比全省高1.2个百分点，"
        "为年初预算5.5亿元的103%。"
    )
    explanations = explain(as_it_is(text), text, METADATA, catalogue())
    owners = [step for e in explanations for step in e.steps if step.startswith("owner: ")]
    assert any("a list of years" in owner for owner in owners)
    assert any("what another is measured by" in owner for owner in owners)
    assert all(" " in owner.removeprefix("owner: ") for owner in owners)


def test_an_explanation_rejects_what_extraction_rejects_beside_other_numbers() -> None:
    text = (
        "地区生产总值一季度增长9.1%，上半年增长8.4%，全年增长7.2%。"
        "全年地区生产总值增长7.2%，财政收入38.6亿元。"
    )
    explanations = explain(as_it_is(text), text, METADATA, catalogue())
    assert [e.reason for e in explanations if e.outcome == "rejected"] == [
        "part_of_year", "part_of_year", "repeated",
    ]  # fmt: skip
    extraction = read(text)
    assert [r.surface for r in extraction.rejections] == [
        e.surface for e in explanations if e.reason
    ]
    assert len(extraction.observations) == sum(e.reason is None for e in explanations)


def test_an_explanation_tells_the_runner_up() -> None:
    text = "一般公共预算收入完成38.6亿元，其中税收收入25.1亿元，旅客平均停留2.3天。"
    first, second, third = explain(as_it_is(text), text, METADATA, catalogue())
    assert not any(step.startswith("runner-up") for step in (*first.steps, *third.steps))
    told = [step for step in second.steps if step.startswith("runner-up")]
    assert second.indicator == "tax_revenue"
    assert told
    assert "一般公共预算收入 (budget_revenue)" in told[0]


def test_a_rule_is_tried_on_a_copy_that_knows_all_that_was_read() -> None:
    home = Home((), nation=False, year=None)

    def unread() -> Binder:
        return Binder(Line("", []), [], catalogue(), home)

    binder, fresh = unread(), unread()
    slot = Slot(("gdp",), 0, 1)
    binder.subject = binder.shared = (slot,)
    binder.newly = binder.went_on = True
    binder.words = binder.shared_other = binder.compared = binder.behind = 5
    binder.areas_at = 5
    binder.known_part = Part(PartKind.SUBJECT, "经开区")
    binder.told, binder.open_leads, binder.years = [slot], [(0, 1)], [2021]
    fields = [name for name in dir(Binder) + dir(binder) if not name.startswith("_")]
    values = [name for name in fields if not callable(getattr(binder, name))]
    assert {name for name in values if getattr(binder, name) == getattr(fresh, name)} == {
        "text", "tokens", "masks", "present", "numbers", "indicators", "catalogue", "home",
        "transparent", "places", "explaining", "home_named",
    }  # fmt: skip
    other = binder.fork()
    assert all(getattr(other, name) == getattr(binder, name) for name in values)
    other.told.append(slot)
    other.open_leads.clear()
    assert (binder.told, binder.open_leads) == ([slot], [(0, 1)])


@pytest.fixture
def collections() -> Iterator[None]:
    """Garbage collections as they were, whatever a test leaves."""
    collected = gc.isenabled()
    yield
    (gc.enable if collected else gc.disable)()


@pytest.mark.parametrize("collected", [True, False])
@pytest.mark.usefixtures("collections")
def test_garbage_collections_are_afterwards_as_the_caller_had_them(collected: bool) -> None:
    broken = replace(METADATA, meeting=5)  # type: ignore[arg-type]
    (gc.enable if collected else gc.disable)()
    read("地区生产总值增长6%。")
    assert gc.isenabled() is collected
    with pytest.raises(TypeError):
        read("地区生产总值增长6%。", broken)
    assert gc.isenabled() is collected


@pytest.mark.usefixtures("collections")
def test_threads_that_extract_at_once_leave_garbage_collections_on() -> None:
    gc.enable()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(read, ["地区生产总值增长6%。" * 50] * 40))
    assert {len(each.observations) for each in found} == {1}
    assert gc.isenabled()
