"""Which place a title, a meeting, a signature or a file name names.

A name has to be set off on both sides, or be one that nothing else is written like. A short name
(高邮) has to stand by itself or before what only a place has; one that is an ordinary word as well
(合作, 资源) counts only below its superior (甘南合作2023年政府工作报告).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zhibiao.gazetteer.gazetteer import Gazetteer, Mention, Region
from zhibiao.language.wording import wording
from zhibiao.text.chinese import CHINESE

_WORDING: Final = wording(__name__)
_YEAR_BEFORE: Final = _WORDING.pattern("year_before")
_BEFORE: Final = _WORDING.pattern("before")
_BEHIND: Final = _WORDING.pattern("behind")
_OF_FULL_ONLY: Final = _WORDING.pattern("of_full_only")
_RANK: Final = frozenset(_WORDING.words("rank"))
_LOWER_UNIT: Final = _WORDING.pattern("lower_unit")
_UNKNOWN: Final = _WORDING.pattern("unknown")
_OWN: Final = _WORDING.pattern("own")
_COLLECTION: Final = _WORDING.pattern("collection")


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """Whom a text names: regions that fit, or a place that has no code here."""

    regions: tuple[Region, ...]  # empty: a town, a zone, or a place that the gazetteer lacks
    mention: Mention | None


def place_named(gazetteer: Gazetteer, text: str) -> Named | None:
    """The last place that a title-like text names; None where it names none."""
    found: Named | None = None
    mentions = gazetteer.mentions(text)
    for index, mention in enumerate(mentions):
        above = _superiors(gazetteer, mention, _chain(mentions, index))
        if not _is_named(text, mention, above, _next(mentions, index)):
            continue
        if _LOWER_UNIT.match(text, mention.end):
            found = Named(regions=(), mention=None)
        elif found is None or not _is_weaker(mention, found):
            found = Named(regions=_under(gazetteer, mention, above), mention=mention)
    if found is not None:
        return found
    return Named(regions=(), mention=None) if _names_unknown(text) else None


def is_collection(text: str) -> bool:
    """Whether a name is that of many places' reports: 各市政府工作报告."""
    return _COLLECTION.search(text) is not None


def in_force(named: Named, year: int | None) -> tuple[Region, ...]:
    """Without those that had given up the name long before the report's year."""
    mention = named.mention
    if mention is None or mention.kind != "former" or year is None:
        return named.regions
    found = []
    for region in named.regions:
        until = dict(region.former).get(mention.name)
        if until is None or year <= until + 3:  # reports keep the old name for a while
            found.append(region)
    return tuple(found) or named.regions


def _is_weaker(mention: Mention, found: Named) -> bool:
    """A short name, somewhere behind a full one, is not what the text is of."""
    before = found.mention
    return (
        mention.kind == "short"
        and before is not None
        and before.kind != "short"
        and mention.start != before.end
    )


def _next(mentions: list[Mention], index: int) -> Mention | None:
    return mentions[index + 1] if index + 1 < len(mentions) else None


def _chain(mentions: list[Mention], index: int) -> list[Mention]:
    """The names that stand right before one, without anything between: 广西 before 柳州."""
    start = index
    while start and mentions[start - 1].end == mentions[start].start:
        start -= 1
    return mentions[start:index]


def _superiors(gazetteer: Gazetteer, mention: Mention, chain: list[Mention]) -> list[Mention]:
    """Those of a chain that a place of the name belongs to: none in 合作资源."""
    codes = {place.code for region in mention.regions for place in gazetteer.superiors(region)}
    return [above for above in chain if any(region.code in codes for region in above.regions)]


def _is_named(text: str, mention: Mention, above: list[Mention], after: Mention | None) -> bool:
    left = bool(above) or _is_set_off_before(text, mention.start)
    right = (
        (after is not None and after.start == mention.end)
        or _is_set_off_behind(text, mention.end)
        or (mention.kind == "short" and _BEHIND.match(text, mention.end) is not None)
    )
    if mention.kind == "short":
        # 江川 in 江川市 is no name of 江川区.
        bounded = left and right and text[mention.end : mention.end + 1] not in _RANK
        return bounded and (not mention.ordinary or bool(above))
    if not mention.ordinary:
        return True
    return left and (right or _OF_FULL_ONLY.match(text, mention.end) is not None)


def _is_set_off_before(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start]
    if not before or CHINESE.match(before[-1]) is None:
        return not before or not before[-1].isdigit() or _YEAR_BEFORE.search(before) is not None
    return _YEAR_BEFORE.search(before) is not None or _BEFORE.search(before) is not None


def _is_set_off_behind(text: str, end: int) -> bool:
    return end == len(text) or (CHINESE.match(text[end]) is None and not text[end].isdigit())


def _under(gazetteer: Gazetteer, mention: Mention, above: list[Mention]) -> tuple[Region, ...]:
    """Those whom a name can mean, under the superiors that stand right before it."""
    fitting = mention.regions
    for superior in reversed(above):
        codes = {region.code for region in superior.regions}
        under = tuple(
            region
            for region in fitting
            if codes & {place.code for place in gazetteer.superiors(region)}
        )
        fitting = under or fitting
    return fitting


def _names_unknown(text: str) -> bool:
    match = _UNKNOWN.search(text)
    return match is not None and not _OWN.match(match["name"])
