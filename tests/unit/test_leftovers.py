"""What conversions and sites leave between the words is not read. Texts are invented."""

from __future__ import annotations

import random
import time

import pytest

from zhibiao.domain import RawDocument
from zhibiao.pipeline import clean
from zhibiao.reading import read
from zhibiao.text.characters import normalise
from zhibiao.text.leftovers import without_leftovers

LINES = [
    "2024年青渡县政府工作报告",
    "——2024年1月8日在青渡县第十八届人民代表大会第四次会议上",
    "青渡县人民政府县长 周明远",
    "各位代表：",
    "现在，我代表县人民政府，向大会报告工作，请予审议。",
    "一、2023年工作回顾",
    "全年地区生产总值完成312.5亿元，增长6.2%。固定资产投资增长7.1%。",
    "社会消费品零售总额达到98.4亿元，一般公共预算收入18.4亿元。",
    "二、2024年工作安排",
    "今年的主要预期目标是：地区生产总值增长6%左右，一般公共预算收入增长5%。",
    "各位代表！让我们团结一心，为建设更加美好的新青渡而努力奋斗！",
]
CLEAN = "\n".join(LINES).replace("县长 周", "县长周")


def text_of(text: str) -> str:
    (document,) = read(text.encode(), "a.txt")
    return clean(document, {}).clean.text


@pytest.mark.parametrize(
    "newline",
    [r"\r\n", r"\n", r"\r\n\r\n", r"\r", "\\r\\n\n", "/r/n", "_x000D_\n", "&#13;&#10;", "</p><p>"],
)
@pytest.mark.parametrize("indent", ["", "&nbsp;&nbsp;", r"\t", "&emsp;&emsp;", r"\u3000\u3000"])
def test_newlines_and_blanks_that_nobody_resolved_are_what_they_mean(
    newline: str, indent: str
) -> None:
    assert text_of(newline.join(indent + line for line in LINES)) == CLEAN


def test_a_compendium_whose_newlines_are_escapes_comes_apart() -> None:
    other = [line.replace("青渡", "东岭") for line in LINES]
    assert len(read(r"\r\n".join([*LINES, *other]).encode(), "a.txt")) == 2


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("实施&ldquo;双百&rdquo;行动&mdash;&mdash;项目46个", "实施“双百”行动——项目46个"),
        ("完成312.5&nbsp;亿&nbsp;元", "完成312.5亿元"),
        ("完成312&#46;5亿元", "完成312.5亿元"),
        ("研发投入占比&gt;3%，失业率&lt;4%", "研发投入占比>3%，失业率<4%"),
        ("城乡&amp;nbsp;居民", "城乡居民"),
        (r"实施\"双百\"行动", '实施"双百"行动'),
        ("A&B公司投产", "A&B公司投产"),
        (r"数据在C:\new\reports", r"数据在C:\new\reports"),
        ("增长&nosuch;5%", "增长&nosuch;5%"),
    ],
)
def test_entities_are_the_characters_they_stand_for(raw: str, expected: str) -> None:
    line = "全年新建改建农村公路86公里，改造老旧小区23个，{}。"
    assert line.format(expected) in text_of("\n".join([*LINES[:6], line.format(raw), *LINES[6:]]))


CODE = {
    "a style sheet on one line": ".TRS_Editor P{line-height:1.5;font-family:宋体;font-size:12pt;}",
    "rules over several lines": "p.MsoNormal, li.MsoNormal\n  {margin:0cm;\n  color:red;}\n",
    "a page rule": "@page Section1 {size:595.3pt 841.9pt;} div.Section1 {page:Section1;}",
    "a media rule": "@media print { .no-print { display: none; } p { color:#000 } }",
    "a style element": "<style type='text/css'>.a{color:red}</style>",
    "a script element": "<script>var a = '各位代表：'; document.write(a);</script>",
    "a function": "function size(n){ if (n > 1) { document.getElementById('z').size=n; } }",
    "a counter": "var _h = _h || [];(function() {var h = document.createElement('a');})();",
    "a handler": "$(document).ready(function(){ $('.nav').hover(function(){ hide(); }); });",
    "a statement": "document.write(unescape('%3Cscript%3E'));",
    "comments": "<!-- 正文开始 --> /* Style Definitions */",
    "Word's own": "Normal 0 7.8 磅 0 2 false false false EN-US ZH-CN X-NONE",
}


@pytest.mark.parametrize("code", CODE)
@pytest.mark.parametrize("before", ["head", "body", "tail", "in a line", "one line"])
def test_style_sheets_and_scripts_around_the_text_go(code: str, before: str) -> None:
    lines = list(LINES)
    if before == "in a line":
        lines[6] = lines[6].replace("固定", CODE[code].replace("\n", " ") + "固定")
    else:
        lines.insert({"head": 0, "body": 7, "tail": len(lines), "one line": 7}[before], CODE[code])
    text = (" " if before == "one line" else "\n").join(lines)
    found = text_of(text)
    if before == "one line":
        found, expected = found.replace("\n", ""), CLEAN.replace("\n", "")
    else:
        expected = CLEAN
    assert found == expected


NAVIGATION = [
    "首页 | 要闻动态 | 政务公开 | 办事服务 | 走进青渡\n无障碍阅读\n"
    "当前位置：首页 > 政务公开 > 政府工作报告",
    "网站首页\n新闻中心\n政务公开\n公众参与\n您当前所在的位置：首页>政府工作报告>正文\n"
    "字号：[大 中 小]\n打印本页",
    "繁體版 | English | 登录 | 注册\n设为首页 加入收藏\n"
    "发布时间：2024-01-15 来源：县政府办 浏览次数：88",
]


@pytest.mark.parametrize("navigation", NAVIGATION)
def test_navigation_around_the_text_goes(navigation: str) -> None:
    tail = "上一篇：没有了\n主办：青渡县人民政府办公室\n技术支持：某某公司"
    assert text_of("\n".join([navigation, *LINES, tail])) == CLEAN


MARKS = [
    "www.gongwen-example.com",
    "http://www.51test-example.net/doc/12.html",
    "公文写作网www.gongwen-example.com",
    "（来源：青禾文库）",
    "【青禾论坛 www.example.net】",
    "本文来自example.com.cn",
    "青禾公文网",
    "微信公众号青禾材料",
]
PROSE = [
    f"全年{name}完成{number}.{number % 10}亿元，同比增长{number % 9 + 1}.{number % 7}%，{end}。"
    for number, (name, end) in enumerate(
        [
            ("地区生产总值", "经济运行稳中有进"),
            ("固定资产投资", "发展后劲不断增强"),
            ("社会消费品零售总额", "消费市场持续回暖"),
            ("一般公共预算收入", "财政运行总体平稳"),
            ("规模以上工业总产值", "工业经济稳步回升"),
            ("外贸进出口总额", "开放水平持续提升"),
            ("地区生产总值", "经济运行持续向好"),
            ("固定资产投资", "发展后劲明显增强"),
            ("社会消费品零售总额", "消费市场逐步回暖"),
            ("一般公共预算收入", "财政运行保持平稳"),
        ],
        start=101,
    )
]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("seed", range(3))
def test_a_watermark_between_words_goes(mark: str, seed: int) -> None:
    places = random.Random(seed)
    marked = []
    for number, line in enumerate(PROSE):
        # Inside a number, inside a name, or in between.
        at = (
            line.index(".") + 1,
            line.index("总") + 1 if "总" in line else 4,
            places.randrange(5, 25),
        )
        place = at[number % 3]
        marked.append(line[:place] + mark + line[place:])
    body = "\n".join([*LINES[:6], *marked, *LINES[8:]])
    assert text_of(body).split("\n")[6:-3] == PROSE


def test_the_noise_that_forums_hide_between_lines_goes() -> None:
    noise = ["0 k' W4 b) h; n& S\"", "2 p; E! u3 @9 t% R", "& Q6 m# z( L1 c* ~"]
    marked = [line + noise[number % 3] for number, line in enumerate(PROSE)]
    body = "\n".join([*LINES[:6], *marked, *LINES[8:]])
    assert text_of(body).split("\n")[6:-3] == PROSE


def test_what_reports_themselves_say_again_is_no_watermark() -> None:
    lines = [
        "推进工业互联网平台建设，打造青渡信息网和政务服务网，物联网企业达到12家。",
        "加快政务服务网升级，青渡信息网访问量增长5%，论坛经济收入8.4亿元。",
        "办好青渡论坛，关注青渡微信公众号的群众达到3.2万人，政务服务网办件12万件。",
        "青渡论坛签约项目23个，政务服务网实现镇村全覆盖，青渡信息网改版上线。",
        "建成职工之家86个，职工之家覆盖率达到92%，新增职工之家12个，青渡论坛落户。",
    ]
    found = text_of("\n".join([*LINES[:6], *lines, *LINES[8:]]))
    for line in lines:
        assert line in found


@pytest.mark.parametrize(
    "word", ["图片", "[图片]", "【图片】", "图片 图片", "（图片）", "image", "图片1"]
)
def test_the_word_in_a_pictures_place_goes_and_a_heading_beside_it_stays(word: str) -> None:
    body = [LINES[5], word, *LINES[6:8], word, LINES[8], "", word, *LINES[9:]]
    assert text_of("\n".join([*LINES[:5], *body])) == CLEAN


@pytest.mark.parametrize("heading", ["图片 {}", "[图片]{}", "{}[图片]", "图片{}", "{}图片"])
def test_a_heading_on_a_pictures_line_stays(heading: str) -> None:
    body = ["图片", *LINES[4:8], "图片", heading.format(LINES[8]), *LINES[9:]]
    assert text_of("\n".join([*LINES[:4], *body])) == CLEAN


def test_pictures_that_the_text_speaks_of_stay() -> None:
    line = "征集图片1200张，举办图片展12场，图片新闻获奖3项，群众文化生活更加丰富。"
    assert line in text_of("\n".join([*LINES[:6], line, *LINES[6:]]))


def test_question_marks_that_stand_for_blanks_part_the_speakers_name() -> None:
    lines = [*LINES[:2], "青渡县人民政府县长?? 周明远", *LINES[3:]]
    (document,) = read("\n".join(lines).encode(), "a.txt")
    described = clean(document, {})
    assert described.metadata.speaker == "周明远"
    assert described.clean.text == CLEAN


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("完 成 312. 5 亿 元", "完成312.5亿元"),
        ("完成 312 . 5 亿元", "完成312.5亿元"),
        ("增长 6 .2 %", "增长6.2%"),
        ("增长 1 0.5 个 百分点", "增长10.5个百分点"),
        ("达到 4 2 315 元", "达到42315元"),
        ("2 0 2 3 年 完成 98. 4亿 元", "2023年完成98.4亿元"),
    ],
)
def test_blanks_inside_numbers_of_a_file_on_one_line_go(raw: str, expected: str) -> None:
    body = " ".join(
        [
            *LINES[:6],
            f"全 县 地区 生产 总值 {raw} ， 经济 运行 平稳 。",
            *PROSE,
            *PROSE[::-1],
            *LINES[8:],
        ]
    )
    assert f"地区生产总值{expected}，经济运行平稳。" in text_of(body)


@pytest.mark.long
@pytest.mark.parametrize(
    "unit", ["{", "a{b:c", "\\r\\n", "&nbsp;", "<", "/*", "公文网", "{a:b}", "www.a.com，"]
)
def test_leftovers_are_found_in_linear_time(unit: str) -> None:
    text = normalise(unit * (400_000 // len(unit)))
    began = time.process_time()
    assert len(without_leftovers(text)) == len(text)
    assert time.process_time() - began < 10


def test_the_length_never_changes() -> None:
    parts = [
        *CODE.values(),
        *MARKS,
        *LINES,
        r"\r\n",
        "&nbsp;",
        "??",
        "图片",
        "\n",
        "{",
        "}",
        "\u3000",
        "<br>",
    ]
    for seed in range(200):
        choice = random.Random(seed)
        text = normalise("".join(choice.choices(parts, k=12)))
        found = without_leftovers(text)
        assert len(found) == len(text)
        clean(RawDocument(name="a.txt", part=0, text=text, media_type="text/plain"), {})
