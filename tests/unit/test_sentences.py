"""Sentences end where they end, and cover every visible character."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibiao.text import sentences
from zhibiao.text.sentences import between_marks, enclosing


def cut(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("经济增长。民生改善！任务艰巨？", ["经济增长。", "民生改善！", "任务艰巨？"]),
        ("增长5%；下降3%;持平。", ["增长5%；", "下降3%;", "持平。"]),
        ("一、工作回顾\n过去一年", ["一、工作回顾", "过去一年"]),
        ("他说“要实干。”我们实干。", ["他说“要实干。”", "我们实干。"]),
        ("完成任务（见附表。）继续前进！！", ["完成任务（见附表。）", "继续前进！！"]),
        ("增长6.5%,达到1.2万亿元。", ["增长6.5%,达到1.2万亿元。"]),
        ("各位代表:\n\n  现在,", ["各位代表:", "现在,"]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_sentences_of(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(st.text(alphabet="增长5%。！；;\n ”）“,", max_size=80))
def test_sentences_are_in_order_and_cover_all_but_white_space(text: str) -> None:
    spans = sentences(text)

    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


@given(st.text(alphabet="增5。！；\n ”）“,", max_size=60))
def test_a_stretch_between_two_marks_tells_its_sentence_alone(text: str) -> None:
    for stretch in re.finditer("[^。！；\n]+", text):
        start, end = stretch.span()
        found = between_marks(text, start, end)
        assert found is not None
        if found.start < found.end:
            at = max(start, found.start)
            assert found == enclosing(sentences(text), at, max(at + 1, min(end, found.end)))
        assert between_marks(text, start, end - 1) is None


def test_a_stretch_cut_within_a_sentence_tells_no_sentence() -> None:
    assert between_marks("增长，下降。", 3, 5) is None
