"""Names of which only a part is said again.

地区生产总值320亿元，人均6.5万元; 城镇居民收入增长7%，农村增长9%; 预算收入20亿元，支出66亿元.
"""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.units import RELATIVE, dimension
from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.completed_names import completed_name
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
PARTS: Final = _WORDING.words("parts")
_PER_HEAD: Final = _WORDING.text("per_head")
_SAID: Final = _WORDING.pattern("said")
_BEFORE_PART: Final = lx.FILL | lx.AMONG | lx.REGION | lx.JOIN | lx.VERBISH | lx.TIME | lx.COMMA
_DONE: Final = _WORDING.pattern("done")
_IN_ALL: Final = _WORDING.pattern("in_all")
_OTHER: Final = _WORDING.pattern("other")


def elided(reader: Reader, before: int, segment: int, place: int, words: int) -> Binding | None:
    """The binding of a number whose name is said in part and shares the rest with the subject."""
    tokens, subject = reader.tokens, reader.subject
    if subject is None or before < 0 or segment == place:
        return None
    slot = subject[-1]
    start, end = tokens[segment].start, tokens[place].start
    if not slot.candidates or _SAID.search(reader.text, start, end) is None:
        return None
    at = segment
    while at < place and reader.text[tokens[at].start : tokens[at].end] not in PARTS:
        if not tokens[at].mask & _BEFORE_PART:
            return _shortened(reader, slot, segment, place, words)
        at += 1
    if at == place or not reader.bare(at + 1, place):
        return None
    if not reader.only_comments(before + 1, segment):
        return None
    word = reader.text[tokens[at].start : tokens[at].end]
    if word == _PER_HEAD and all(reader.indicators[c].per_head for c in slot.candidates):
        return None  # 城镇居民收入增长8%，人均达到3万元: of those still
    name = completed_name(reader, word, slot)
    if name is not None and name.candidates:
        meant = Slot(name.candidates, slot.start, slot.end, slot.part, head=slot.head)
        reader.remember((meant,), False, words)
        return reader.binding(place, meant, words, at + 1, "elided")
    counted = dimension(reader.number_at(place).unit)
    amount = counted is not None and counted[0] not in RELATIVE
    if (
        word == _PER_HEAD
        and amount
        and not any(reader.indicators[c].per_head for c in slot.candidates)
    ):
        return reader.open_quantity(place, segment, words, "open", keep=True)
    return None


def _shortened(
    reader: Reader, slot: Slot, segment: int, place: int, words: int
) -> Binding | None:  # fmt: skip
    """固定资产投资增长12%，累计完成投资936亿元; 投资规模超过1万亿元: the end of the subject's own
    name."""
    tokens, text = reader.tokens, reader.text
    unknown = [i for i in range(segment, place) if not reader.bare(i, i + 1)]
    if len(unknown) != 1 or tokens[unknown[0]].mask & ~lx.HEAD:
        return None
    word = _DONE.sub("", text[tokens[unknown[0]].start : tokens[unknown[0]].end])
    lead = text[tokens[segment].start : tokens[place].start]
    whole = text[slot.start : slot.end]
    if not whole.endswith(word) and tokens[unknown[0] + 1].mask & lx.TOTAL:
        word = text[tokens[unknown[0]].start : tokens[unknown[0] + 1].end]  # 零售总额
    own = len(word) > 1 and whole.endswith(word) and len(whole) > len(word) + 1
    in_all = _IN_ALL.search(lead) is not None
    if not own or not (in_all or _DONE.search(lead)) or _OTHER.search(lead):
        return None
    reader.words = words
    return reader.binding(place, slot, words, segment, "inherited", inherited=True)
