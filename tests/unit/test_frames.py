"""What years and what status a place of a report has, by headings and announcing sentences."""

from __future__ import annotations

from datetime import date
from itertools import groupby

import pytest
from outlined import frame_at

from zhibiao.domain import Metadata, Status
from zhibiao.extract.years.known import reading_years
from zhibiao.language.plans import plan_years
from zhibiao.outline.frames import Years
from zhibiao.outline.tree import read_outline

YEARS = Years(2022, 2021)


@pytest.mark.parametrize(
    ("heading", "status", "year", "several"),
    [
        ("一、2021年工作回顾", "actual", 2021, 1),
        ("2021年及本届政府工作回顾", "actual", 2021, 5),
        ("一、过去五年及2021年工作回顾", "actual", 2021, 5),
        ("一、过去五年工作回顾", "actual", 2021, 5),
        ("2017—2021年工作回顾", "actual", 2021, 5),
        ("二、今后五年的奋斗目标和主要任务", "target", 2026, 5),
        ("二、今后五年发展目标和2022年工作安排", "target", 2026, 5),
        ("三、2022年重点工作", "target", 2022, 1),
        ("三、做好2022年工作", "target", 2022, 1),
        ("一、2021年工作回顾和2022年总体要求", "actual", 2021, 1),
        ("二、“十四五”时期主要目标", "target", 2025, 5),
        ("一、“十三五”时期工作回顾", "actual", 2020, 5),
        ("今年经济社会发展主要预期目标是：生产总值增长6%，财政收入增长5%，城镇新增就业2万人以上，"
         "居民消费价格涨幅控制在3%以内，粮食产量保持稳定。", "target", 2022, 1),
        ("2022年是新一届政府开局之年，做好今年的工作意义重大，全市上下要团结一心，奋力开创高质量发展"
         "的新局面，以优异成绩迎接各项挑战，共创美好未来。", "target", 2022, 1),
    ],
)  # fmt: skip
def test_a_heading_or_an_announcement_opens_a_frame(
    heading: str, status: str, year: int, several: int
) -> None:
    frame = read_outline(f"开头。\n{heading}\n", YEARS).frames[-1]
    assert (frame.status, frame.year, frame.several) == (status, year, several)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("一、“十三五”简要回顾", ("actual", 2020, 5)),
        ("一、过去四年工作回顾", ("actual", 2021, 4)),
        ("一、2021年工作回顾和2022年工作的总体要求", ("actual", 2021, 1)),
        ("二、“十四五”总体思路", ("target", 2025, 5)),
        ("二、“十四五”发展目标与2022年工作安排", ("target", 2025, 5)),
        ("二、未来三年工作目标", ("target", 2024, 3)),
        ("（二）今后五年的主要目标", ("target", 2026, 5)),
        ("过去四年，江川站上新的起点", ("actual", 2021, 4)),
        ("一、本届政府任期内工作回顾", ("actual", 2021, 5)),
        ("四届市政府工作回顾", ("actual", 2021, 5)),
        ("“十三五”答卷", ("actual", 2020, 5)),
        ("二〇二一年和过去五年工作回顾", ("actual", 2021, 5)),
        ("二、“十五五”时期发展的主要考虑", ("target", 2030, 5)),
        ("2022年目标", ("target", 2022, 1)),
        ("2020年：", ("actual", 2020, 1)),
    ],
)
def test_a_heading_tells_the_years_it_covers(heading: str, expected: tuple[str, int, int]) -> None:
    frame = read_outline(f"开头。\n{heading}\n", YEARS).frames[-1]
    assert (frame.status, frame.year, frame.several) == expected


def test_the_aims_of_five_years_go_on_over_an_announcement_without_a_year() -> None:
    text = "二、今后五年的奋斗目标\n今后五年要奋发有为。\n主要目标是：\n生产总值突破千亿元。"
    frames = read_outline(text, YEARS).frames
    assert (frames[-1].year, frames[-1].several) == (2026, 5)


def test_an_announcement_speaks_of_the_years_named_last() -> None:
    year = "综合考虑与“十四五”目标衔接，建议今年的主要目标是：生产总值增长6%。"
    plan = "党代会描绘了未来五年蓝图，规划纲要明确了奋斗目标：到2025年，生产总值突破千亿元。"
    assert read_outline(year, YEARS).frames[-1].year == 2022
    assert read_outline(plan, YEARS).frames[-1][2:4] == (2025, 5)


def test_a_sentence_on_last_year_within_a_review_of_five_ends_with_its_paragraph() -> None:
    text = "一、过去五年工作回顾\n开放加快。去年进出口突破500亿元。\n新增就业20万人。"
    frames = read_outline(text, YEARS).frames
    assert [frame.several for frame in frames[1:]] == [5, 1, 5]


@pytest.mark.parametrize(
    "line",
    [
        "（一）坚持目标导向，稳住经济大盘",
        "圆满完成全年主要目标任务，实现了“十四五”良好开局，经济社会发展取得新的成绩，人民生活持续改善。",
        "围绕年度预期目标：我们精准发力，狠抓落实，推动各项工作取得了实实在在的成效，赢得了群众的认可。",
        "超额完成年度目标任务18个百分点，城镇新增就业5.3万人",
    ],
)
def test_an_aim_that_is_merely_named_opens_none(line: str) -> None:
    frames = read_outline(f"一、2021年工作回顾\n{line}\n", YEARS).frames
    assert {frame.status for frame in frames} == {"actual"}


def test_a_look_back_inside_a_plan_ends_with_its_paragraph() -> None:
    text = "二、2022年工作\n过去一年，生产总值增长6%。财政收入增长5%。\n生产总值增长7%。"
    frames = read_outline(text, YEARS).frames
    at = {mark: text.index(mark) for mark in ("财政收入", "生产总值增长7%")}
    status = {
        mark: [frame for frame in frames if frame.start <= place][-1].status
        for mark, place in at.items()
    }
    assert status == {"财政收入": "actual", "生产总值增长7%": "target"}


def test_what_follows_the_explanations_of_terms_is_no_report() -> None:
    frames = read_outline("二、2022年工作\n名词解释\n今年的预期目标是：\n", YEARS).frames
    assert frames[-1].glossary


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2020年江川市政府工作报告", (2020, 2019)),
        ("江川市政府工作报告\n2019年工作回顾\n", (2020, 2019)),
        ("江川市政府工作报告", (None, None)),
    ],
)
def test_years_that_nobody_gave_come_from_the_opening(
    text: str, years: tuple[int | None, int | None]
) -> None:
    assert reading_years(text, Metadata())[:2] == years


def test_a_five_year_plan_has_its_years() -> None:
    assert plan_years("“十四五”期间") == (2021, 2025)
    assert plan_years("第六个五年计划") == (1981, 1985)
    assert plan_years("五年来") is None


def last_frames(text: str) -> list[tuple[str, int | None, int]]:
    told = [(f.status.value, f.year, f.several) for f in read_outline(text, YEARS).frames[1:]]
    return [frame for frame, _same in groupby(told)]


def test_parts_are_found_in_text_without_line_breaks() -> None:
    filler = "我们坚持稳中求进，" * 40
    text = (
        f"各位代表：一、过去五年工作回顾五年来，{filler}成效显著。二、今后五年的奋斗目标今后五年，"
        f"{filler}奋发有为。三、2022年工作安排{filler}再创佳绩。"
    )
    assert last_frames(text) == [
        ("actual", 2021, 5), ("target", 2026, 5), ("target", 2022, 1),
    ]  # fmt: skip


def test_a_look_back_among_aims_holds_for_its_paragraph() -> None:
    text = "二、2022年工作安排\n过去五年，投资年均增长9%。\n新增企业60家。"
    assert last_frames(text) == [
        ("target", 2022, 1), ("actual", 2021, 5), ("target", 2022, 1),
    ]  # fmt: skip


def test_five_years_told_in_a_part_of_one_year_hold_for_their_paragraph() -> None:
    text = "一、2021年工作回顾\n五年来，新建学校60所。\n新增企业60家。"
    assert last_frames(text) == [
        ("actual", 2021, 1), ("actual", 2021, 5), ("actual", 2021, 1),
    ]  # fmt: skip


def test_five_years_told_above_a_list_hold_for_its_paragraphs() -> None:
    text = (
        "一、2021年工作回顾\n2021年是收官之年。五年来，成就显著。\n一是经济发展。去年，企业增加。\n"
        "二是民生改善。\n三是环境好转。\n我们还清醒地看到差距。\n四是不在其中。"
    )
    frames = read_outline(text, YEARS).frames

    def several(said: str) -> int:
        return next(f for f in reversed(frames) if f.start <= text.find(said)).several

    told = [several(said) for said in ("发展", "增加", "民生", "好转", "看到", "其中")]
    assert told == [5, 1, 5, 5, 1, 1]


def test_a_list_behind_the_year_that_a_paragraph_ends_with_is_of_that_year() -> None:
    text = (
        "一、2021年工作回顾\n五年来，成就显著。过去一年，我们主要做了以下工作：\n一是新建学校60所。"
    )
    assert last_frames(text)[-1] == ("actual", 2021, 1)


def test_a_long_paragraphs_list_is_of_the_years_that_are_announced_right_before_it() -> None:
    list_of_it = "".join(
        f"{item}是{'各项事业取得新的成绩，' * 12}地区生产总值增长。" for item in "一二三"
    )
    text = f"一、2021年工作回顾\n2021年任务完成。五年来，成绩显著。{list_of_it}\n其他工作。"
    frames = read_outline(text, YEARS).frames
    at = [
        next(f for f in reversed(frames) if f.start <= text.find(said)) for said in ("二是", "其他")
    ]
    assert [frame.several for frame in at] == [5, 1]


def test_five_years_told_in_a_part_without_a_year_hold_until_the_next_part() -> None:
    text = "一、工作回顾\n五年来，新建学校60所。\n新增企业60家。"
    assert last_frames(text)[-1] == ("actual", 2021, 5)


@pytest.mark.parametrize(
    ("heading", "body", "expected"),
    [
        ("一、五载耕耘结硕果", "全市上下攻坚克难。", (Status.ACTUAL, 2017, 2021)),
        ("二、下一个五年的总体设想", "全市上下团结奋斗。", (Status.TARGET, 2022, 2026)),
        ("二、新一届政府的施政目标", "全市上下团结奋斗。", (Status.TARGET, 2022, 2026)),
        ("一、2021年和过去五年工作总结", "全市上下攻坚克难。", (Status.ACTUAL, 2017, 2021)),
        ("三、奋力跑好“十四五”接力赛", "我们将确保完成任务。", (Status.TARGET, 2021, 2025)),
    ],
)
def test_a_heading_nobody_else_words_like_this_tells_its_years(
    heading: str, body: str, expected: tuple[Status, int, int]
) -> None:
    section = read_outline(f"各位代表：\n{heading}\n{body}\n", YEARS).sections[-1]
    assert (section.status, section.first, section.last) == expected


_PLANNING = Years(2026, 2025)


def test_a_part_that_explains_a_draft_plan_is_of_the_plans_years() -> None:
    text = (
        "一、2025年工作回顾\n全省攻坚克难。\n"
        "二、关于《青河省国民经济和社会发展第十五个五年规划纲要（草案）》的说明\n"
        "“十四五”时期，我省发展历程极不平凡。这五年，生产总值迈上新台阶。\n"
        "“十五五”时期，要推动高质量发展。\n三、2026年主要任务\n今年要做好各项工作。\n"
    )
    frames = read_outline(text, _PLANNING).frames
    told = [(frame.status, frame.year, frame.several) for frame in frames[1:]]
    assert told == [
        (Status.ACTUAL, 2025, 1), (Status.TARGET, 2030, 5), (Status.ACTUAL, 2025, 5),
        (Status.TARGET, 2030, 5), (Status.TARGET, 2026, 1),
    ]  # fmt: skip


def test_a_plan_submitted_in_a_review_is_told_next() -> None:
    text = (
        "一、“十四五”时期工作回顾\n过去五年，全省攻坚克难。\n"
        "根据省委建议，我们编制了“十五五”规划纲要（草案），提交大会审查。生产总值年均增长5%左右。\n"
    )
    last = read_outline(text, _PLANNING).frames[-1]
    assert (last.status, last.year, last.several) == (Status.TARGET, 2030, 5)


def test_a_plan_that_is_merely_drafted_in_a_review_opens_no_aims() -> None:
    text = "一、2025年工作回顾\n一年来，高质量编制“十五五”规划纲要，开展调研86次。\n"
    assert read_outline(text, _PLANNING).frames[-1].status is Status.ACTUAL


def test_years_since_one_within_a_review_of_five_hold_for_their_paragraph() -> None:
    text = (
        "一、过去五年工作回顾\n2017年以来，本届政府成绩显著。\n"
        "2019年以来，每年安排资金6亿元。\n新建学校60所。"
    )
    assert last_frames(text)[-2:] == [("actual", 2021, 3), ("actual", 2021, 5)]


def test_parts_behind_the_planned_year_are_of_it_and_not_of_the_aims_before() -> None:
    text = (
        "一、过去五年工作回顾\n五年来成绩显著。\n二、今后五年的奋斗目标\n到2026年翻一番。\n"
        "今年是第一年，做好今年的工作意义重大。\n三、扩大内需，保持较快增长\n新增企业60家。"
    )
    assert last_frames(text)[-1] == ("target", 2022, 1)


def test_a_plan_to_be_drafted_is_no_span_of_what_a_part_asks_for() -> None:
    text = (
        "二、2020年政府工作\n重点抓好十个方面工作：\n扩大有效投资。抓住“十四五”规划编制的机遇，"
        "谋划项目。\n新增企业60家。"
    )
    assert read_outline(text, Years(2020, 2019)).frames[-1][1:4] == ("target", 2020, 1)


def test_the_draft_of_a_plan_that_begins_in_a_later_year_is_still_to_be_submitted() -> None:
    text = (
        "一、2024年工作回顾\n一年来，全省攻坚克难。\n"
        "编制“十五五”规划纲要（草案），提请大会审议。生产总值增长5%。\n"
    )
    assert read_outline(text, Years(2025, 2024)).frames[-1].status is Status.ACTUAL


def test_a_chapter_with_years_of_its_own_ends_with_itself() -> None:
    text = (
        "一、过去五年工作回顾\n（一）2021年主要工作\n新增企业6家。\n（二）改革开放\n新增企业9家。"
    )
    assert last_frames(text) == [
        ("actual", 2021, 5), ("actual", 2021, 1), ("actual", 2021, 5),
    ]  # fmt: skip


def test_a_part_that_nothing_tells_says_so() -> None:
    text = "一、2021年工作回顾\n成绩来之不易。\n二、山高水长\n新增企业9家。"
    sections = read_outline(text, YEARS).sections
    assert [section.inferred for section in sections[1:]] == [False, True]


def test_a_term_is_as_long_as_its_session_says() -> None:
    years = YEARS._replace(term=2019, turn=2019)
    section = read_outline("各位代表：\n一、八届人大一次会议以来的工作\n", years).sections[-1]
    assert (section.first, section.last) == (2019, 2021)


def test_a_plan_behind_an_attachments_title_has_its_own_years() -> None:
    text = "二、2022年工作安排\n附件：2021年民生实事完成情况\n新增企业9家。"
    section = read_outline(text, YEARS).sections[-1]
    assert (section.kind, section.status, section.last) == ("attachment", "actual", 2021)


def test_a_heading_whose_line_goes_on_ends_before_the_sentence_behind_it() -> None:
    text = (
        "一、2021年及“十三五”工作回顾过去的一年，面对复杂形势，我们攻坚克难。生产总值增长6%。\n"
        "二、2022年工作安排\n"
    )
    frames = read_outline(text, YEARS).frames
    held = [f for f in frames if f.start <= text.index("生产总值")]
    assert (held[-1].status, held[-1].year, held[-1].several) == ("actual", 2021, 1)


@pytest.mark.parametrize(
    "sentence",
    [
        "总书记为我们明确发展定位、指出奋斗目标，引领各项事业取得成就。",
        "中央为江川指明方向、确定发展目标，我们倍感振奋。",
    ],
)
def test_what_others_aim_at_for_us_announces_no_aims(sentence: str) -> None:
    frames = read_outline(f"一、过去五年工作回顾\n{sentence}生产总值增长6%。\n", YEARS).frames
    assert (frames[-1].status, frames[-1].several) == ("actual", 5)


def test_the_new_five_years_lie_ahead() -> None:
    text = "二、今后五年的奋斗目标\n在新的五年，我们一定能够开创新局面。生产总值增长6%。\n"
    assert read_outline(text, YEARS).frames[-1].status is Status.TARGET


REVIEW_OF_BOTH = """一、2021年和过去五年工作回顾
{opening}
——经济运行平稳。新增企业8家。
（一）城乡面貌改善。改造小区12个。
回首过去五年，我们一路前行。
——产业兴县。新增企业36家。
"""


@pytest.mark.parametrize(
    "opening",
    [
        "2021年，面对严峻形势，我们克难奋进。",
        "2021年极不平凡。我们认真落实部署。",
        "各位代表！刚刚过去的2021年，是极不平凡的一年。一年来，我们真抓实干。",
        "2021年是收官之年。一年来，我们重点抓了以下工作：",
        "过去一年，我们顺利完成目标。",
        "这一年，重大工程顺利开工。",
    ],
)
def test_the_last_year_of_a_review_of_both_goes_on_until_the_years_are_told(opening: str) -> None:
    text = REVIEW_OF_BOTH.format(opening=opening)
    frames = read_outline(text, YEARS).frames
    told = {
        what: [f.several for f in frames if f.start <= text.index(what)][-1]
        for what in ("8家", "12个", "36家")
    }
    assert told == {"8家": 1, "12个": 1, "36家": 5}


def test_in_a_review_of_five_years_alone_a_paragraph_on_the_last_ends_with_itself() -> None:
    text = "一、过去五年工作回顾\n2021年，全县产值增长9%。\n新增企业36家。\n"
    frames = read_outline(text, YEARS).frames
    assert [f.several for f in frames if f.start <= text.index("36家")][-1] == 5


@pytest.mark.parametrize(
    ("lead", "several"),
    [
        ("2021年全市经济社会保持了良好的发展势头。", 1),
        ("2021年是极不平凡的一年。", 1),
        ("2021年，各项指标达到五年来最好水平。", 1),
        ("2021年全市生产总值达到900亿元。", 5),
        ("2021年底的各项任务全面完成。", 5),
        ("2021年全市保持了良好的发展势头。五年累计投资90亿元。", 5),
    ],
)
def test_a_paragraph_that_opens_with_the_last_year_and_no_figure_is_of_it(
    lead: str, several: int
) -> None:
    text = f"一、过去五年工作回顾\n五年来，成就显著。\n{lead}财政收入增长9%。"
    assert frame_at(text, "财政", YEARS).several == several


def test_the_first_year_of_a_term_is_the_one_that_its_review_names() -> None:
    text = "一、本届政府工作回顾\n2018年本届政府组成以来，全市攻坚克难。\n生产总值年均增长6%。\n"
    frame = read_outline(text, YEARS).frames[-1]
    assert (frame.status, frame.year, frame.several) == (Status.ACTUAL, 2021, 4)


@pytest.mark.parametrize(
    ("day", "this_year"),
    [(date(2012, 12, 20), 2012), (date(2012, 9, 28), 2012), (date(2013, 1, 9), 2013), (None, 2013)],
)
def test_this_year_is_that_of_the_session_whatever_year_is_given(
    day: date | None, this_year: int
) -> None:
    years = reading_years("开头。", Metadata(year=2013, review_year=2012, delivered_on=day))
    assert (years.meant("今年"), years.review, years.planned) == (this_year, 2012, 2013)
