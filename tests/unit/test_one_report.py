"""One report is one report: an excerpt before the body, a body held twice. Texts are invented."""

from __future__ import annotations

import pytest

from zhibiao.pipeline import clean
from zhibiao.reading import read

TITLE = "2024年青渡县政府工作报告"
MEETING = "——2024年1月8日在青渡县第十八届人民代表大会第四次会议上"
SPEAKER = "青渡县人民政府县长 周明远"
OPENING = (
    "现在，我代表县人民政府，向大会报告工作，请予审议，并请县政协委员和列席会议的同志提出意见。"
)
SECTIONS = [
    "一、2023年工作回顾",
    "过去一年，全县上下顶住多重压力，经济运行稳中有进。地区生产总值完成312.5亿元，增长6.2%。",
    "固定资产投资增长7.1%，社会消费品零售总额达到98.4亿元，一般公共预算收入18.4亿元。",
    "全年新建改建农村公路86公里，改造老旧小区23个，城镇新增就业4210人，群众获得感持续增强。",
    "各位代表！成绩来之不易，经验弥足珍贵，我们向关心支持青渡发展的各界人士表示衷心感谢！",
    "二、2024年工作安排",
    "今年的主要预期目标是：地区生产总值增长6%左右，一般公共预算收入增长5%。",
    "围绕上述目标，重点抓好项目建设、乡村振兴和民生改善，办好十件民生实事，建成滨河泵站。",
    "各位代表！蓝图已经绘就，让我们团结一心，为建设更加美好的新青渡而努力奋斗！",
]
BODY = ["各位代表：", OPENING, *SECTIONS]
WHOLE = ["政府工作报告", MEETING, SPEAKER, *BODY]
EXCERPT = "".join(["政 府 工 作 报 告", MEETING, SPEAKER, *BODY[:3]]) + BODY[3][:20]


def lines_of(text: str) -> tuple[int, str, bool]:
    """Documents, the first one's clean text, and whether it is partial."""
    documents = read(text.encode(), "a.txt")
    described = clean(documents[0], {})
    return len(documents), described.clean.text, described.metadata.partial


PAGES = {
    "a summary on one line": [TITLE, "时间：2024-01-24", "内容摘要：", EXCERPT + "......", *WHOLE],
    "the label in the same line": [TITLE, "内容摘要：" + EXCERPT + "……", *WHOLE],
    "a summary of several lines": [TITLE, "【摘要】", *WHOLE[:6], "……", "全文如下：", *WHOLE],
    "from the address on": [TITLE, "导读", "".join(BODY[:4]) + "...[详细]", *WHOLE],
    "an excerpt under the full title": [TITLE, MEETING, *BODY[:4], "[查看全文]", TITLE, *WHOLE[1:]],
    "wrapped otherwise": [TITLE, *[EXCERPT[at : at + 30] for at in range(0, 150, 30)], *WHOLE],
    "in other marks": [TITLE, EXCERPT.replace("，", ",").replace("：", ":") + "...", *WHOLE],
    "sentences of the middle": [TITLE, f"核心提示：{BODY[4]}", MEETING, SPEAKER, *BODY],
    "the body twice": [TITLE, *WHOLE, "政府工作报告", *WHOLE[1:]],
    "the body twice, once without its front matter": [*WHOLE, *BODY],
    "the body twice, first without its front matter": [TITLE, *BODY, *WHOLE],
    "the body again on one line": [*WHOLE, "".join(BODY)],
    "the body three times": [*WHOLE, *WHOLE, *WHOLE],
    "the excerpt behind the body": [*WHOLE, "内容摘要：", EXCERPT + "…"],
    "set in blank lines the second time": [*WHOLE, "\n\n　　".join(WHOLE)],
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "tail", ["", "\n上一篇：没有了\n2022年东岭县政府工作报告\n2023年东岭县政府工作报告"]
)
def test_a_page_that_prints_its_report_twice_is_one_whole_report(page: str, tail: str) -> None:
    count, text, partial = lines_of("\n".join(PAGES[page]) + tail)
    assert (count, partial) == (1, False)
    for words in [*SECTIONS, OPENING]:
        assert text.count(words.rstrip("！")) == 1, words


def test_the_raw_text_keeps_all_prints() -> None:
    text = "\n".join([*WHOLE, *WHOLE])
    (document,) = read(text.encode(), "a.txt")
    assert document.text == text


def test_an_abstract_alone_is_partial() -> None:
    assert lines_of("\n".join([TITLE, "内容摘要：", EXCERPT + "......"]))[2]
    assert lines_of("\n".join([f"{TITLE}（摘登）", *WHOLE[1:8]]))[2]


def test_two_years_in_the_same_words_are_two_reports() -> None:
    other = [
        line.replace("2024", "2023").replace("2023年工作回顾", "2022年工作回顾") for line in WHOLE
    ]
    assert len(read("\n".join([*WHOLE, *other]).encode(), "a.txt")) == 2


def test_two_places_in_the_same_words_are_two_reports() -> None:
    text = "\n".join([TITLE, *WHOLE[1:]])
    assert len(read(f"{text}\n{text.replace('青渡', '东岭')}".encode(), "a.txt")) == 2


def test_what_a_report_says_twice_stays() -> None:
    refrain = "我们坚持把项目建设作为第一抓手，全年新开工项目46个。"
    _, text, _ = lines_of("\n".join([*WHOLE[:6], refrain, *WHOLE[6:9], refrain, *WHOLE[9:]]))
    assert text.count(refrain) == 2


@pytest.mark.parametrize(
    ("head", "tail", "partial"),
    [
        ("（上接第1版）", "（下转第3版）", True),
        ("(上接2版)", "", True),
        ("", "(下转5版)", True),
        ("", "下转A3版", True),
        ("【紧接第一版】", "", True),
        ("", "", False),
    ],
)
def test_a_piece_of_a_newspapers_print_is_partial(head: str, tail: str, partial: bool) -> None:
    text = "\n".join(["政府工作报告", head + BODY[3], *BODY[4:8], tail])
    assert lines_of(text)[2] is partial


def test_a_print_that_goes_on_within_the_page_is_whole() -> None:
    text = "\n".join([*WHOLE[:7], "（下转第三版）", "（上接第一版）" + WHOLE[7], *WHOLE[8:]])
    assert not lines_of(text)[2]
