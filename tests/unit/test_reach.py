"""A text that is said to hold none of some words is read as without them. All texts are made up."""

from __future__ import annotations

import random
from functools import cache

import pytest

from zhibiao import pipeline
from zhibiao.catalogue.changes import change_between
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import built_in_text, parse_catalogue
from zhibiao.domain import RawDocument, digests
from zhibiao.extract.reach import Reach

FILLER = "我们坚持稳中求进，扎实做好各项工作，人民生活不断改善，社会大局保持稳定。" * 12 + "\n"
HEAD = "2023年示例市政府工作报告\n一、2022年工作回顾\n"


def indicator(*names: str) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return (
        f'[[indicator]]\nid = "own"\nname_zh = "自有指标"\naliases = [{listed}]\n'
        'units = ["元", "吨", "个"]\nbase_unit = "元"\n'
    )


@cache
def catalogue(users: str = "") -> Catalogue:
    return parse_catalogue(built_in_text(), *([("own.toml", users)] if users else []))


def extracted(text: str, known: Catalogue) -> str:
    raw = RawDocument(name="a.txt", part=0, text=text, media_type="text/plain")
    described = pipeline.clean(raw, {})
    language = pipeline.Language(catalogue=known, segmenter_name="rjieba")
    return digests.of_extraction(
        pipeline.extract(described.clean, text, described.metadata, language)
    )


def touched(text: str, *names: str) -> bool:
    raw = RawDocument(name="a.txt", part=0, text=text, media_type="text/plain")
    change = change_between(catalogue(), catalogue(indicator(*names)))
    return Reach(change.words).touches(pipeline.clean(raw, {}).clean.text)


# A name, and a text that is read another way with it, though it need not stand there in one piece.
HELD = {
    "as it stands": ("茶园营业额", "茶园营业额达到12亿元。"),
    "in traditional characters": ("茶园营业额", "經濟發展，茶園營業額達到12億元。"),
    "in wide letters": ("ABC指数", "ＧＤＰ增长，ＡＢＣ指数达到12亿元。"),
    "a scan's 收人": ("茶园收入", "茶园收人达到12亿元。"),
    "other brackets": ("茶园（含茶馆）额", "茶园(含茶馆)额达到12亿元。"),
    "members that share an end": (
        "茶园营业额",
        "茶园、茶馆营业额分别达到12亿元、13亿元。",
    ),
    "a beginning said before": ("农村茶园额", "城镇茶园额增长7%，农村增长9%。"),
    "cells of a table": (
        "茶园营业额",
        "指标\t单位\t2022年\n地区生产总值\t亿元\t120\n茶园 营业额\t亿元\t12\n",
    ),
    "a unit within a cell's name": (
        "茶园营业额",
        "指标\t2022年\n地区生产总值（亿元）\t120\n茶园（亿元）营业额\t12\n",
    ),
    "a row of name, unit and value": ("茶园营业额", "茶园营业额（亿元）：12\n"),
}

# Names that are new together with it.
BESIDE = {
    "a beginning said before": ("城镇茶园额",),
    "members that share an end": ("茶馆营业额",),
}


@pytest.mark.parametrize("how", HELD)
def test_a_word_is_held_however_the_extractor_comes_across_it(how: str) -> None:
    name, said = HELD[how]
    assert touched(HEAD + FILLER + said, name, *BESIDE.get(how, ()))


@pytest.mark.parametrize(
    "how",
    [
        "as it stands",
        "in traditional characters",
        "other brackets",
        "members that share an end",
        "cells of a table",
        "a row of name, unit and value",
    ],
)
def test_the_extractor_does_come_across_it(how: str) -> None:
    """Otherwise the cases above would tell nothing."""
    name, said = HELD[how]
    text = HEAD + FILLER + said
    assert extracted(text, catalogue()) != extracted(text, catalogue(indicator(name)))


@pytest.mark.parametrize(
    "said",
    [
        "茶馆营业额达到12亿元。",
        "茶园面积达到12万亩。茶馆营业额达到12亿元。",  # its parts stand in two sentences
        "指标\t2022年\n地区生产总值（亿元）\t120\n茶馆总额（亿元）\t12\n",
    ],
)
def test_a_word_that_is_not_there_is_not_held(said: str) -> None:
    assert not touched(HEAD + FILLER + said, "茶园营业额")


def test_no_word_at_all_is_held_by_nothing() -> None:
    assert not Reach(()).touches(HEAD + FILLER)


@pytest.mark.long
def test_what_is_not_touched_comes_out_the_same_whatever_pieces_a_name_is_made_of() -> None:
    """Names put together at random from the pieces that the made-up texts are made of."""
    rng = random.Random(7)
    pieces = (
        "城镇",
        "农村",
        "居民",
        "人均",
        "茶园",
        "收入",
        "支出",
        "总额",
        "产量",
        "地区生产总值",
    )
    spared = 0
    for _ in range(15):
        said = "".join(
            f"{rng.choice(pieces)}{rng.choice(pieces)}、{rng.choice(pieces)}{rng.choice(pieces)}"
            f"分别达到{rng.randint(2, 9)}亿元、{rng.randint(10, 99)}亿元，"
            f"{rng.choice(pieces)}增长{rng.randint(2, 9)}%。"
            for _ in range(4)
        )
        text = HEAD + FILLER + said
        name = "".join(rng.choices(pieces, k=rng.randint(2, 3)))
        if not touched(text, name):
            spared += 1
            assert extracted(text, catalogue()) == extracted(text, catalogue(indicator(name))), name
    assert spared > 2
