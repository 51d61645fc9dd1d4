"""Invented reports, and the metadata that are found in them."""

from __future__ import annotations

from collections.abc import Mapping

from zhibiao.domain import Metadata, RawDocument
from zhibiao.metadata.describe import describe
from zhibiao.text import clean

BODY = (
    "各位代表：\n现在，我代表{kind}人民政府向大会报告工作，请予审议。\n一、{review}年工作回顾\n"
    "过去一年，全{kind}上下团结一心，地区生产总值增长6.5%，各项事业取得新的进步。\n"
    "二、{year}年重点工作\n今年要抓好项目建设，地区生产总值增长7%左右。\n"
)


def described(
    text: str,
    name: str = "a.txt",
    *,
    title: str | None = None,
    given: Mapping[str, object] | None = None,
) -> Metadata:
    document = RawDocument(name=name, part=0, text=text, media_type="text/plain", title=title)
    return describe(document, clean(document), {} if given is None else given)


def report(head: str, kind: str = "市", year: int = 2022) -> str:
    return head + "\n" + BODY.format(kind=kind, review=year - 1, year=year)
