"""A name in an earlier clause that a bare one goes on about: 粮食产量再创新高，达到1.3亿斤."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.units import RELATIVE, dimension
from zhibiao.extract.clause.clauses import BREAK
from zhibiao.extract.owner.around_names import after_head, made_before
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.owner.names_behind import counts_what_follows
from zhibiao.extract.owner.one_for_all import with_others
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.owner.yardsticks import is_yardstick
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.sentences import TOTALS
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_PREDICATE: Final = _WORDING.text("predicate")
_RENEWAL: Final = _WORDING.pattern("renewal")
_RENEWED: Final = _WORDING.text("renewed")
_SHARE_IN_WORDS: Final = _WORDING.pattern("share_in_words")
_SHARE: Final = lx.SHARE | lx.SHARE_END
_CAMPAIGN: Final = _WORDING.pattern("campaign")


def earlier_name(
    reader: Reader, first: int, segment: int, place: int, words: int
) -> list[Binding] | None:
    """A name in an earlier clause of the lead, told of up to here: 粮食产量再创新高，达到…"""
    named = [
        i
        for i in reader.names(first, segment)
        if not reader.holds(reader.segment_start(first, i), i, lx.COMPARE)
        and not is_yardstick(reader, i)
    ]
    if not named:
        return None
    numerators = _told_as_share(reader, first, named[-1], segment, words)
    if numerators == []:
        return None  # 高新产品出口占出口的三分之一，增长11%: what grows, nobody knows
    i = numerators[-1] if numerators else _measured(reader, named, place)
    if _counted(reader, i) or counts_what_follows(reader, place):
        return None
    if with_others(reader, i, place):
        return None
    clause_end = next((k for k in range(i + 1, segment) if reader.masks[k] & BREAK), segment)
    campaign = words & (lx.CREATE | lx.UP) and _CAMPAIGN.fullmatch(
        reader.text, reader.tokens[i].end, reader.tokens[clause_end - 1].end
    )
    renewal = _is_renewal(reader, i, place)
    if clause_end > i + 1 and not (
        campaign or renewal or numerators or _is_told_of(reader, i, clause_end, words)
    ):
        return None
    if not renewal and not reader.only_comments(clause_end + 1, segment, loose=True):
        return None
    start = reader.segment_start(first, i)
    newly, total, _verb = made_before(reader, start, i)
    made = newly and reader.text.endswith("的", 0, reader.tokens[i].start)  # 新建的铁路，有…
    if words & (lx.TOTAL | lx.TO | lx.REACH | lx.GE) and not made:
        newly = False
    slots = reader.slots_of(i, newly or bool(words & lx.CREATE), total)
    reader.remember(slots, newly, words)
    if len(slots) > 1:
        return None
    if campaign:
        rule = "campaign"
    elif reader.text.startswith(TOTALS, reader.tokens[segment].start):
        rule = "bare_total"
    elif clause_end > i + 1 and reader.bare(i + 1, clause_end):
        rule = "bare_clause"  # 经济总量跨过万亿元大关、超过…
    else:
        rule = "earlier_clause"
    return [reader.binding(place, slots[0], words, segment, rule)]


def _told_as_share(
    reader: Reader, first: int, last_name: int, segment: int, words: int
) -> list[int] | None:
    """技改投资占工业投资的四分之一强，增长16.2%: the names whose share the clause of the last
    name tells in words or as a fraction; None where it tells none."""
    start = reader.segment_start(first, last_name)
    if not words & (lx.UP | lx.DOWN) or not reader.holds(start, segment, _SHARE):
        return None
    end = next((k for k in range(last_name + 1, segment) if reader.masks[k] & BREAK), segment)
    told = [k for k in range(start, end) if reader.masks[k] & _SHARE]
    if not told:
        return None
    at = told[0]  # of A占B的比重 what stands before 占
    begin, stop = reader.tokens[at].end, reader.tokens[end - 1].end
    if _SHARE_IN_WORDS.fullmatch(reader.text, begin, stop) is None:
        return None
    return reader.names(start, at)


def _is_renewal(reader: Reader, i: int, place: int) -> bool:
    """棚户区改造成效显著，克服…困难，完成了3200户的年度改造任务: whether a number counts a task of
    renewal, which is of what the name at token i says was to be renewed."""
    if not reader.text.endswith(_RENEWED, 0, reader.tokens[i].end):
        return False
    return _RENEWAL.match(reader.text, reader.number_at(place).end) is not None


def _measured(reader: Reader, named: list[int], place: int) -> int:
    """减税降费惠及市场主体，累计超过9亿元: the last of several names that can be so measured."""
    counted = dimension(reader.number_at(place).unit)
    if counted is None or counted[0] in RELATIVE:
        return named[-1]
    for i in reversed(named):
        candidates = reader.name_at(i).candidates
        if any(counted[0] in reader.indicators[c].units for c in candidates):
            return i
    return named[-1]


def _is_told_of(reader: Reader, i: int, clause_end: int, words: int) -> bool:
    """Whether what stands behind the name at token i tells of it, and makes no longer noun of it.

    `words` are the classes of the words before the number: …，总数达到 can be of nothing else.
    """
    if words & lx.TOTAL:
        return True
    follow = reader.tokens[i + 1]
    if follow.mask == 0 and reader.text[follow.start] not in _PREDICATE:
        return False
    if not reader.text.startswith("的", follow.start):
        return True
    behind = reader.tokens[after_head(reader, i, clause_end)]
    return behind.mask != 0  # 钢的生产能力，就有…


def _counted(reader: Reader, i: int) -> bool:
    """16个老旧小区…、29个…: a name that has its own number right before it."""
    if not i or reader.masks[i - 1] != lx.NUMBER:
        return False
    counted = dimension(reader.number_at(i - 1).unit)
    return counted is not None and counted[0] in reader.counting_units(i)
