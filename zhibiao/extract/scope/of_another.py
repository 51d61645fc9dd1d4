"""Figures of something narrower than a name says: 企业的工业总产值, 调运的粮食, 每人占有粮食.

What stands before the name, with 的 or without, makes it a part's, or no output at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.words import lexicon as lx

if TYPE_CHECKING:
    from zhibiao.extract.clause.reader import Reader

# 生产能力有：钢…; 生产规模可以扩大到年产钢…: what can be made, and not what is
_CAPACITY: Final = re.compile(
    "(?:生产|设计|年产|开采)能力(?:（[^）]*）)?[^。；]{0,24}?[：:]|生产规模[^，。；]{0,8}(?:扩大|达)"
)
_PER_HEAD: Final = re.compile("每人|人均|每户|户均|每个(?:农民|农户|职工)")
# 拿某矿务局来说: the sentence is about a body or a place, be it named in the sentence before
_SAY: Final = re.compile(
    "(?:拿|以|像|就)([^，。；]{2,16}(?:局|厂|矿|公司|社|队|县|省|市|地区|园区|开发区))(?:来说|来看|来讲|为例)"
)
_OPENING: Final = 30  # characters of a sentence that may say what it is about
_MADE: Final = ("生产", "出产", "收获", "产出", "全国", "我国", "全年")
_OUTPUT_UNITS: Final = {"公斤", "千瓦时"}
_OF_ALL: Final = lx.REGION | lx.TIME | lx.NAME | lx.HEAD | lx.OTHER_REGION


def of_another(reader: Reader, i: int) -> Part | None:
    """The part that makes the figure of the name at token i another's; None where nothing does."""
    said = _spoken_of(reader, i) or _owner_with_de(reader, i)
    if said is not None:
        return said
    tokens, text = reader.tokens, reader.text
    name, before = tokens[i].name, tokens[i - 1] if i else None
    assert name is not None  # asked of names only
    local = before is not None and text[before.start : before.end] == "地方"
    if reader.home.nation and (local or name.text.startswith("地方财政")):
        return Part(PartKind.ATTRIBUTE, "地方")  # of the nation's revenue what is not the centre's
    if not _is_output(reader, i):
        return None
    capacity = _CAPACITY.search(text, tokens[0].start, tokens[i].start)
    if capacity is not None:
        return Part(PartKind.UNKNOWN, capacity[0])
    if not _is_goods(reader, i):
        return None
    per = _PER_HEAD.search(text, tokens[0].start, tokens[i].start)
    return None if per is None else Part(PartKind.PER, per[0])


def _owner_with_de(reader: Reader, i: int) -> Part | None:
    """公私合营企业的工业总产值, 向灾区调运的粮食: whose it is, or what was done with it."""
    tokens, text = reader.tokens, reader.text
    if i < 2 or text[tokens[i - 1].start : tokens[i - 1].end] != "的":
        return None
    owner = tokens[i - 2]
    said = text[owner.start : owner.end]
    if owner.mask & lx.PART and not owner.mask & (lx.FILL | lx.VERBISH | lx.REGION):
        return Part(PartKind.ATTRIBUTE, said)
    done = _is_goods(reader, i) and not owner.mask & _OF_ALL and not said.endswith(_MADE)
    return Part(PartKind.UNKNOWN, said) if done else None


def _spoken_of(reader: Reader, i: int) -> Part | None:
    """拿某矿务局来说，…: the body or place that the sentence says it is about."""
    begin = reader.tokens[0].start
    said = _SAY.search(reader.text, begin, min(reader.tokens[i].start, begin + _OPENING))
    if said is None or said[1].endswith(reader.home.names):
        return None
    return Part(PartKind.SUBJECT, said[1])


def _is_output(reader: Reader, i: int) -> bool:
    """Whether a name is of goods that are weighed, or of electricity."""
    name = reader.tokens[i].name
    assert name is not None
    units = {reader.indicators[c].base_unit for c in name.candidates}
    return bool(units) and units <= _OUTPUT_UNITS


def _is_goods(reader: Reader, i: int) -> bool:
    """粮食, 棉花, 钢: a name that means the goods as well as their output."""
    name = reader.tokens[i].name
    assert name is not None
    return _is_output(reader, i) and "产" not in name.text
