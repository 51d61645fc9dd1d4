"""News of a report, digests and lists of promises: what in them is done, and what is planned."""

from __future__ import annotations

import pytest

from zhibiao.domain import Status
from zhibiao.outline.frames import Years
from zhibiao.outline.tree import read_outline

YEARS = Years(2022, 2021)


@pytest.mark.parametrize(
    "headline",
    [
        "青渡今年GDP预期增长7.5%左右",
        "市人大三次会议开幕，GDP目标增速8.5%",
        "今年拟投120亿元建设80个重点项目",
        "2022：人均收入将过万元",
    ],
)
def test_a_headline_that_states_a_value_opens_no_section(headline: str) -> None:
    text = f"{headline}\n本报讯 市长昨日作政府工作报告。\n全市生产总值达到860亿元，增长6.2%。\n"
    assert {frame.status for frame in read_outline(text, YEARS).frames} == {Status.ACTUAL}


def test_a_sentence_on_the_past_and_the_planned_year_opens_no_section() -> None:
    for said in (
        "报告展示了去年经济社会发展和今年工作安排的新亮点。",
        "要点包括回顾全年经济增长，也对今年主要目标作了设定。",
    ):
        frames = read_outline(f"{said}\n生产总值增长6.2%。\n", YEARS).frames
        assert frames[-1].status is Status.ACTUAL


def test_a_year_with_a_colon_behind_a_paragraph_opens_what_follows() -> None:
    text = "今年的主要预期目标是：生产总值增长6%。\n也看去年的成绩。2021年：\n财政收入增长5%。\n"
    frame = read_outline(text, YEARS).frames[-1]
    assert (frame.status, frame.year) == (Status.ACTUAL, 2021)


@pytest.mark.parametrize(
    "heading",
    [
        "2022年市政府为民兴办10件实事",
        "为农民办好十件实事",
        "2022十大民生实事",
        "一、实事内容",
        "2022年民生实事项目清单",
    ],
)
def test_what_is_promised_to_the_people_is_a_plan(heading: str) -> None:
    frame = read_outline(f"开头。\n{heading}\n新建农村公路300公里。\n", YEARS).frames[-1]
    assert (frame.status, frame.year) == (Status.TARGET, 2022)


def test_what_was_promised_and_is_done_is_none() -> None:
    text = "开头。\n二、十件民生实事全面完成\n新建农村公路300公里。\n"
    assert read_outline(text, YEARS).frames[-1].status is Status.ACTUAL


def test_the_aims_of_a_headline_are_not_those_of_the_text_below() -> None:
    text = (
        "今年预期目标：生产总值增7.5%\n本报讯 市长昨日作政府工作报告。\n全市生产总值增长8%。\n"
        "今年主要预期目标是：生产总值增长7.5%。\n刚刚过去的2021年，全市攻坚克难。财政收入增长5%。\n"
    )
    frames = read_outline(text, YEARS).frames
    of_lines = [
        [frame.status for frame in frames if frame.start <= text.index(line)][-1]
        for line in ("全市生产总值", "今年主要", "财政收入")
    ]
    assert of_lines == [Status.ACTUAL, Status.TARGET, Status.ACTUAL]


def test_exact_amounts_with_their_growth_speak_for_a_review() -> None:
    text = (
        "开头。\n一、产业培育力度加大\n着力培育龙头企业。农业增加值92.1亿元，增长4.4%；"
        "肉类总产量12.6万吨，增长6.1%。\n"
    )
    assert read_outline(text, YEARS).frames[-1].status is Status.ACTUAL


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("报告提出切实办好12件重点民生实事：", Status.TARGET),
        ("代表投票选出了10件2022年民生实事项目。", Status.TARGET),
        ("报告列出今年的民生实事清单，共涉及69件。", Status.TARGET),
        ("今年，全市将实现10万人脱贫目标。", Status.TARGET),
        ("一年来，办好了12件民生实事。", Status.ACTUAL),
        ("今年，两会将继续走简约路线。", Status.ACTUAL),
    ],
)
def test_news_says_what_is_promised_and_what_is_to_come(said: str, status: Status) -> None:
    frames = read_outline(f"本报讯 两会昨日开幕。\n{said}\n1、新增城镇就业7万人。\n", YEARS).frames
    assert frames[-1].status is status


def test_the_title_of_a_digest_opens_no_section() -> None:
    text = (
        "2022年政府工作报告摘要\n“十三五”成就\n生产总值年均增长6%。\n2022年目标\n生产总值增长6%。\n"
    )
    told = [(frame.status, frame.year) for frame in read_outline(text, YEARS).frames[1:]]
    assert told == [(Status.ACTUAL, 2020), (Status.TARGET, 2022)]


def test_what_nothing_tells_is_inferred_where_its_words_speak_of_what_is_to_come() -> None:
    plan = "严守耕地红线，大力发展有机旱作农业，着力打好品牌，确保粮食产量保持在31亿斤以上。\n"
    review = "粮食产量达到31亿斤，比上年增长2%，被评为先进。\n"
    for text, inferred in ((plan, True), (review, False), ("一、2021年工作回顾\n" + plan, False)):
        assert read_outline(text, YEARS).frames[-1].inferred is inferred
