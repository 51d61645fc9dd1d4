"""Half prints and digests are read as a person would. The texts are invented."""

from __future__ import annotations

import pytest

from zhibiao.pipeline import clean
from zhibiao.reading import read
from zhibiao.text.chrome import sheet_marks

PROSE = "我们深入开展爱国卫生运动，改造老旧厕所320座，清运积存垃圾1.4万吨。"


def lines_of(text: str) -> list[str]:
    (document,) = read(text.encode(), "a.txt")
    return clean(document, {}).clean.text.split("\n")


@pytest.mark.parametrize("gap", ["\n\n", "\n\n\n", "\n　\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("改造老旧厕所320座，清运垃圾1.4万吨。三个街道环境整治顺利通过了国家卫", "生城市复审。"),
        ("我们立足本市的产业基础、区位条件、资源禀", "赋优化布局，城市更新步伐加快。"),
        ("4.补齐水利短板。建成投用滨河", "泵站扩容工程，建成农村公路86公里，改造危桥9座。"),
        ("财政收入稳步增长，支出结构持续优化。一般公共预算收入完成38", "亿元，增长6.5%。"),
        ("营商环境不断优化，服务水平显著提", "升，群众满意度达到95%。"),
    ],
)
def test_a_line_that_breaks_off_goes_on_behind_an_empty_line(
    before: str, after: str, gap: str
) -> None:
    text = "\n\n".join([PROSE, PROSE]) + "\n\n" + before + gap + after + "\n\n" + PROSE
    assert lines_of(text)[2] == before + after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("一、2023年工作回顾", "过去一年，全县经济运行稳中有进。"),
        ("教育、卫生、文化等社会事业全面发展", "新建改扩建学校12所，新增学位3200个。"),
        ("坚持创新驱动，产业转型迈出新步伐", "新认定高新技术企业41家，总数突破200家。"),
        ("经济运行稳中有进。地区生产总值增长6.2%", "我们坚持项目为王，新开工项目46个。"),
        ("经济运行稳中有进。财政收入平稳增长", "二、2024年工作安排"),
        ("经济运行稳中有进。财政收入平稳增长", "（二）坚持项目为王。新开工项目46个。"),
        ("经济运行稳中有进，财政收入平稳增长。", "升级改造农村公路86公里，改造危桥9座。"),
    ],
)
def test_a_heading_or_a_whole_paragraph_does_not(before: str, after: str) -> None:
    text = "\n\n".join([PROSE, PROSE, before, after, PROSE])
    assert lines_of(text)[2:4] == [before, after]


HEADINGS = {
    "回望2023": "展望2024",
    "回眸2023": "展望新程2024",
    "2023回眸": "2024展望",
    "【回首2023】": "【奋进2024】",
    "盘点·2023": "迈向2024年",
    "“回望2023”": "“启航新征程2024”",
    "回顾2023年": "2024年蓝图",
}


@pytest.mark.parametrize("title", ["速读！青渡区政府工作报告亮点", "一图读懂青渡区政府工作报告"])
@pytest.mark.parametrize("back", HEADINGS)
def test_a_digest_has_the_years_of_its_headings_and_is_partial(back: str, title: str) -> None:
    text = "\n\n".join(
        [
            "青渡发布", title, "图片", back, "聚力稳增长",
            "净增规上工业企业27家、总数突破310家。外贸进出口增长6.4%。", "图片", HEADINGS[back],
            "今年全区经济社会发展的", "主要目标是:", "▲地区生产总值增长6%", "图片",
            "全年新增规上工业企业30家，新增城镇就业5200人。", "来源:青渡发布",
        ]
    )  # fmt: skip
    (document,) = read(text.encode(), "a.txt")
    known = clean(document, {}).metadata
    assert (known.year, known.review_year, known.partial) == (2024, 2023, True)


@pytest.mark.parametrize("turn", ["下转", "（轉", "上 接", "[接", "緊接", "下 接"])
@pytest.mark.parametrize("sheet", ["第三版", " 2 版", "A1版", "A12", "第十一页", "４版"])
def test_a_mark_of_a_page_says_whether_the_text_goes_on_or_comes_from_there(
    turn: str, sheet: str
) -> None:
    before = "转第三产业，接第一棒。经济稳步增长。"
    goes_on = turn in ("下转", "（轉", "下 接")
    assert list(sheet_marks(f"{before}{turn}{sheet}）")) == [(len(before), goes_on)]
