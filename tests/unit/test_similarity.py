"""Sketches tell the same report on another page from another report."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.beside import DATA
from zhibiao.text.characters import normalise
from zhibiao.text.signs import Signs, signs
from zhibiao.text.similarity import similarity, sketch, smallest

REAL = sorted(DATA.glob("*/*.txt"))
NOUNS = (
    *"产城乡村生民改创教医交能财投消就文安".strip(),
    "项目",
    "数字经济",
    "营商环境",
    "乡村振兴",
)
VERBS = ("推进", "完善", "提升", "加快", "深化", "优化", "扩大", "巩固", "培育", "建设")
STOCK = "坚持以人民为中心的发展思想，扎实做好各项工作，"


def report(seed: int, clauses: int = 600) -> str:
    source = random.Random(seed)
    return "。".join(
        f"{source.choice(VERBS)}{source.choice(NOUNS)}{source.choice(NOUNS)}，"
        f"增长{source.randint(1, 400) / 10}%{STOCK if source.random() < 0.1 else ''}"
        for _ in range(clauses)
    )


def test_a_text_is_like_itself() -> None:
    assert similarity(sketch(report(1)), sketch(report(1))) == 1.0


def test_the_same_report_from_another_site_is_nearly_the_same() -> None:
    text = report(1)
    other = "首页 > 政务公开\n来源：日报\n" + text.replace("。", "。\n") + "\n版权所有\n" * 20

    assert similarity(sketch(text), sketch(other)) >= 0.95


def test_a_few_cuts_leave_it_nearly_the_same() -> None:
    text = report(1)
    size = len(text)
    cut = text[: size // 3] + text[size // 3 + size // 20 : -size // 20]

    assert similarity(sketch(text), sketch(cut)) >= 0.8


def test_other_reports_are_not_alike() -> None:
    assert similarity(sketch(report(1)), sketch(report(2))) < 0.5


@pytest.mark.parametrize("text", ["", "短文", "，。！？ \n", "12345"])
def test_texts_too_short_to_compare_are_like_nothing(text: str) -> None:
    assert similarity(sketch(text), sketch(text)) == 0.0


@given(st.text(alphabet="增长了百分之六点五的投资1234 。", max_size=60), st.text(max_size=60))
def test_similarity_is_symmetric_and_between_none_and_all(a: str, b: str) -> None:
    first, second = sketch(a), sketch(b)

    assert similarity(first, second) == similarity(second, first)
    assert 0.0 <= similarity(first, second) <= 1.0


@given(st.integers(0, 2**32), st.integers(1, 40_000), st.integers(1, 2**20))
def test_the_smallest_hashes_are_those_of_all_of_them(seed: int, count: int, values: int) -> None:
    hashes = np.random.default_rng(seed).integers(0, values, count, dtype=np.uint32)
    assert smallest(hashes, 512).tolist() == sorted(set(hashes.tolist()))[:512]


def test_a_sketch_is_small_and_the_same_every_time() -> None:
    assert len(sketch(report(1))) <= 2048
    assert sketch(report(1)) == sketch(report(1))


@pytest.mark.skipif(not REAL, reason="the real reports are not at hand")
def test_no_two_real_reports_are_alike() -> None:
    sketches = [sketch(file.read_text(encoding="utf-8")) for file in REAL]

    assert max(similarity(a, b) for a, b in combinations(sketches, 2)) < 0.3


# Signs, marks, what is replaced or hidden, characters beyond the basic plane, halves of such.
TEXTS = st.text(st.sampled_from("改革2Ａ，。 　\n\t\u200b％９鿿𠮷\ud840\udc00⾏"), max_size=60)


@given(TEXTS, st.integers(0, 500), st.integers(0, 500))
def test_a_long_text_is_read_as_its_parts_are(part: str, start: int, end: int) -> None:
    long = (part + "增长5%。") * (500 // (len(part) + 5) + 1)
    assert normalise(long) == "".join(map(normalise, long))
    assert Signs(long).all == signs(long) == "".join(map(signs, long))
    assert Signs(long).of(start, end) == signs(long[start:end])
    assert Signs(part).of(0, len(part)) == signs(part)
