"""The gazetteer knows places by code and by every name that they bear or bore."""

from __future__ import annotations

import re

import pytest

from zhibiao.gazetteer.gazetteer import Gazetteer
from zhibiao.gazetteer.make_regions import short_name


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def test_it_is_read_only_once() -> None:
    assert Gazetteer.load() is Gazetteer.load()


def test_codes_are_unique_and_of_six_digits_and_superiors_exist(gazetteer: Gazetteer) -> None:
    assert len(gazetteer) > 3100
    for region in gazetteer:
        assert re.fullmatch(r"\d{6}", region.code)
        assert region.parent == "" or gazetteer.by_code(region.parent) is not None
        if region.level in ("prefecture", "county"):
            assert region.code[:2] == region.parent[:2]


def test_there_is_a_province_for_every_place_but_the_nation(gazetteer: Gazetteer) -> None:
    without = [region.name for region in gazetteer if gazetteer.province(region) is None]

    assert without == ["全国"]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("彬州市", {"610482"}),
        ("彬县", {"610482"}),
        ("彬州", {"610482"}),
        ("恩施州", {"422800"}),
        ("济源市", {"419001"}),
        ("中华人民共和国", {"000000"}),
        ("城关区", {"620102", "540102"}),
        ("不存在市", set()),
    ],
)
def test_a_name_leads_to_all_who_bear_it(gazetteer: Gazetteer, name: str, codes: set[str]) -> None:
    assert {region.code for region in gazetteer.named(name)} == codes


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("广东省深圳市福田区", "440304"),
        ("深圳市福田区", "440304"),
        ("广东-潮州", "445100"),
        ("内蒙古自治区 呼伦贝尔市 海拉尔区", "150702"),
        ("陕西咸阳/彬县", "610482"),
        ("北京朝阳", "110105"),
        ("吉林省吉林市", "220200"),
        ("440304", "440304"),
        ("潮州", "445100"),
    ],
)
def test_an_entry_may_be_a_code_or_a_name_behind_its_superiors(
    gazetteer: Gazetteer, written: str, code: str
) -> None:
    assert [region.code for region in gazetteer.meant(written)] == [code]


@pytest.mark.parametrize(
    "written", ["广西壮族自治区深圳市", "福田区深圳市", "广东省无名市", "深圳市福田区莲花街道", ""]
)
def test_an_entry_of_other_superiors_or_below_the_counties_means_nobody(
    gazetteer: Gazetteer, written: str
) -> None:
    assert gazetteer.meant(written) == ()


def test_development_zones_and_groups_of_counties_are_left_out(gazetteer: Gazetteer) -> None:
    names = [region.name for region in gazetteer]

    assert not [name for name in names if "开发区" in name or "直辖县级" in name]
    assert "市辖区" not in names


def test_every_former_name_has_a_year_and_is_not_the_present_name(gazetteer: Gazetteer) -> None:
    former = [(region, *entry) for region in gazetteer for entry in region.former]

    assert len(former) > 500
    for region, name, until in former:
        assert name != region.name
        assert until is not None
        assert 1949 < until < 2030


def test_mentions_take_the_longest_name_at_each_place(gazetteer: Gazetteer) -> None:
    mentions = gazetteer.mentions("湖北省恩施土家族苗族自治州恩施市政府工作报告")

    assert [mention.name for mention in mentions] == ["湖北省", "恩施土家族苗族自治州", "恩施市"]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("彬州市", "彬州"),
        ("恩施土家族苗族自治州", "恩施"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("内蒙古自治区", "内蒙古"),
        ("沙县区", "沙县"),
        ("郊区", "郊区"),
        ("芒市", "芒市"),
        ("大兴安岭地区", "大兴安岭"),
        ("阿鲁科尔沁旗", "阿鲁科尔沁"),
    ],
)
def test_short_names_drop_the_rank_and_the_peoples(name: str, short: str) -> None:
    assert short_name(name) == short


def test_the_longest_name_wins_and_a_broken_character_hides_none(gazetteer: Gazetteer) -> None:
    text = "在\ud800驻马店市和泌阳，吉林市与吉林省"
    found = [(text[m.start : m.end], m.name, m.kind) for m in gazetteer.mentions(text)]
    assert [words for words, _, _ in found] == ["驻马店市", "泌阳", "吉林市", "吉林省"]
    assert all(words == name for words, name, _ in found)
    assert [kind for _, _, kind in found] == ["full", "short", "full", "full"]


@pytest.mark.parametrize("code", ["140000", "140100", "140105", "460400"])
def test_below_a_region_are_the_places_that_have_it_above_them(
    gazetteer: Gazetteer, code: str
) -> None:
    region = gazetteer.by_code(code)
    assert region is not None
    below = gazetteer.inferiors(region)
    assert len(below) == len(set(below))
    assert set(below) == {each for each in gazetteer if region in gazetteer.superiors(each)}
