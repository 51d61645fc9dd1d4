"""Where one report ends and the next begins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench.beside import DATA
from zhibiao.errors import LimitExceeded
from zhibiao.reading import read, split

PLACES = ["清河县", "南湖市", "云台区", "平川州", "东岭县"]


def body(place: str, *, salutation: bool = True) -> str:
    opening = f"各位代表:\n现在,我代表{place}人民政府,向大会报告工作,请予审议。\n"
    figures = "\n".join(
        f"全年{place}生产总值完成{100 + n}.5亿元,增长6.{n}%,高出上年政府工作报告的目标。"
        for n in range(6)
    )
    return (
        f"{opening if salutation else ''}一、2022年工作回顾\n{figures}\n二、2023年工作安排\n"
        f"让我们更加紧密地团结起来,为建设现代化{place}而努力奋斗!"
    )


TITLES: dict[str, Callable[[str], str]] = {
    "year first": lambda place: f"2023年{place}政府工作报告",
    "year behind": lambda place: f"{place}人民政府工作报告（2023年）",
    "subtitle below": lambda place: (
        f"政府工作报告\n——2023年1月9日在{place}第十八届人民代表大会第二次会议上\n{place}长 张某某"
    ),
    "spaced": lambda place: f"政 府 工 作 报 告\n（2023年1月9日在{place}人民代表大会上）",
    "subtitle behind": lambda place: f"{place}政府工作报告——2023年1月9日在人民代表大会上",
    "province before": lambda place: f"河北省某某市{place}2023年政府工作报告",
    "two lines": lambda place: f"{place}人民政府\n工作报告\n2023年1月9日",
    "place above": lambda place: f"{place}\n政府工作报告\n（2023年1月9日）",
    "book marks": lambda place: f"《2023年{place}政府工作报告》（摘登）",
    "numbered": lambda place: f"（三）2023年{place}政府工作报告",
    "markdown": lambda place: f"## 2023年{place}政府工作报告（全文）",
    "at the meeting": lambda place: f"在{place}第十八届人民代表大会第二次会议上的政府工作报告",
    "on the work": lambda place: f"关于{place}2023年政府工作的报告",
    "with a date line": lambda place: f"{place}政府工作报告\n发布时间：2023-01-12 来源：县政府网",
    "chinese digits": lambda place: f"二〇二三年{place}政府工作报告",
    "traditional": lambda place: f"2023年{place}政府工作報告",
}


def texts(whole: str) -> list[str]:
    return [document.text for document in read(whole.encode(), "compendium.txt")]


@pytest.mark.parametrize(
    "separator", ["\n", "\n\n\n", "\n----------\n", "\n\f\n", "\n＊\n\n* * *\n"]
)
@pytest.mark.parametrize("shape", TITLES)
def test_a_compendium_comes_apart_at_its_titles(shape: str, separator: str) -> None:
    reports = [f"{TITLES[shape](place)}\n{body(place)}" for place in PLACES]
    found = texts(separator.join(reports))
    assert [text.removesuffix("\n＊") for text in found] == reports


@pytest.mark.parametrize("behind", ["", "………%d", "\t%d"])
@pytest.mark.parametrize("shape", ["year first", "year behind", "province before", "markdown"])
def test_a_banner_and_a_table_of_contents_belong_to_no_report(shape: str, behind: str) -> None:
    reports = [f"{TITLES[shape](place)}\n{body(place)}" for place in PLACES]
    contents = "\n".join(
        TITLES[shape](place) + (behind % (7 * n) if behind else "")
        for n, place in enumerate(PLACES, 1)
    )
    banner = "免费资料库,请点击:www.example.com,交流群请加微信\n目 录\n"
    assert texts(f"{banner}{contents}\n" + "\n".join(reports)) == reports


@pytest.mark.parametrize("shape", ["year first", "year behind", "province before", "book marks"])
def test_reports_whose_whole_text_is_one_line_come_apart(shape: str) -> None:
    reports = [
        f"{TITLES[shape](place)}{body(place)}".replace("\n", "").replace("各位", " 各位", 1)
        for place in PLACES
    ]
    assert texts("\n".join(reports)) == reports
    assert texts("".join(reports)) == reports


@pytest.mark.parametrize("shape", TITLES)
def test_one_report_is_never_cut(shape: str) -> None:
    whole = f"{TITLES[shape]('清河县')}\n{body('清河县')}"
    documents = read(whole.encode(), "one.txt")
    assert [(document.text, document.split_by) for document in documents] == [(whole, None)]


TITLE = "2023年清河县政府工作报告"
BODY = body("清河县")


@pytest.mark.parametrize(
    "whole",
    [
        f"{TITLE}\n{TITLE}\n{BODY}",
        f"{TITLE}\n来源：县政府\n政府工作报告\n——2023年1月2日在县人民代表大会上\n{BODY}",
        f"{TITLE}\n各位代表:\n{TITLE}\n{BODY}",
        f"{TITLE}\n{BODY}\n附件：\n2022年南湖市政府工作报告\n2021年云台区政府工作报告\n",
        f"{TITLE}\n{BODY}\n相关阅读\n2022年清河县政府工作报告\n2021年清河县政府工作报告\n主办：县府。",
        f"{TITLE}\n{BODY}\n上一篇：2022年清河县政府工作报告\n下一篇：2024年清河县政府工作报告",
        f"{TITLE}\n目录\n一、2022年工作回顾\n二、2023年安排\n{TITLE}\n{BODY}",
        f"{TITLE}\n{BODY}\n名词解释\n1.政府工作报告\n各位代表审议的文件。",
        f"{TITLE}\n{BODY}\n会议通过了《2022年清河县政府工作报告》。各位代表:请落实好。",
        f"{TITLE}\n{BODY[:150]}\n去年的报告是\n2022年清河县政府工作报告\n各位代表:\n{BODY[150:]}",
        f"{TITLE}\n{BODY}\n2022年清河县政府工作报告确定的实事全部办结。各位代表:成绩来之不易。",
        (f"{TITLE}\n各位代表:一年来,全县生产总值增长5%。\n" * 6) + "谢谢大家!",
    ],
    ids=[
        "title twice",
        "page heading and title",
        "salutation under both titles",
        "attachments listed",
        "related links",
        "neighbours linked",
        "contents of its sections",
        "glossary",
        "cited in a sentence",
        "cited on a line of its own",
        "cited at the start of a line",
        "running head",
    ],
)
def test_a_report_that_names_reports_stays_one(whole: str) -> None:
    assert texts(whole) == [whole]


def paragraphs(count: int) -> str:
    return "\n".join(
        f"2022年,全市上下团结一心,第{n}项重点工程完成投资{n}.5亿元,增长{n}.2%,带动就业{n * 9}人。"
        for n in range(count)
    )


def test_reports_without_any_opening_words_come_apart_by_their_bodies() -> None:
    parts = [f"2023年{place}政府工作报告(摘登)\n{paragraphs(60)}" for place in PLACES]
    assert texts("\n".join(parts)) == parts


def test_a_running_head_over_pages_of_prose_cuts_nothing() -> None:
    whole = f"{TITLE}\n{BODY}\n" + "\n".join(f"清河县政府工作报告\n{paragraphs(60)}" for _ in "abc")
    assert texts(whole) == [whole]


def test_a_heading_and_a_note_over_a_report_are_no_report() -> None:
    note = "本报告由清河县人民政府办公室整理,数据以统计公报为准,转载请注明来源。" * 6
    whole = f"清河县政府工作报告\n{note}\n{TITLE}\n{BODY}"
    assert texts(whole) == [whole]


def test_two_years_of_one_county_are_two_reports() -> None:
    parts = [f"清河县政府工作报告\n——202{n}年1月9日在人民代表大会上\n{BODY}" for n in (2, 3)]
    assert texts("\n".join(parts)) == parts


def test_each_part_says_why_it_was_cut() -> None:
    whole = "\n".join(f"2023年{place}政府工作报告\n{body(place)}" for place in PLACES)
    documents = read(whole.encode(), "c.txt")
    assert [document.part for document in documents] == [0, 1, 2, 3, 4]
    assert [document.split_by for document in documents] == [
        f"2023年{place}政府工作报告" for place in PLACES
    ]


def test_a_report_without_a_title_before_the_first_title_is_kept() -> None:
    first = body("某县") * 3
    documents = read(
        f"{first}\n{TITLE}\n{BODY}\n2023年南湖市政府工作报告\n{BODY}".encode(), "c.txt"
    )
    assert documents[0].text == first
    assert documents[0].split_by == "before the first title"
    assert len(documents) == 3


def test_nothing_but_banner_and_separators_is_lost() -> None:
    whole = "资料库\n" + "\n======\n\n".join(
        f"{title(place)}\n{body(place)}"
        for place, title in zip(PLACES, TITLES.values(), strict=False)
    )
    assert "".join(texts(whole)).replace("\n", "") == (
        whole.removeprefix("资料库\n").replace("======", "").replace("\n", "")
    )


def test_a_text_of_nothing_but_titles_is_refused_in_bounded_time() -> None:
    with pytest.raises(LimitExceeded, match=r"a\.txt has more than"):
        split.split("政府工作报告\n" * 150_000, "a.txt")


def test_a_single_endless_line_is_scanned_in_linear_time() -> None:
    assert len(split.split("县政府工作报告" * 100_000, "a.txt")) == 1


def test_the_shared_compendium_gives_its_twelve_reports() -> None:
    if not DATA.exists():
        pytest.skip("the shared reports are not here")
    documents = read((DATA / "compendium.txt").read_bytes(), "compendium.txt")
    files = sorted((DATA / "reports").glob("*.txt"))[:12]
    assert [document.text.rstrip() for document in documents] == [
        path.read_text("utf-8").rstrip() for path in files
    ]


def test_each_shared_report_stays_one_document() -> None:
    if not DATA.exists():
        pytest.skip("the shared reports are not here")
    paths = [*(DATA / "reports").glob("*.txt"), *(DATA / "national").glob("*.txt")]
    assert len(paths) >= 46
    for path in paths:
        (document,) = read(path.read_bytes(), path.name)
        assert document.text == path.read_text("utf-8"), path.name


def test_page_numbers_between_reports_hide_no_end() -> None:
    parts = [f"2023年{place}政府工作报告\n{body(place, salutation=False)}" for place in PLACES]
    assert texts("\n\n— 17 —\n".join(parts)) == [
        *(f"{part}\n\n— 17 —" for part in parts[:-1]),
        parts[-1],
    ]


def real_bodies(folder: str, count: int) -> dict[str, str]:
    if not DATA.exists():
        pytest.skip("the shared reports are not here")
    paths = sorted((DATA / folder).glob("*.txt"))[:count]
    assert len(paths) == count
    return {path.stem.rpartition("_")[2]: path.read_text("utf-8").strip() for path in paths}


@pytest.mark.parametrize("shape", TITLES)
def test_real_reports_come_apart_under_every_shape_of_title(shape: str) -> None:
    reports = [
        f"{TITLES[shape](place)}\n{text.partition(chr(10))[2]}"
        for place, text in real_bodies("reports", 12).items()
    ]
    assert texts("\n".join(reports)) == reports


def test_the_national_reports_come_apart_under_title_lines() -> None:
    bodies = real_bodies("national", 32)
    reports = [f"{year}年国务院政府工作报告\n{text}" for year, text in bodies.items()]
    assert texts("\n\n".join(reports)) == reports
