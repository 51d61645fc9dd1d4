"""A figure of what was just told of, or a part of it: 充电桩5460个，其中公共充电桩2130个."""

from __future__ import annotations

import re
from typing import Final

from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.words import lexicon as lx

_CLAUSE: Final = re.compile("[^，,]+")
_PREFIX: Final = 4  # characters that make another name of one
_SHORTEST: Final = 2  # characters of a name


def is_among_itself(reader: Clauses, k: int, i: int) -> bool:
    """Whether the word at token k says that the name at token i is of a part of what was just told
    of by the same name: 网络零售额45亿元，其中农产品网络零售额12亿元."""
    told = reader.subject
    if k > 0 and reader.masks[k] & lx.CREATE and told is not None and told[-1].newly:
        k -= 1  # 建设高标准农田26万亩，其中新建高标准农田17万亩
    if k > 0 and reader.masks[k] & lx.COMMA:
        k -= 1
    if k < 0 or not reader.masks[k] & lx.AMONG:
        return False
    if told is None:
        return k == 0 and _told_before(reader, i)
    # 存贷款余额双双突破4500亿元，其中，贷款余额4755亿元: one of two things told of, and all of it
    return len(told) == 1 and told[-1].candidates == reader.name_at(i).candidates


def _told_before(reader: Clauses, i: int) -> bool:
    """赤字3.2万亿元。其中，中央财政赤字2.1万亿元: whether the sentence before tells of the name at
    token i, or of what it ends in."""
    text, name = reader.text, reader.name_at(i)
    told_from, end = reader.sentence_before()
    for at in range(len(name.text) - _SHORTEST + 1):
        same = reader.catalogue.names.get(name.text[at:])
        if same is not None and same.candidates == name.candidates:
            found = _found_alone(reader, name.text[at:], told_from, end)
            if found >= 0:
                # 强化出口品牌建设，进出口总额700亿元；其中出口…: named, and nothing stated of it
                clause = _CLAUSE.match(text, found, end)
                return clause is not None and any(c.isdigit() for c in clause[0])
    return False


def _found_alone(reader: Clauses, name: str, begin: int, end: int) -> int:
    """Where a name stands in a stretch of the text and is no part of another, as 出口 is of 进出口;
    -1 where it does not."""
    text, names = reader.text, reader.catalogue.names
    own = names[name].candidates
    at = text.find(name, begin, end)
    while at >= 0:
        last = at + len(name)
        longer = [text[k:last] for k in range(max(begin, at - _PREFIX), at)]
        longer += [text[at:k] for k in range(last + 1, min(end, last + _PREFIX) + 1)]
        if all(names[word].candidates == own for word in longer if word in names):
            return at
        at = text.find(name, at + 1, end)
    return -1
