"""The years that are found in invented reports, and the pieces that these are made of."""

from __future__ import annotations

from described import described as described_by_name

from zhibiao.domain import Metadata

ADDRESS = "各位代表：\n现在，我代表市人民政府向大会报告工作，请予审议。\n"
# A speech that names no year at all.
SPEECH = (
    "一、过去一年工作回顾\n过去一年，全市上下同心协力，经济运行稳中有进。\n"
    "二、今年工作安排\n我们要抓好项目建设，改善民生。\n"
)


def described(text: str, name: str = "doc07.txt", title: str | None = None) -> Metadata:
    return described_by_name(text, name, title=title)


def years(text: str, name: str = "doc07.txt", title: str | None = None) -> tuple[object, object]:
    found = described(text, name, title)
    return found.year, found.review_year


def told_by(text: str) -> tuple[str | None, str | None]:
    by = described(text).decided_by
    return by.get("year"), by.get("review_year")


def met(day: str) -> str:
    return f"政府工作报告\n——{day}在江川市第九届人民代表大会第一次会议上\n市长 田原\n" + ADDRESS


def titled(title: str) -> str:
    return f"{title}\n" + ADDRESS
