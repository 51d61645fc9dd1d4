"""Campaigns and mottos that work is done under, and what stands in quotation marks.

整村推进项目减少贫困人口, “技兴江川”职业技能培训: none makes a part of what is told.
"""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Made
from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_CAMPAIGN: Final = _WORDING.pattern("campaign")
_LONGEST_CAMPAIGN: Final = 40  # characters, with the verbs behind it
_QUOTED_SECTORS: Final = _WORDING.pattern("quoted_sectors")
_QUOTE: Final = "”"
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


def under_motto(reader: Clauses, k: int, i: int) -> int:
    """“技兴江川”职业技能培训, “绿化海岛”造林: where the motto opens whose quotation marks close at
    token k and under which the work is done that the name at token i tells of; -1 for any other
    words and work. 雨露计划 is a programme."""
    if not _is_work(reader, i):
        return -1
    begin = _opened(reader, k, lx.TIME)
    motto = reader.text[reader.tokens[max(0, begin)].start : reader.tokens[k].end]
    return -1 if motto.endswith(_PROGRAMMES) else begin


def quoted_before(reader: Clauses, k: int) -> str:
    """“新三样”出口增长34%: what the quotation marks that close at token k hold; "" for a plan."""
    begin = _opened(reader, k, lx.TIME | lx.NAME)
    return "" if begin < 0 else reader.text[reader.tokens[begin].start : reader.tokens[k].end]


def _opened(reader: Clauses, k: int, without: int) -> int:
    """Where the quotation marks open that close at token k; -1 where they do not, or hold a word
    of the classes of `without`."""
    for begin in range(k - 1, max(-1, k - 8), -1):
        if reader.text.startswith("“", reader.tokens[begin].start):
            return -1 if any(mask & without for mask in reader.masks[begin + 1 : k]) else begin
    return -1


def of_quoted(reader: Clauses, i: int) -> Part | None:
    """建材、木业、医药“三驾马车”完成工业总产值…: the sectors that open the clause of the name at
    token i, with what they are called together."""
    text, end = reader.text, reader.tokens[i].start
    begin = reader.tokens[reader.clause_start(0, i)].start
    if text.find(_QUOTE, begin, end) < 0:
        return None  # as nearly always
    found = _QUOTED_SECTORS.match(text, begin, end)
    return None if found is None else Part(PartKind.SECTOR, found["sectors"])


def _is_work(reader: Clauses, i: int) -> bool:
    """Whether the name at token i is of what is done or made each year."""
    indicators = [reader.indicators[c] for c in reader.name_at(i).candidates]
    return bool(indicators) and all(each.work or each.made is _ALWAYS for each in indicators)
