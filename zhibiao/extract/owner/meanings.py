"""What a name means by what else the text says: 规上企业 in a passage about industry."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.lexicon import Token

if TYPE_CHECKING:
    from zhibiao.extract.clause.reader import Reader

_REVENUE = ("财政收入",)
_LOCAL = ("地方", "市级", "县级", "区级", "本级")
_NEAR = 16  # tokens
_PASSAGE = 120  # characters before a name that tell what its passage is about


def lacks_full_name(reader: Reader, name: str, candidate: str) -> bool:
    """新增就业 in a text that never says 城镇新增就业: a short name without its full one."""
    elsewhere = reader.indicators[candidate].elsewhere
    if elsewhere is None or any(mark in name for mark in elsewhere.marks):
        return False
    return not _holds(reader.text, elsewhere.said)


def whole_of_revenue(reader: Reader, i: int) -> str | None:
    """财政收入37亿元，其中地方级收入26亿元: what holds the local revenue is the total."""
    token = reader.tokens[i]
    if not reader.text.endswith(_REVENUE, token.start, token.end):
        return None
    if reader.text.startswith(_LOCAL, token.start):
        return None
    for k in range(i + 1, min(i + _NEAR, len(reader.tokens))):
        name = reader.tokens[k].name
        if name is None or "budget_revenue" not in name.candidates:
            continue
        among = reader.holds(max(i, k - 3), k, lx.AMONG)
        own = name.text.startswith((*_LOCAL, "一般", "公共财政预算"))
        return "total_fiscal_revenue" if among and own else None
    return None


def by_passage(reader: Reader, token: Token) -> str | None:
    """新增规上企业 in a passage about industry: judged by how the paragraph opens, and by
    what stands before."""
    indicator = reader.catalogue.by_passage.get(reader.text[token.start : token.end])
    if indicator is None or indicator.passage is None:
        return None
    opening = reader.text.rfind("\n", 0, token.start) + 1
    said = (
        reader.text[opening : opening + 30]
        + reader.text[max(opening, token.start - _PASSAGE) : token.start]
    )
    if any(word in said for word in indicator.passage.about):
        return indicator.id
    return None


@lru_cache(maxsize=4)
def _holds(text: str, words: tuple[str, ...]) -> bool:
    """Whether a whole text holds one of some words; asked again and again of one text."""
    return any(word in text for word in words)
