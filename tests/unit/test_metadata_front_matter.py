"""Speaker, day, meeting and title, as the front matter of a report states them."""

from __future__ import annotations

from datetime import date

import pytest
from described import BODY, described, report


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("高邮市人民政府市长 田 原", "田原"),
        ("市长　李　想", "李想"),
        ("高邮市市长：欧阳文远", "欧阳文远"),
        ("高邮市人民政府代市长 周青", "周青"),
        ("县长 买买提·艾山", "买买提·艾山"),
        ("田 原", "田原"),
        ("（田原）", "田原"),
        ("报告人：田原", "田原"),
        ("市长\n田 原", "田原"),
        ("高邮市市长\n田 原", "田原"),
        ("（市长 田原）", "田原"),
        ("市委副书记、市长 田原", "田原"),
        ("田原 市长", "田原"),
        ("总体要求", None),
        ("市长信箱", None),
        ("——2022年1月9日在高邮市第十六届人民代表大会第一次会议上 市长 田原", "田原"),
        ("2022年1月9日", None),
        ("（2022年1月9日）", None),
    ],
)
def test_the_speaker_is_read_from_the_front_matter(line: str, speaker: str | None) -> None:
    assert described(report(f"2022年高邮市政府工作报告\n\n{line}\n")).speaker == speaker


def test_the_speaker_may_stand_on_the_line_that_addresses_the_deputies() -> None:
    text = "2022年高邮市政府工作报告\n市长 田 原 " + BODY.format(kind="市", review=2021, year=2022)

    assert described(text).speaker == "田原"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("——2022年1月9日在高邮市第十六届人民代表大会第一次会议上", date(2022, 1, 9)),
        ("（2022 年 1 月 19 日在高邮市第十六届人民代表大会第一次会议上）", date(2022, 1, 19)),
        ("二〇二二年一月十九日在高邮市第十六届人民代表大会第一次会议上", date(2022, 1, 19)),
        ("（2022年1月20日）", date(2022, 1, 20)),
        ("2022年1月20日", date(2022, 1, 20)),
        ("——在高邮市第十六届人民代表大会第一次会议上\n（2022年1月9日）", date(2022, 1, 9)),
        ("2022年2月30日在高邮市第十六届人民代表大会第一次会议上", None),
    ],
)
def test_the_day_is_read_from_the_front_matter(line: str, day: date | None) -> None:
    assert described(report(f"高邮市政府工作报告\n{line}")).delivered_on == day


def test_a_title_that_holds_all_the_front_matter_is_taken_apart() -> None:
    line = (
        "2022年高邮市政府工作报告 ——2022年1月9日在高邮市第十六届人民代表大会第一次会议上 市长 田 原"
    )

    found = described(report("首页 > 公开\n" + line + "\n来源：市政府办\n关闭窗口"))

    assert (found.title, found.speaker) == ("2022年高邮市政府工作报告", "田原")
    assert found.delivered_on == date(2022, 1, 9)
    assert found.meeting == "高邮市第十六届人民代表大会第一次会议"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("标题：2022年高邮市政府工作报告", "2022年高邮市政府工作报告"),
        ("报告标题： 二〇二二年政府工作报告", "二〇二二年政府工作报告"),
        ("来源：某某数据网      政府工作报告", "政府工作报告"),
        ("信息来源：高邮日报：2022年高邮市政府工作报告", "2022年高邮市政府工作报告"),
        ("来源：政府工作报告", "来源：政府工作报告"),  # no source is named
    ],
)
def test_a_title_is_without_what_a_scraper_writes_before_it(line: str, title: str) -> None:
    assert described(report(line)).title == title


def test_a_date_before_the_title_is_the_pages() -> None:
    assert described(report("2022年1月25日\n高邮市政府工作报告")).delivered_on is None


def test_a_lead_before_the_report_does_not_hide_its_front_matter() -> None:
    lead = (
        "1月9日上午，高邮市第十六届人民代表大会第一次会议隆重开幕，市长作政府工作报告，全文如下。"
    )
    head = (
        f"2022年高邮市政府工作报告\n{lead}\n——2022年1月9日在高邮市第十六届人民代表大会第一次会议上"
    )

    found = described(report(head + "\n市长 田 原"))

    assert (found.speaker, found.delivered_on) == ("田原", date(2022, 1, 9))


def test_the_meeting_is_named_in_full() -> None:
    line = "——2022年1月9日在高邮市第十六届人民代表大会第一次会议上"

    found = described(report(f"政府工作报告\n{line}"))

    assert found.meeting == "高邮市第十六届人民代表大会第一次会议"
