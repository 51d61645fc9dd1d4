"""Words, terms and keywords: the same from either segmenter, counted on one cut."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import pytest

from bench.beside import DATA
from zhibiao.errors import DictionaryError
from zhibiao.text.segmentation import (
    TERMS,
    Segmenter,
    SegmenterName,
    count_terms,
    is_term,
    load_fine_segmenter,
    load_segmenter,
    read_dictionary,
)

REAL = sorted(DATA.glob("*/*.txt"))
TEXT = (
    "推进数字经济和实体经济深度融合,培育专精特新“小巨人”企业12家,一般公共预算收入增长6.5%。\n"
    "大数据、云计算产业规模扩大,数据要素市场加快建设,绿色工厂达到8家。"
)


@pytest.fixture(params=["rjieba", "jieba"])
def segmenter(request: pytest.FixtureRequest) -> Segmenter:
    return load_segmenter(request.param)


def test_words_joined_together_are_the_text(segmenter: Segmenter) -> None:
    assert "".join(segmenter.cut(TEXT)) == TEXT


def test_policy_terms_stay_in_one_piece(segmenter: Segmenter) -> None:
    words = segmenter.cut(TEXT)

    assert {"数字经济", "专精特新", "一般公共预算收入", "大数据"} <= set(words)


def test_a_users_words_stay_in_one_piece(segmenter: Segmenter, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("绿色工厂\n数据要素市场 50 n\n\n# a comment\n", encoding="utf-8")

    own = load_segmenter(segmenter.name, path)

    assert {"绿色工厂", "数据要素市场"} <= set(own.cut(TEXT))
    assert "绿色工厂" not in segmenter.cut(TEXT)
    assert own.digest != segmenter.digest


def test_a_segmenter_is_loaded_once_for_a_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("绿色工厂\n", encoding="utf-8")
    first = load_segmenter("rjieba", path)
    assert load_segmenter("rjieba", path) is first

    path.write_text("绿色工厂\n零碳园区\n", encoding="utf-8")

    assert load_segmenter("rjieba", path) is not first


def test_terms_hold_neither_white_space_nor_bare_punctuation(segmenter: Segmenter) -> None:
    terms = count_terms(TEXT, segmenter)

    assert terms["数字经济"] == 1
    assert not {",", "。", "\n", "“", "、"} & set(terms)
    words = [token for token in segmenter.cut(TEXT) if is_term(token)]
    assert sum(terms.values()) == len(words)


def test_terms_come_as_they_first_occur(segmenter: Segmenter) -> None:
    """Their hash is of them in this order, which so has to be the same whoever cuts."""
    text = f"{TEXT}增长与投资，投资与增长。{TEXT}"

    terms = count_terms(text, segmenter)

    words = [token for token in segmenter.cut(text) if is_term(token)]
    assert list(terms) == list(dict.fromkeys(words))


@pytest.mark.parametrize("name", ["rjieba", "jieba"])
def test_the_fine_cut_knows_nothing_of_our_own_terms(name: SegmenterName, tmp_path: Path) -> None:
    text = "推进老旧小区改造，发展新质生产力。"
    coarse, fine = load_segmenter(name).cut(text), load_fine_segmenter(name).cut(text)
    assert "老旧小区改造" in coarse
    assert fine[1:4] == ["老旧", "小区", "改造"]
    path = tmp_path / "words.txt"
    path.write_text("老旧小区\n", encoding="utf-8")
    assert "老旧小区" in load_fine_segmenter(name, path).cut(text)  # the user's own words


@pytest.mark.parametrize("content", ["绿色工厂 5 n v\n", "绿色 工厂\n"])
def test_a_malformed_line_is_refused_by_file_and_number(content: str, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("好词\n" + content, encoding="utf-8")

    with pytest.raises(DictionaryError, match=r"words\.txt, line 2"):
        load_segmenter("rjieba", path)


def test_a_dictionary_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("绿色工厂\n".encode("gb18030"))

    with pytest.raises(DictionaryError, match=r"words\.txt"):
        load_segmenter("rjieba", path)


def test_the_built_in_terms_are_each_listed_once() -> None:
    words = [word.text for word in read_dictionary(TERMS)]

    assert len(words) == len(set(words)) >= 150


@pytest.mark.skipif(not REAL, reason="the real reports are not at hand")
def test_both_segmenters_draw_999_of_1000_boundaries_alike() -> None:
    fast, slow = load_segmenter("rjieba"), load_segmenter("jieba")
    alike = total = 0
    for file in REAL[::3]:
        text = file.read_text(encoding="utf-8")[:15_000]
        first = set(accumulate(map(len, fast.cut(text))))
        second = set(accumulate(map(len, slow.cut(text))))
        alike += len(first & second)
        total += len(first | second)

    assert alike / total >= 0.999
