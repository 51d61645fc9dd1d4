"""Metadata are found where the report states them, and are None where it does not."""

from __future__ import annotations

import json
from datetime import date

import pytest
from described import described, report
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.beside import DATA, GOLD, SHARED
from zhibiao.errors import MetadataError


@pytest.mark.parametrize(
    ("head", "name", "region", "code", "province", "level"),
    [
        ("2022年溧阳市政府工作报告", "a.txt", "溧阳市", "320481", "江苏省", "county"),
        ("溧阳市人民政府工作报告（2022年）", "a.txt", "溧阳市", "320481", "江苏省", "county"),
        ("2022年衢州市政府工作报告", "a.txt", "衢州市", "330800", "浙江省", "prefecture"),
        ("吉林省政府工作报告", "a.txt", "吉林省", "220000", "吉林省", "province"),
        ("2022年吉林市政府工作报告", "a.txt", "吉林市", "220200", "吉林省", "prefecture"),
        ("重庆市人民政府工作报告", "a.txt", "重庆市", "500000", "重庆市", "province"),
        ("万州区2022年政府工作报告", "a.txt", "万州区", "500101", "重庆市", "county"),
        ("恩施州政府工作报告", "a.txt", "恩施土家族苗族自治州", "422800", "湖北省", "prefecture"),
        ("仙桃市2022年政府工作报告", "a.txt", "仙桃市", "429004", "湖北省", "county"),
        ("长春市朝阳区政府工作报告", "a.txt", "朝阳区", "220104", "吉林省", "county"),
        ("政府工作报告", "07_宝应县.txt", "宝应县", "321023", "江苏省", "county"),
        ("政府工作报告", "各县/江苏省/徐州市/鼓楼区.txt", "鼓楼区", "320302", "江苏省", "county"),
        ("2016年彬县政府工作报告", "a.txt", "彬州市", "610482", "陕西省", "county"),
        ("2009年襄樊市政府工作报告", "a.txt", "襄阳市", "420600", "湖北省", "prefecture"),
        ("2012年通州市政府工作报告", "a.txt", "通州区", "320612", "江苏省", "county"),
        ("海南省政府工作报告", "a.txt", "海南省", "460000", "海南省", "province"),
        ("内蒙古自治区政府工作报告", "a.txt", "内蒙古自治区", "150000", "内蒙古自治区", "province"),
        ("高邮2022年政府工作报告", "a.txt", "高邮市", "321084", "江苏省", "county"),
    ],
)
def test_the_region_is_named_by_title_or_file(
    head: str, name: str, region: str, code: str, province: str, level: str
) -> None:
    found = described(report(head, kind=""), name)

    assert (found.region, found.region_code, found.province, found.level) == (
        region,
        code,
        province,
        level,
    )
    assert found.candidates == ()


@pytest.mark.parametrize(
    ("head", "by"),
    [
        ("政府工作报告\n——2022年1月12日在靖江市第十六届人民代表大会第一次会议上", "meeting"),
        ("政府工作报告\n靖江市人民政府市长 陆 平", "speaker"),
    ],
)
def test_the_region_is_named_by_meeting_or_speaker(head: str, by: str) -> None:
    found = described(report(head))

    assert found.region_code == "321282"
    assert found.decided_by["region"] == by


def test_the_region_is_named_by_the_introduction() -> None:
    assert described(report("政府工作报告", kind="兴化市")).region == "兴化市"


def test_the_region_is_named_by_the_pages_title() -> None:
    found = described(report("政府工作报告"), title="政府工作报告_泰兴市人民政府")

    assert found.region == "泰兴市"
    assert found.decided_by["region"] == "page title"


def test_a_place_that_the_text_speaks_of_all_the_time_is_its_region() -> None:
    text = report("政府工作报告") + "启东的明天更美好，全市人民奋发图强，市委市政府全力以赴。" * 12

    assert described(text).region == "启东市"


def test_a_collections_file_name_does_not_make_a_citys_report_the_provinces() -> None:
    assert described(report("政府工作报告"), "江苏省各市政府工作报告.txt").region is None


def test_a_name_that_many_places_bear_is_settled_by_the_superior_in_the_text() -> None:
    text = (
        report("2022年鼓楼区政府工作报告", kind="区") + "融入南京都市圈，服务南京发展大局。\n" * 4
    )

    found = described(text)

    assert (found.region, found.region_code) == ("鼓楼区", "320106")


def test_a_name_that_many_places_bear_stays_open_without_a_hint() -> None:
    found = described(report("2022年鼓楼区政府工作报告", kind="区"))

    assert found.region is None
    assert found.region_code is None
    assert set(found.candidates) == {"320106", "320302", "350102", "410204"}


@pytest.mark.parametrize(
    ("written", "province"),
    [
        ("陕西", "陕西省"),
        ("陕西省", "陕西省"),
        ("北京", "北京市"),
        ("广西", "广西壮族自治区"),
        ("某地", "某地"),
    ],
)
def test_a_province_may_be_given_by_its_short_name(written: str, province: str) -> None:
    found = described("2023年政府工作报告\n各位代表：", given={"province": written})
    assert found.province == province


@pytest.mark.parametrize(
    "written", ["广东省深圳市福田区", "深圳福田区", "广东 深圳 福田", "440304"]
)
def test_a_region_may_be_given_behind_its_superiors_or_by_its_code(written: str) -> None:
    found = described("全区生产总值增长6%。", given={"region": written})
    assert (found.region, found.region_code, found.province) == ("福田区", "440304", "广东省")


def test_a_given_province_settles_a_name_that_many_places_bear() -> None:
    found = described(report("2022年鼓楼区政府工作报告", kind="区"), given={"province": "福建省"})

    assert found.region_code == "350102"


def test_a_place_outside_the_given_province_is_not_the_region() -> None:
    found = described(report("2022年高邮市政府工作报告"), given={"province": "福建省"})

    assert (found.region, found.province) == (None, "福建省")


@pytest.mark.parametrize(
    "title", ["高邮市三垛镇政府工作报告", "兰州新区2022年工作报告", "高邮经济开发区管委会工作报告"]
)
def test_a_towns_or_a_zones_report_is_not_taken_for_its_superiors(title: str) -> None:
    assert described(report(title, kind="本级")).region is None


@pytest.mark.parametrize(
    "text",
    [
        "各位代表：\n现在，我代表国务院，向大会作政府工作报告，请予审议。\n一、2003年工作回顾\n",
        "政府工作报告\n——2004年3月5日在第十届全国人民代表大会第二次会议上\n"
        "国务院总理　张三\n各位代表：\n",
        "各位代表：\n過去的一年，我國各項建設事業都有了很大的發展。\n"
        + "我國工業和全國農業都在前進，國務院已經作了安排。\n" * 20,
    ],
)
def test_a_national_report_is_the_nations(text: str) -> None:
    found = described(text)

    assert (found.region, found.region_code, found.level) == ("全国", "000000", "nation")
    assert found.province is None


@pytest.mark.parametrize(
    ("text", "year", "review"),
    [
        (report("2022年高邮市政府工作报告"), 2022, 2021),
        (report("高邮市政府工作报告"), 2022, 2021),
        # Titled by the year that it reviews.
        (report("2021年高邮市政府工作报告", year=2022), 2022, 2021),
        (
            "高邮市政府工作报告\n各位代表：\n我代表市人民政府报告工作。\n一、过去五年工作回顾\n"
            "过去五年，我们砥砺前行。\n二、2017年工作安排\n今年要抓好项目。\n",
            2017,
            2016,
        ),
        (
            "高邮市政府工作报告\n各位代表：\n我代表市人民政府报告工作。\n一、去年工作回顾\n"
            "2005年，全市经济较快增长。\n二、今年主要任务\n要抓好项目。\n",
            2006,
            2005,
        ),
        (
            "各位代表：\n我代表国务院，向第八届全国人民代表大会第三次会议作政府工作报告。\n",
            1995,
            1994,
        ),
        ("政府工作报告\n各位代表：\n我代表市人民政府报告工作，请予审议。\n", None, None),
    ],
)
def test_years_are_read_where_the_report_states_them(
    text: str, year: int | None, review: int | None
) -> None:
    found = described(text)

    assert (found.year, found.review_year) == (year, review)


@pytest.mark.parametrize(
    ("head", "tail", "partial"),
    [
        ("2024年《政府工作报告》（摘登）", "", True),
        ("政府工作报告（摘要）", "", True),
        ("政府工作报告（节选）", "", True),
        ("2022年高邮市政府工作报告", "（下转第三版）", True),
        ("（上接第一版）\n政府工作报告", "", True),
        ("2022年高邮市政府工作报告", "（下转第三版）\n（上接第一版）\n今年要抓好民生。", False),
        ("2022年高邮市政府工作报告", "", False),
        ("政府工作报告\n（上接第一版）", "（下转第三版）", True),  # a part from the middle
        ("政府工作报告\n(上接A1版)", "\n下转A3", True),
        ("政府工作報告\n（上接第一版）", "（下轉第三版）", True),
        ("2022年高邮市政府工作报告", "（下转2版）\n（上接1版）\n今年抓民生。（下转3版）", True),
        (
            "2022年高邮市政府工作报告",
            "（下转2版）\n（上接1版）\n今年抓民生。（下转3版）\n（上接2版）\n谢谢大家。",
            False,
        ),
        ("2022年高邮市政府工作报告\n内容摘要：", "", False),
        ("2022年高邮市政府工作报告\n【摘要】\n", "", False),
        ("2022年高邮市政府工作报告\n内容摘要：", "二、2022年工作......", True),
        ("2022年高邮市政府工作报告摘要：", "", True),
    ],
)
def test_an_excerpt_and_half_a_print_are_partial(head: str, tail: str, partial: bool) -> None:
    assert described(report(head) + tail).partial is partial


def test_what_is_given_wins_and_is_marked_as_given() -> None:
    found = described(
        report("2022年高邮市政府工作报告"),
        given={"year": "2020", "region": "宝应县", "speaker": "王宁", "delivered_on": "2020-01-08"},
    )

    assert (found.year, found.region, found.region_code) == (2020, "宝应县", "321023")
    assert (found.speaker, found.delivered_on) == ("王宁", date(2020, 1, 8))
    assert {found.decided_by[field] for field in ("year", "region", "speaker")} == {"given"}


def test_a_given_place_outside_the_gazetteer_is_kept_as_it_is() -> None:
    found = described(report("政府工作报告"), given={"region": "某某经济开发区"})

    assert (found.region, found.region_code) == ("某某经济开发区", None)


@pytest.mark.parametrize(
    "given",
    [
        {"year": 22},
        {"year": "twenty"},
        {"year": True},
        {"region_code": "32"},
        {"region_code": "999999"},
        {"region_code": "321023", "region": "高邮市"},
        {"delivered_on": "2020-13-01"},
        {"partial": "maybe"},
        {"speaker": 5},
    ],
)
def test_a_given_value_of_the_wrong_kind_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(MetadataError):
        described(report("2022年高邮市政府工作报告"), given=given)


@pytest.mark.skipif(not SHARED.exists(), reason="the annotated reports are not at hand")
@pytest.mark.parametrize("rename", [False, True])
def test_the_annotated_reports_metadata_come_out_equal(rename: bool) -> None:
    gold = json.loads((GOLD / "metadata.json").read_text(encoding="utf-8"))
    for name, expected in gold.items():
        text = (DATA / "reports" / f"{name}.txt").read_text(encoding="utf-8")
        found = described(text, "a.txt" if rename else f"{name}.txt")
        day = None if found.delivered_on is None else found.delivered_on.isoformat()
        got = {field: getattr(found, field) for field in expected} | {"delivered_on": day}
        assert got == expected, name


@pytest.mark.skipif(not SHARED.exists(), reason="the national reports are not at hand")
def test_national_reports_are_the_nations_and_of_their_years() -> None:
    files = sorted((DATA / "national").glob("*.txt"))
    assert len(files) > 20
    stated = 0
    for file in files:
        text = file.read_text(encoding="utf-8")
        found = described(text, file.name)
        assert (found.region_code, found.year) == ("000000", int(file.stem))
        alone = described(text)
        assert alone.year in (int(file.stem), None)
        stated += alone.year is not None
    assert stated >= 0.8 * len(files)


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            "2022年 高邮市 政府工作报告 \n 市长 田_原 —— 各位代表： （ ） 第十届 人民代表大会 "
            "第一次会议 在 上 我代表 国务院 二〇二二年一月 9日 。".replace("\n", "|").split(" ")
        ),
        max_size=30,
    ).map(lambda words: "".join(words).replace("|", "\n").replace("_", " "))
)
def test_no_mixture_of_the_usual_words_is_too_odd_to_describe(text: str) -> None:
    found = described(text)

    assert (found.region_code is None) == (found.region is None)
    assert found.year is None or 1949 <= found.year <= 2099
    assert not (found.region and found.candidates)
