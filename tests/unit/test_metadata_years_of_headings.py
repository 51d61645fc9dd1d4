"""The years of a report as its headings and its title tell them."""

from __future__ import annotations

import pytest
from described_years import ADDRESS, SPEECH, titled, told_by, years


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        ("2022年江川市政府工作报告", "2019.txt", (2022, 2021)),
        ("江川市政府工作报告", "2019.txt", (2022, 2021)),
        ("2021年江川市政府工作报告", "doc07.txt", (2022, 2021)),
        ("2023年江川市政府工作报告", "doc07.txt", (2022, 2021)),
    ],
)
def test_headings_of_review_and_plan_outweigh_title_and_file_name(
    head: str, name: str, expected: tuple[int, int]
) -> None:
    text = titled(head) + "一、2021年工作回顾\n稳中有进。\n二、2022年工作安排\n要抓项目。\n"

    assert years(text, name) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("一、关于2021年的工作", "二、关于2022年的工作", (2022, 2021)),
        ("一、2021年主要工作", "二、2022年主要工作", (2022, 2021)),
        ("2021年工作回顾", "2022年主要工作", (2022, 2021)),
        ("一、2021年主要工作", "二、下一步重点任务", (2022, 2021)),
        ("一、“十三五”发展回顾和2020年主要工作", "二、今后五年奋斗目标", (2021, 2020)),
        ("一、过去五年主要成效", "二、2022年政府工作", (2022, 2021)),
        ("过去一年的主要成效", "2022年主要工作", (2022, 2021)),
        ("一、二0二一年工作回顾", "二、二〇二二年工作安排", (2022, 2021)),
        ("一、2021年及过去五年工作回顾", "二、2022年和今后五年工作打算", (2022, 2021)),
        ("一、“十三五”和2020年工作回顾", "二、“十四五”时期主要目标", (2021, 2020)),
        ("一、2018—2022年工作回顾", "二、今后五年奋斗目标", (2023, 2022)),
    ],
)
def test_headings_tell_both_years(first: str, second: str, expected: tuple[int, int]) -> None:
    text = titled("政府工作报告") + f"{first}\n稳中有进。\n{second}\n要抓项目。\n"

    assert years(text) == expected


def test_a_day_that_fits_neither_year_of_the_headings_is_that_of_the_page() -> None:
    head = "江川市政府工作报告\n2024年3月1日\n" + ADDRESS
    sections = "一、2021年工作回顾\n稳中有进。\n二、2022年工作安排\n要抓项目。\n"

    assert years(head + sections) == (2022, 2021)
    assert years(head + SPEECH) == (2024, 2023)


def test_a_numbered_heading_comes_before_a_headline_in_the_page() -> None:
    text = (
        "2020年工作成效获通报表扬\n"
        + titled("政府工作报告")
        + "一、2021年工作回顾\n稳中有进。\n二、2022年工作安排\n要抓项目。\n"
    )

    assert years(text) == (2022, 2021)


def test_aims_that_were_reached_are_a_heading_of_review() -> None:
    text = titled("政府工作报告") + "一、2021年目标任务完成情况\n完成较好。\n"

    assert years(text) == (2022, 2021)
    assert told_by(text) == ("headings", "headings")


def test_a_title_may_name_the_year_that_the_sentences_review() -> None:
    body = "一、砥砺奋进的一年\n2021年，是江川极不平凡的一年。\n"

    assert years(titled("2021年江川市政府工作报告") + body) == (2022, 2021)
    expecting = body + "预计到年末，全市生产总值增长6%。\n"
    assert years(titled("2021年江川市政府工作报告") + expecting) == (2021, 2021)


def test_a_title_holds_against_a_mere_hint() -> None:
    body = "2022年，面对新的任务，我们信心十足。\n"

    assert years(titled("2022年江川市政府工作报告") + body) == (2022, 2021)
