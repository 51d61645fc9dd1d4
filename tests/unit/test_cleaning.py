"""Cleaning deletes characters or replaces them one by one, and joins what print has parted."""

from __future__ import annotations

import re
from functools import partial

import pytest
from cpu_time import cpu_seconds
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.beside import DATA
from zhibiao.domain import CleanText, OffsetMap, RawDocument, Span
from zhibiao.text import clean
from zhibiao.text.characters import HIDDEN, normalise
from zhibiao.text.leftovers import without_leftovers

REAL = sorted(DATA.glob("*/*.txt"))
PROSE = "全市地区生产总值增长6.5%，固定资产投资增长8%，各项事业取得了新的进步。"
needs_reports = pytest.mark.skipif(not REAL, reason="the real reports are not at hand")


def cleaned(text: str) -> CleanText:
    return clean(RawDocument(name="a.txt", part=0, text=text, media_type="text/plain"))


def text_of(text: str) -> str:
    return cleaned(text).text


def assert_exact(raw: str, result: CleanText) -> None:
    """Every clean character is its raw one, made plain; a newline may stand for a space."""
    assert len(result.offsets) == len(result.text)
    plain = without_leftovers(normalise(raw))
    for clean_start, raw_start, length in result.offsets.segments:
        for at in range(length):
            kept, original = result.text[clean_start + at], plain[raw_start + at]
            assert kept == original or (kept in "\n " and original in " |\n" + HIDDEN)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "环境治理成效明显，PM\n2.5\n年平均浓度下降5%。",
            "环境治理成效明显，PM2.5年平均浓度下降5%。",
        ),
        ("治理细颗粒物（PM\n2.5\n）污染。", "治理细颗粒物（PM2.5）污染。"),
        ("一般公共预算收入 38 亿元，增 长 6. 5%。", "一般公共预算收入38亿元，增长6.5%。"),
        ("地区生产总值增长 1 0 . 5 ％。", "地区生产总值增长10.5%。"),
        ("粮食产量１０．５亿斤，增长５％以上。", "粮食产量10.5亿斤，增长5%以上。"),
        ("完成投资 1 200 万元。", "完成投资1200万元。"),
        ("推进 ＡＩ 和 ５Ｇ 应用，GDP 突破 800 亿元。", "推进AI和5G应用，GDP突破800亿元。"),
        ("引进 Silicon Valley Bank 等机构。", "引进Silicon Valley Bank等机构。"),
        ("2021 2022 两年平均增长5%。", "2021 2022两年平均增长5%。"),
        ("获\u200b评全\ufeff国文\xad明城市。", "获评全国文明城市。"),
        ("⼤⼒发展⽂化产业。", "大力发展文化产业。"),
        ("市长\u3000李\xa0杰。", "市长李杰。"),
        ("推进“三整合”改革③ ，完善“三区三线”⑤。", "推进“三整合”改革，完善“三区三线”。"),
        ("规上工业增加值[14]增长5%、投资〔15〕增长6%。", "规上工业增加值增长5%、投资增长6%。"),
        ("市政发〔15〕号文件", "市政发〔15〕号文件"),
        ("[1]江川湖：城东的湖。", "[1]江川湖：城东的湖。"),
        ("主要任务：①加强领导；②落实责任。", "主要任务：①加强领导；②落实责任。"),
        ("获得国家级荣誉[12]，成效明显。", "获得国家级荣誉，成效明显。"),
        ("经济稳步增长。（下转第三版）", "经济稳步增长。"),
        ("（上接第一版）经济稳步增长。", "经济稳步增长。"),
        ("增长率为5%—6%，“十四五”·开局……良好。", "增长率为5%—6%，“十四五”·开局……良好。"),
        (
            "一九五四年預計將近百分之三十三，產量億噸。",
            "一九五四年預計將近百分之三十三，產量億噸。",
        ),
        ("**加快**发展[数字经济](https://a.example/b)产业。", "加快发展数字经济产业。"),
        ("加快发展&nbsp;数字经济<br/>产业。", "加快发展数字经济产业。"),
        ("发挥“7•28”灾后重建作用，PM 2.5 浓度下降。", "发挥“7•28”灾后重建作用，PM2.5浓度下降。"),
        ("PM_2.5浓度下降5﹪，PM<sub>2.5</sub>达标。", "PM2.5浓度下降5%，PM2.5达标。"),
        ("税收增长8℅，用水量−2.1%，增长5%〜6%。", "税收增长8%，用水量-2.1%，增长5%~6%。"),
        (";;十二五;;期末，生產(chǎn)總值增長(zhǎng)5%。", "十二五期末，生產總值增長5%。"),
        ("◆粮食产量12万吨。", "粮食产量12万吨。"),
        ("●外贸出口增长5%。", "外贸出口增长5%。"),
    ],
)
def test_inside_a_line(raw: str, expected: str) -> None:
    assert text_of(PROSE + "\n" + raw + "\n" + PROSE) == f"{PROSE}\n{expected}\n{PROSE}"


@pytest.mark.parametrize(
    "mark",
    [
        "- 12 -",
        "— 3 —",
        "第 3 页",
        "第3页 共20页",
        "3/20",
        "（下转第四版）",
        "（上接A1版）",
        "（本文共 4 页，当前第 2 页）",
        "----------",
        "图为开工现场。本报记者 王小林 摄",
        "分享到：",
        "复制链接",
    ],
)
def test_a_mark_on_a_line_of_its_own_is_deleted(mark: str) -> None:
    assert text_of(f"{PROSE}\n{mark}\n{PROSE}") == f"{PROSE}\n{PROSE}"


def test_page_numbers_inside_a_wrapped_paragraph_do_not_part_it() -> None:
    paragraph = "着力推进重点项目建设和产业转型升级，" * 40
    lines = [paragraph[at : at + 30] for at in range(0, len(paragraph), 30)]
    pages = []
    for number, start in enumerate(range(0, len(lines), 5), start=1):
        pages += [*lines[start : start + 5], f"- {number} -"]

    assert text_of("\n".join(pages)) == paragraph


def test_a_wrapped_line_that_begins_like_a_caption_stays() -> None:
    lines = [
        "着力推进重点项目建设和产业转型升级，建成数字档案馆，",
        "图片和视频资料全部实现数字化管理，群众查询更加便捷，服",
    ]
    paragraph = "".join(lines * 12) + "务水平持续提升。"

    assert text_of("\n".join(lines * 12) + "\n务水平持续提升。") == paragraph


def test_bare_page_numbers_that_count_up_are_deleted_and_other_numbers_stay() -> None:
    text = "\n".join(f"{PROSE}\n{number}" for number in range(1, 6))

    assert text_of(text) == "\n".join([PROSE] * 5)
    assert "2.5" in text_of(f"{PROSE}\n\n细颗粒物（PM\n2.5\n）浓度下降。\n\n{PROSE}")


def test_a_table_of_contents_is_deleted_and_the_headings_stay() -> None:
    text = (
        "2022年临江市政府工作报告\n目  录\n一、2021年工作回顾…………1\n二、2022年工作安排 ...... 12\n"
        f"2022年临江市政府工作报告\n一、2021年工作回顾\n{PROSE}\n二、2022年工作安排\n{PROSE}\n"
    )

    assert text_of(text) == (
        f"2022年临江市政府工作报告\n一、2021年工作回顾\n{PROSE}\n二、2022年工作安排\n{PROSE}"
    )


def test_a_markdown_table_loses_its_outer_bars_and_its_rule() -> None:
    text = f"{PROSE}\n\n| 指标 | 2021 | 2022 |\n|---|---:|:--:|\n| 增速 | 5.1 | 6.2 |\n\n{PROSE}"

    assert text_of(text).split("\n")[1:-1] == ["指标\t2021\t2022", "增速\t5.1\t6.2"]


def test_a_markdown_heading_keeps_its_words_and_its_line() -> None:
    assert text_of(f"## 一、工作回顾\n{PROSE}") == f"一、工作回顾\n{PROSE}"


def test_paragraphs_of_a_text_on_one_line_are_told_by_their_wide_spaces() -> None:
    text = "各位代表：　　" + PROSE * 6 + "　　一、工作回顾　　" + PROSE * 3

    assert text_of(text) == f"各位代表：\n{PROSE * 6}\n一、工作回顾\n{PROSE * 3}"


def test_a_heading_set_inside_a_line_gets_a_line_of_its_own() -> None:
    text = f"{PROSE} 2021 年及本届政府工作回顾 2021 年是极不平凡的一年。\n{PROSE}"

    assert text_of(text).split("\n")[1] == "2021年及本届政府工作回顾"


def test_links_that_break_a_sentence_into_lines_are_joined_where_empty_lines_part_paragraphs() -> (
    None
):
    text = (
        "\n\n".join([PROSE] * 6)
        + "\n\n認真執行《\n勞動條例\n》和\n工會法\n，做好工作。\n\n"
        + PROSE
    )

    assert text_of(text).split("\n")[-2] == "認真執行《勞動條例》和工會法，做好工作。"


@pytest.mark.parametrize(
    ("line", "then"),
    [
        ("全县城镇居民人均可支配收入达到3126", "5元，比上年增长8.2%。"),
        ("全年完成固定资产投资，引进到位资金58亿", "元，增长8.1%。"),
        ("全年完成地方财政收入12.6亿元，比上年下降", "2.1%，扣除政策因素增长3%。"),
        ("工业经济提质增效，规上工业增加值是2015年的", "2.6倍，年均增长9.1%。"),
        ("固定资产投资增长9%；财政收入增长6%；社会消", "费品零售总额增长7%。"),
        ("全年城镇调查失业率平均为5.", "3%，保持总体稳定。"),
        ("主要经济指标好于预期，规模以上企业20", "22年新增30户。"),
    ],
)
def test_a_line_that_breaks_off_in_a_number_a_word_or_a_clause_goes_on(
    line: str, then: str
) -> None:
    assert text_of(f"{PROSE}\n{line}\n{then}") == f"{PROSE}\n{line}{then}"


def test_a_number_on_a_line_of_its_own_stands_in_its_sentence() -> None:
    raw = (
        f"{PROSE}\n地区生产总值从\n497.8\n亿元增加到\n779\n亿元，年均增长\n7.3%\n。"
        "完成固定资产投资\n1444.8\n亿元。\n12\n财政收入增长5%。\n"
    )
    assert "地区生产总值从497.8亿元增加到779亿元，年均增长7.3%。" in text_of(raw)
    assert "完成固定资产投资1444.8亿元。" in text_of(raw)


@pytest.mark.parametrize(
    ("line", "then"),
    [
        ("（一）坚持改革引领，在激发活力上聚力突破", "提升市场活力。深化放管服改革。"),
        ("地区生产总值增长6%，财政收入增长5%，投资增长8%", "城镇新增就业2万人。"),
        ("坚持稳中求进，推动经济高质量发展", "全市上下齐心协力。"),
        ("主要预期目标，新增市场主体突破20", "2022年要抓好以下工作。"),
    ],
)
def test_a_line_that_may_end_a_paragraph_or_a_heading_ends_it(line: str, then: str) -> None:
    assert text_of(f"{PROSE}\n{line}\n{then}") == f"{PROSE}\n{line}\n{then}"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("财政收入42。74亿元，增长11。2%。", "财政收入42.74亿元，增长11.2%。"),
        ("国内生产总值881·2亿元。", "国内生产总值881.2亿元。"),
        ("达到4。4億元。", "达到4.4億元。"),
        ("总数达到2015。2016年再增。", "总数达到2015。2016年再增。"),
        ("增长5%。2亿元投入民生。", "增长5%。2亿元投入民生。"),
        ("买买提·3人。", "买买提·3人。"),
    ],
)
def test_a_decimal_point_is_told_from_a_full_stop(raw: str, expected: str) -> None:
    assert text_of(raw) == expected


def test_a_short_lead_of_a_piece_of_news_is_text_and_its_byline_is_none() -> None:
    news = "河东市两会昨日开幕\n本报讯（记者 王某）昨日，市长作政府工作报告。"
    assert text_of(f"{news}\n去年成绩单\n{PROSE}").split("\n")[0] == "河东市两会昨日开幕"
    assert "王某" not in text_of(f"首页 > 新闻\n本报记者 王某 通讯员 李某\n{PROSE}")


def test_a_numbered_heading_stands_alone_behind_a_comma_too() -> None:
    text = f"报告的要点如下，\n一、去年工作回顾：\n{PROSE}\n二、今年主要目标\n{PROSE}\n"
    assert text_of(text).split("\n")[1] == "一、去年工作回顾："
    assert "，一、二、三产业" in text_of(f"{PROSE}全年，\n一、二、三产业分别增长3%、5%和8%。\n")


def test_chrome_words_inside_running_text_stay() -> None:
    lines = [
        "建成政府门户网站集约化平台，微信公众号关注量突破十万，群众扫一扫即可办事。",
        "拓宽收入来源，规范信息发布日期和浏览次数统计，推进网站无障碍阅读改造。",
        "二、打造“指尖上的政府门户网站”，让企业群众登录后可办理全部事项。",
        "三、打造产业转型升级版",
        "2.加强门户网站建设",
        "（三）推动更多事项扫一扫办理",
        "全面对接营商环境5.0版，推动产业流转升级加强版落地见效。",
    ]

    assert text_of("\n".join([PROSE, *lines, PROSE])) == "\n".join([PROSE, *lines, PROSE])


@pytest.mark.parametrize("text", ["", "\n\n", "   ", "\u200b", "登录 | 注册", "12", "政府工作报告"])
def test_texts_without_prose_are_cleaned_without_ado(text: str) -> None:
    result = cleaned(text)

    assert_exact(text, result)


def test_cleaning_what_is_clean_changes_nothing() -> None:
    once = text_of("2022年临江市政府工作报告\n各位代表：\n" + "\n".join([PROSE] * 5))

    assert text_of(once) == once


FRAGMENTS = st.sampled_from(
    [
        "全市生产总值",
        "增长",
        "１２",
        " 3 8 亿元",
        "6.5％",
        "，",
        "。",
        "\n",
        "\n\n",
        "　　",
        "\u200b",
        "①",
        "（下转2版）",
        "|",
        "第3页",
        "发布日期：2022-01-01",
        "——",
        "《",
        "》",
        "一、",
        "[复制链接]",
        "- 3 -",
        "各位代表：",
        "GDP ",
        "**",
        "\x0c",
        "𠮷",
    ]
)


@settings(max_examples=200)
@given(st.lists(FRAGMENTS, max_size=60).map("".join))
def test_offsets_are_exact_on_any_mixture(raw: str) -> None:
    assert_exact(raw, cleaned(raw))


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_offsets_are_exact_on_any_characters(raw: str) -> None:
    assert_exact(raw, cleaned(raw))


@needs_reports
def test_offsets_are_exact_on_every_real_text() -> None:
    for file in REAL:
        raw = file.read_text(encoding="utf-8")
        result = cleaned(raw)
        assert_exact(raw, result)
        packed = OffsetMap.from_bytes(result.offsets.to_bytes())
        assert packed == result.offsets
        for start in range(0, len(result.text) - 40, 997):
            span = Span(start, start + 40)
            found = normalise(result.offsets.raw(span).of(raw))
            kept = re.sub(r"\s", "", span.of(result.text))
            assert re.sub(rf"[\s{HIDDEN}]", "", found).startswith(kept[0])
            letters = iter(found)
            assert all(letter in letters for letter in kept)


@needs_reports
def test_no_chinese_character_of_a_national_reports_body_is_lost() -> None:
    chinese = re.compile(r"[\u3400-\u9fff]")
    for file in REAL:
        if file.parent.name == "national":
            raw = file.read_text(encoding="utf-8")
            body = raw.split("本作品是中华人民共和国的")[0]
            assert len(chinese.findall(text_of(raw))) == len(chinese.findall(body)), file.name


@needs_reports
def test_the_two_scraped_reports_lose_their_pages_and_keep_their_sentences() -> None:
    texts = {
        file.stem: text_of(file.read_text(encoding="utf-8"))
        for file in REAL
        if file.stem.startswith(("24_", "26_"))
    }
    assert len(texts) == 2
    for text in texts.values():
        for words in ("签到天数", "快速回复", "复制链接", "门户网站欢迎您", "发布日期", "积分"):
            assert words not in text
    joined = "".join(texts.values())
    assert "百年征程波澜壮阔,百年初心历久弥坚" in joined
    assert "幼有善育、学有优教" in joined


@pytest.mark.parametrize(
    "unit",
    [
        "增长",
        "7",
        "、",
        "（",
        "[",
        "《",
        "|",
        " ",
        "\n",
        "　",
        "a ",
        "①",
        "发表于",
        "——",
        "《\n",
        "登录\n",
    ],
)
def test_cleaning_takes_linear_time(unit: str) -> None:
    small, large = ((unit * length)[:length] for length in (20_000, 80_000))
    few, many = cpu_seconds(partial(cleaned, small)), cpu_seconds(partial(cleaned, large))
    assert many < 12 * few + 0.02  # 4 is linear, 16 the square


def test_a_title_is_not_joined_with_what_follows_a_deleted_line() -> None:
    text = "2022年临江市政府工作报告\n来源：市政府办\n关闭窗口\n政府工作报告\n\n" + "\n\n".join(
        [PROSE] * 6
    )

    assert text_of(text).split("\n")[:2] == ["2022年临江市政府工作报告", "政府工作报告"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("请市政协", "各位委员提出意见。"), ("打造缅甸（腊戍）", "—中国（临江）交易会。")],
)
def test_a_wrapped_line_may_begin_like_an_address_or_with_a_dash(first: str, second: str) -> None:
    filler = "着力推进重点项目建设和产业转型升级，" * 2
    lines = [(filler * 3)[at : at + 30] for at in range(0, 90, 30)] * 5
    start = filler[: 30 - len(first)] + first

    assert start + second in text_of("\n".join([*lines, start, second, PROSE]))
