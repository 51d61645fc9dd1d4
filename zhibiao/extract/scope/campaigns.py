"""Campaigns and mottos that work is done under, and what stands in quotation marks.

整村推进项目减少贫困人口, “技兴江川”职业技能培训: none makes a part of what is told.
"""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Made
from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_CAMPAIGN: Final = _WORDING.pattern("campaign")
_LONGEST_CAMPAIGN: Final = 40  # characters, with the verbs behind it
_PROGRAMMES: Final = _WORDING.words("programmes")
_ALWAYS: Final = Made.ALWAYS


def of_campaign(reader: Clauses, i: int) -> bool:
    """造林绿化“双百”工程完成造林面积: whether a campaign for what the name at token i tells of, of
    the whole region, stands right before it."""
    if not _is_work(reader, i):
        return False
    end = reader.tokens[i].start
    begin = max(reader.tokens[0].start, end - _LONGEST_CAMPAIGN)
    return _CAMPAIGN.search(reader.text, begin, end) is not None


def under_motto(reader: Clauses, i: int, quoted: str) -> bool:
    """“技兴江川”职业技能培训: whether work is only told under a motto; 雨露计划 is a programme."""
    return _is_work(reader, i) and not quoted.endswith(_PROGRAMMES)


def quoted_before(reader: Clauses, k: int) -> str:
    """“新三样”出口增长34%: what the quotation marks that close at token k hold; "" for a plan."""
    for begin in range(k - 1, max(-1, k - 8), -1):
        if reader.text.startswith("“", reader.tokens[begin].start):
            inside = reader.masks[begin + 1 : k]
            if any(mask & (lx.TIME | lx.NAME) for mask in inside):
                return ""
            return reader.text[reader.tokens[begin].start : reader.tokens[k].end]
    return ""


def _is_work(reader: Clauses, i: int) -> bool:
    """Whether the name at token i is of what is done or made each year."""
    indicators = [reader.indicators[c] for c in reader.name_at(i).candidates]
    return bool(indicators) and all(each.work or each.made is _ALWAYS for each in indicators)
