"""The year of a report and the year it reviews: which evidence holds against which."""

from __future__ import annotations

import pytest
from described_years import ADDRESS, SPEECH, described, met, titled, years

from zhibiao.domain import RawDocument
from zhibiao.metadata.describe import describe
from zhibiao.text import clean


@pytest.mark.parametrize(
    "headline",
    [
        "《政府工作报告》摘要（二）：2021年全市各项目标任务圆满完成",
        "2021年江川市主要目标任务全面完成——政府工作报告摘要",
        "2021年全市经济总量突破千亿元，政府工作报告这样说",
        "政府工作报告解读：2021年重点工作高质量完成",
    ],
)
def test_the_year_in_a_headline_is_not_the_reports(headline: str) -> None:
    text = (
        f"{headline}\n市长在作《政府工作报告》时，对2021年工作作了全面回顾，"
        "对2022年的主要工作作了安排部署。\n全市地区生产总值增长7.4%，固定资产投资增长9%。\n"
    )

    assert years(text) == (2022, 2021)
    assert years(text, "2021.txt", "2021年全市目标任务圆满完成_江川日报") == (2022, 2021)


def test_a_headline_about_aims_ahead_is_one_of_plans() -> None:
    text = "2022年江川市主要目标任务确定\n市长作政府工作报告，部署重点工作。\n"

    assert years(text) == (2022, 2021)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2021年12月28日", (2021, 2021)),
        ("2021年11月9日", (2021, 2021)),
        ("二〇二一年十二月二十八日", (2021, 2021)),
        ("2022年1月6日", (2022, 2021)),
        ("2022年4月20日", (2022, 2021)),
        ("2021年9月28日", (2021, 2020)),
    ],
)
def test_a_session_at_the_years_end_reviews_that_year(day: str, expected: tuple[int, int]) -> None:
    assert years(met(day) + SPEECH) == expected


def test_a_session_in_autumn_reviews_the_year_that_its_headings_name() -> None:
    text = met("2021年9月28日") + "一、2021年工作回顾\n五年来，成绩显著。\n"

    assert years(text) == (2021, 2021)


@pytest.mark.parametrize(
    ("day", "title", "expected"),
    [
        ("2021年10月19日", "2022年江川市政府工作报告", (2021, 2021)),
        ("2021年12月", "2022年江川市政府工作报告", (2021, 2021)),
        ("2021年10月19日", "2021年江川市政府工作报告", (2021, 2020)),
        ("2022年3月9日", "2023年江川市政府工作报告", (2022, 2021)),
    ],
)
def test_a_title_of_the_year_after_the_session_means_that_its_own_is_under_review(
    day: str, title: str, expected: tuple[int, int]
) -> None:
    head = f"{title}\n——{day}在江川市第九届人民代表大会第一次会议上\n"

    assert years(head + ADDRESS + SPEECH) == expected


def test_what_a_session_of_an_unknown_day_expects_of_a_year_is_no_review_of_it() -> None:
    head = "政府工作报告\n——2021年在江川市第九届人民代表大会第一次会议上\n" + ADDRESS
    body = "预计2021年生产总值增长7%。预计2021年税收增长5%。\n"

    assert years(head + body) == (2021, 2020)
    assert years(head + body + "做好明年工作，要抓项目。\n") == (2021, 2021)


def test_a_report_of_january_does_not_review_the_year_that_has_just_begun() -> None:
    text = met("2023年1月9日") + "一、2023年工作总结会精神\n一年来，我们砥砺前行。\n"

    assert years(text) == (2023, 2022)


def test_the_date_may_stand_in_the_titles_brackets() -> None:
    found = described(titled("江川市政府工作报告（2021年12月28日 田原）") + SPEECH)

    assert (found.year, found.review_year) == (2021, 2021)


@pytest.mark.parametrize(
    "line",
    [
        "2021年江川市人民政府工作报告 2022年江川市人民政府工作报告",
        "2021年江川市人民政府工作报告\n2023年江川市人民政府工作报告",
        "上一篇：2021年工作总结 下一篇：2023年政府工作报告",
        "相关阅读：2022年政府工作报告重点任务分工",
    ],
)
def test_links_to_the_reports_of_other_years_are_no_evidence(line: str) -> None:
    sections = "一、2021年工作回顾\n2021年，我们攻坚克难。\n二、2022年工作安排\n要稳增长。\n"

    for text in (f"{line}\n2022年江川市政府工作报告\n", f"2022年江川市政府工作报告\n{line}\n"):
        assert years(text + ADDRESS + sections) == (2022, 2021)
        assert years(text + met("2022年1月9日") + sections) == (2022, 2021)


def test_a_line_of_links_does_not_shift_the_review_of_a_dated_report() -> None:
    links = "2021年江川市人民政府工作报告2022年江川市人民政府工作报告\n"

    assert years(links + met("2022年2月10日") + "一、2021年工作回顾\n稳中有进。\n") == (2022, 2021)


@pytest.mark.parametrize(
    "above",
    [
        "2021年江川市人民政府工作报告 2023年江川市人民政府工作报告",
        "2021年目标任务圆满完成！政府工作报告来了",
        "2023年重点任务确定",
        "上一篇：2020年工作总结\n下一篇：2023年工作安排",
    ],
)
@pytest.mark.parametrize("address", [ADDRESS, ""])
def test_what_stands_above_the_title_does_not_outweigh_it(above: str, address: str) -> None:
    text = f"{above}\n2022年江川市政府工作报告\n{address}全市经济稳中有进。\n"

    found = described(text)

    assert (found.year, found.review_year) == (2022, 2021)
    if "！" not in above:
        assert found.title == "2022年江川市政府工作报告"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # sentences of review
        ("过去的2021年，我们经受住了考验。\n", (2022, 2021)),
        ("回顾2021年，成绩来之不易。\n", (2022, 2021)),
        ("2021年，是江川发展历程中极不平凡的一年。一年来，我们迎难而上。\n", (2022, 2021)),
        ("2021年是新一届政府的起步之年。一年来，我们做了许多工作。\n", (2022, 2021)),
        ("预计2021年全市生产总值增长7%。\n", (2022, 2021)),
        ("二〇二一年，是江川发展史上极不平凡的一年。\n", (2022, 2021)),
        ("2021年，我市地区生产总值达到468亿元。\n", (2022, 2021)),
        ("据初步核算，2021年全市生产总值增长7%。\n", (2022, 2021)),
        ("报告回顾了市人民政府2021年的工作。\n", (2022, 2021)),
        ("报告对2021年政府工作及五年规划完成情况作了详细总结。\n", (2022, 2021)),
        ("2021年是全市上下经受考验、奋力争先的一年。\n", (2022, 2021)),
        ("2021年，我们在高质量发展上迈出坚实步伐。\n", (2022, 2021)),
        # sentences of plan
        ("2022年经济社会发展的主要预期目标是：生产总值增长7%。\n", (2022, 2021)),
        ("2022年是实施新规划的关键之年，做好今年工作意义重大。\n", (2022, 2021)),
        ("全力做好2022年各项工作，要抓项目。\n", (2022, 2021)),
        ("会议对2022年的重点工作作了安排部署。\n", (2022, 2021)),
        # terms of office
        ("过去五年，生产总值从2016年的310亿元增加到2021年的468亿元。\n", (2022, 2021)),
        # years that can be counted out
        ("今年是“十三五”规划的收官之年，任务繁重。\n", (2020, 2019)),
        ("今年是“十四五”开局之年，要开好局。\n", (2021, 2020)),
        ("今年是新中国成立70周年，意义重大。\n", (2019, 2018)),
        ("今年是全面贯彻党的二十大精神的开局之年。\n", (2023, 2022)),
        ("今年是党的十九大召开之年。\n", (2017, 2016)),
        ("去年是中国共产党成立100周年。\n", (2022, 2021)),
        ("“十三五”工作回顾\n五年来，发展成就显著。\n", (2021, 2020)),
        (
            "《江川市国民经济和社会发展第十四个五年规划纲要（草案）》提请大会审查。\n",
            (2021, 2020),
        ),
        # a session at the end of the year that it reviews
        ("即将过去的2021年，是我市克难奋进的一年。\n", (2021, 2021)),
        ("2021年，是江川极不平凡的一年。做好明年工作，要抓项目。\n", (2021, 2021)),
        ("今年是“十四五”开局之年。明年的主要任务是稳增长。\n", (2021, 2021)),
    ],
)
def test_the_speech_itself_tells_its_years(body: str, expected: tuple[int, int]) -> None:
    assert years(titled("政府工作报告") + body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "到2025年，主要目标是综合实力显著增强。\n",
        "展望2035年远景目标，我们信心百倍。\n",
        "2021—2025年的主要目标已经明确。\n",
        "做好2022年北京冬奥会服务保障。\n",
        "比2015年增加一倍，与2010年相比变化更大。\n",
        "计划由2015年的80万亩增加到2020年的100万亩。\n",
        "对照2020年预期目标，差距不小。\n",
        "2020年主要目标任务圆满完成。\n",
        "力争2022年地区生产总值突破500亿元。\n",
        "为明年发展打下基础。\n",
        "过去一年，成绩显著，今年要再接再厉。\n",
        "2018年，面对严峻形势，我们迎难而上。2019年，面对压力，我们负重前行。\n",
    ],
)
def test_years_that_are_merely_spoken_of_leave_the_reports_unknown(body: str) -> None:
    assert years(titled("政府工作报告") + body) == (None, None)


def test_one_odd_sentence_decides_nothing_against_many() -> None:
    text = titled("政府工作报告") + (
        "2019年，面对洪灾，我们众志成城。\n2021年，面对挑战，我们稳中求进。\n"
        "预计2021年生产总值增长7%。\n2022年的总体要求是稳中求进。\n"
    )

    assert years(text) == (2022, 2021)


@pytest.mark.parametrize(
    "line",
    [
        "——202219日在江川市第九届人民代表大会第一次会议上",
        "——2022年1月在江川市第九届人民代表大会第一次会议上",
        "——2022112日在江川市\n第九届人民代表大会第一次会议上",
    ],
)
def test_the_meetings_year_is_read_where_its_day_is_not(line: str) -> None:
    found = described(f"江川市政府工作报告\n{line}\n" + ADDRESS + SPEECH)

    assert (found.year, found.review_year, found.delivered_on) == (2022, 2021, None)


@pytest.mark.parametrize(
    "line",
    ["来源：江川日报 发布时间：2022-01-26 10:14", "发布日期：2022年1月26日", "2022-01-26 10:14"],
)
def test_the_pages_day_tells_where_nothing_else_does(line: str) -> None:
    found = described(f"一图读懂江川市政府工作报告\n{line}\n" + SPEECH)

    assert (found.year, found.review_year) == (2022, 2021)
    assert found.decided_by["year"] == "page"
    told = described(f"江川市政府工作报告\n{line}\n{ADDRESS}过去的2019年，我们稳中求进。\n")
    assert (told.year, told.review_year) == (2020, 2019)


def test_a_given_year_moves_the_review_only_where_it_differs_from_the_year_found() -> None:
    text = met("2021年12月28日") + SPEECH
    document = RawDocument(name="a.txt", part=0, text=text, media_type="text/plain")

    same = describe(document, clean(document), {"year": 2021})
    other = describe(document, clean(document), {"year": 2020})

    assert (same.review_year, other.review_year) == (2021, 2019)


def test_the_day_of_a_page_does_not_decide_against_the_text() -> None:
    text = (
        "政府工作报告二O一二年政府工作报告发布时间：2014-09-03 10:40\n"
        + ADDRESS
        + "一、过去五年工作的回顾"
        "2007年以来，全市经济平稳较快发展，各项事业取得新的进步。五年来，城乡面貌明显改观。\n"
        "三、2012年工作的主要目标和任务2012年是新一届政府工作的开局之年，要抓好各项工作。\n"
    )
    untitled = text.replace("二O一二年政府工作报告", "")

    assert years(text) == (2012, 2011)
    assert years(untitled) == (2012, 2011)
    assert years("年份：2014\n" + untitled) == (2012, 2011)


def test_a_silent_report_is_of_the_year_that_its_page_was_published_in() -> None:
    assert years("政府工作报告\n发布时间：2014-02-03\n" + ADDRESS + SPEECH) == (2014, 2013)


@pytest.mark.parametrize(
    "spelt", ["二O一二", "二〇一二", "二0一二", "２０１２", "2O12", "二○一二", "2012"]
)
def test_the_years_of_a_title_are_read_in_any_spelling(spelt: str) -> None:
    assert years(titled(f"江川市{spelt}年政府工作报告") + SPEECH) == (2012, 2011)


@pytest.mark.parametrize(
    "first",
    [
        "我受国务院的委托，就一九八〇年、一九八一年国民经济计划的安排问题，向大会报告。",
        "我受国务院的委托，现在就1980年和1981年国民经济计划的安排作报告。",
        "今年头七个月，工业总产值比去年同期增长8%。1981年计划的主要任务是调整。",
    ],
)
def test_a_report_that_plans_the_next_year_as_well_is_of_the_year_before(first: str) -> None:
    text = f"各位代表：\n{first}\n我国的国民经济在调整中前进。\n一、1981年的任务\n要搞好调整。\n"

    assert years(text)[0] == 1980
    assert years(text, "1980.txt")[0] == 1980


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("一九六五年国民经济计划草案", (1964, 1964)),
        ("1965年经济和社会发展计划要点（草案）", (1964, 1964)),
        ("一九六五年国民经济计划", (1964, 1963)),
        ("一九六四年国民经济计划草案", (1964, 1963)),
    ],
)
def test_a_session_that_is_given_the_next_years_plan_reviews_its_own(
    plan: str, expected: tuple[int, int]
) -> None:
    text = (
        "各位代表：\n我代表国务院，向大会作政府工作报告，请予审议。\n各项工作都有进展。\n"
        f"《{plan}》，已经提交大会审议。\n"
    )

    assert years(text, "1964.txt") == expected
