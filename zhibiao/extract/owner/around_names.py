"""Words right beside a name that go on with it or govern it: 粮食的产量, 增产原煤, 新建学校."""

from __future__ import annotations

import re
from typing import Final

from zhibiao.catalogue.indicators import Kind, Made
from zhibiao.catalogue.units import RELATIVE
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
# What may stand between a name and a head that goes on with it: 解决, 建成
_DOES: Final = lx.VERBISH | lx.CREATE
_AMOUNTS: Final = frozenset((Kind.FLOW, Kind.STOCK))
_MOVES: Final = _WORDING.words("moves")
_DID: Final = _WORDING.text("did")
_ARRIVES: Final = _WORDING.words("arrives")
_ADDED: Final = _WORDING.words("added")
_MADE: Final = _WORDING.words("made")
NEW: Final = _WORDING.words("new")
STILL: Final = _WORDING.pattern("still")
_LEFT_WITHIN: Final = 12  # characters before a name
_LEFT: Final = _WORDING.pattern("left")
_LEFT_BEFORE: Final = _WORDING.pattern("left_before")
_COVERED: Final = _WORDING.pattern("covered")
_DONE_WITH: Final = _WORDING.pattern("done_with")


def after_head(reader: Reader, i: int, last: int) -> int:
    """Index behind the name at token i with the head that goes on with it: 粮食的产量, 棚户区改造
    建成安置房.

    Behind 的 where anything else follows that.
    """
    at = i + 1
    if at < last and reader.text.startswith("的", reader.tokens[at].start):
        at += 1
    done = at
    while done < last and reader.masks[done] & _DOES:
        done += 1
    if done < last and reader.masks[done] & lx.HEAD:
        at = done
    if at < last and reader.masks[at] & lx.HEAD:
        head = reader.text[reader.tokens[at].start : reader.tokens[at].end]
        topics = (reader.indicators[c].topic for c in reader.name_at(i).candidates)
        if any(topic is not None and head in topic.heads for topic in topics):
            return at + 1
    return at


def moved(reader: Reader, i: int, place: int, words: int) -> int:
    """增产原煤3000万吨, 减少财政收入5亿元: the class of the verb that governs an amount."""
    if not i or words & (lx.UP | lx.DOWN | lx.TO | lx.TOTAL | lx.REACH):
        return 0
    at = i - 1
    if at and reader.text.startswith(_DID, reader.tokens[at].start):
        at -= 1
    verb = reader.tokens[at]
    if not reader.text.startswith(_MOVES, verb.start):
        return 0
    kinds = {reader.indicators[c].kind for c in reader.name_at(i).candidates}
    number = reader.number_at(place)
    if number.unit in RELATIVE or reader.text.endswith(_ARRIVES, 0, number.start):
        return 0  # 压减支出至30亿元
    move = verb.mask & (lx.UP | lx.DOWN)
    # 减少贷款余额5亿元; but 增加 makes new ones of what is counted
    return move if kinds == {Kind.FLOW} or (kinds <= _AMOUNTS and move == lx.DOWN) else 0


def made_before(reader: Reader, segment: int, i: int) -> tuple[bool, bool, bool]:
    """Verb of making before the name, a total before it, any verb at all."""
    newly = total = verb = False
    for k in range(segment, i):
        mask = reader.masks[k]
        if mask & lx.CREATE or reader.text.startswith(_MADE, reader.tokens[k].start):
            newly = verb = True
        if mask & lx.TOTAL:
            total = verb = True
        if mask & (lx.REACH | lx.GE | lx.UP | lx.DOWN) and not mask & lx.FILL:
            verb = True
            newly = newly or reader.text.startswith(_ADDED, reader.tokens[k].start)
    if total and newly:
        text = reader.text[reader.tokens[segment].start : reader.tokens[i].start]
        if any(word in text for word in NEW):
            total = False
        else:
            newly = False
    return newly, total, verb


def left_over(reader: Reader, i: int, place: int) -> re.Match[str] | None:
    """还有贫困人口5万人: what says that what the name means to be made is only there, or that it is
    cared for."""
    made = [reader.indicators[c].made is Made.ALWAYS for c in reader.name_at(i).candidates]
    if not made or not all(made):
        return None
    name, number = reader.tokens[i], reader.number_at(place)
    if _DONE_WITH.match(reader.text, number.end) is not None:
        return None
    covered = _COVERED.match(reader.text, number.end)
    if covered is not None:
        return covered  # 将贫困人口5万人纳入低保
    begin = max(reader.tokens[0].start, name.start - _LEFT_WITHIN)
    before = _LEFT_BEFORE.search(reader.text, begin, name.start)
    return before or _LEFT.match(reader.text, name.end, number.start)
