"""What a speech without a title calls its own place: 关心支持驻马店发展的各界人士, 现代化新滁州.

A name counts where it is no ordinary word, and its kind is that of the reporting government. A
place is settled on only where the speech uses phrases that one says of one's own place, hardly any
that one says of others (在九江市委、市政府的领导下), and names no other place of that kind nearly
as often. A county-level city is of the kind of the city that it belongs to: which of the two
reports is known by the other counties of that city, of which only the upper one names several.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from zhibiao.gazetteer.gazetteer import Gazetteer, Mention, Region
from zhibiao.language.wording import wording
from zhibiao.metadata.government import Government

_LENGTH: Final = 60_000  # characters of a speech that are searched
_AROUND: Final = 24  # characters looked at before and behind a name
_LEADS: Final = 2  # times as often as the next place of the kind
_LEADS_CLEARLY: Final = 4
_OFTEN: Final = 5  # times that a place is named, where few phrases speak for it
_KINDS: Final = 2  # different phrases that speak for a place
_TIMES: Final = 3  # times that such phrases are used
_OTHERS: Final = 6  # own phrases for each one that is said of others
_FULL_LEAST: Final = 3  # times that a full name stands in a text without such phrases
_FULL_LEADS: Final = 3  # times as often as the next full name of the kind
_EDGE: Final = r"(?<![\u4e00-\u9fff])(?![\u4e00-\u9fff])|$|[^\u4e00-\u9fff]"
_NOT_IN_NAMES: Final = re.compile(r"[^\u4e00-\u9fff《]")
_COUNTIES: Final = 2  # different counties that a prefecture's speech names, or that one of its
_NEIGHBOURS: Final = 4  # counties does not name beside itself
_WORDING: Final = wording(__name__)
_LOWER: Final = ("", *_WORDING.text("lower"))
_BEFORE_A_NAME: Final = _WORDING.words("before_a_name")
_BEHIND_A_NAME: Final = _WORDING.pattern("behind_a_name")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Phrase:
    """Words around a name; `before` ends at the name, `behind` begins there."""

    of_whom: str  # one says them: "own", "usual", "others"
    number: int  # among those
    before: re.Pattern[str]
    behind: re.Pattern[str]


class _Phrases(NamedTuple):
    any: tuple[_Phrase, ...]
    bare: tuple[_Phrase, ...]  # which nothing has to follow the name of
    may_follow: re.Pattern[str]  # what follows it in one of the others; few names have it


@lru_cache(maxsize=1)
def _phrases() -> _Phrases:
    text = files("zhibiao.metadata").joinpath("data", "own_phrases.toml").read_text("utf-8")
    found = tuple(
        _compiled(of_whom, number, row)
        for of_whom, rows in tomllib.loads(text).items()
        for number, row in enumerate(rows)
    )
    bare = tuple(phrase for phrase in found if phrase.behind.match(""))
    others = (f"(?:{phrase.behind.pattern})" for phrase in found if phrase not in bare)
    return _Phrases(found, bare, re.compile("|".join(others)))


def _compiled(of_whom: str, number: int, row: dict[str, Any]) -> _Phrase:
    before, behind = (row[side].replace("{edge}", _EDGE) for side in ("before", "behind"))
    return _Phrase(
        of_whom=of_whom,
        number=number,
        before=re.compile(f"(?:{before})$"),
        behind=re.compile(behind),
    )


@dataclass(slots=True)
class _Count:
    """How a place is named in a text."""

    region: Region
    all: int = 0
    full: int = 0
    # of whom -> phrase -> times
    said: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, text: str, mention: Mention) -> None:
        self.all += 1
        self.full += mention.kind != "short"
        before = text[max(0, mention.start - _AROUND) : mention.start]
        behind = text[mention.end : mention.end + _AROUND]
        phrases = _phrases()
        for phrase in phrases.any if phrases.may_follow.match(behind) else phrases.bare:
            if phrase.behind.match(behind) and phrase.before.search(before):
                self.said[phrase.of_whom][phrase.number] += 1

    def kinds(self, of_whom: str) -> int:
        return len(self.said[of_whom])

    def times(self, of_whom: str) -> int:
        return sum(self.said[of_whom].values())

    def weight(self) -> int:
        return 3 * self.times("own") + self.times("usual")

    def is_of_others(self) -> bool:
        return self.times("others") * _OTHERS > self.weight()


def own_place(gazetteer: Gazetteer, text: str, government: Government) -> Region | None:
    """The place that a speech calls its own; None where it does not say so beyond doubt."""
    if not government.kind or government.kind == "lower":
        return None
    text = text[:_LENGTH]
    counts: dict[str, _Count] = {}
    named: set[str] = set()  # codes of all places that are
    fitting_of: dict[str, list[Region]] = {}  # of a name
    ambiguous: Counter[str] = Counter()
    for mention in gazetteer.mentions(text):
        fitting = fitting_of.get(mention.name)
        if fitting is None:
            named.update(region.code for region in mention.regions)
            fitting = [region for region in mention.regions if government.may_be(mention, region)]
            fitting_of[mention.name] = fitting
        if not fitting or not _counts(text, mention):
            continue
        if len(fitting) > 1:
            ambiguous[mention.name] += 1
            continue
        region = fitting[0]
        counts.setdefault(region.code, _Count(region=region)).add(text, mention)
    candidates = sorted(counts.values(), key=lambda count: (-count.weight(), -count.all))
    if not candidates or candidates[0].is_of_others():
        return None
    best = candidates[0]
    chain = gazetteer.superiors(best.region)
    superiors = {place.code for place in chain}
    rivals = [
        count
        for count in candidates[1:]
        if count.region.code not in superiors or not count.times("others")
    ]
    agrees = not named.isdisjoint(superiors)
    level = _is_of_its_level(gazetteer, best.region, named)
    most = max(ambiguous.values(), default=0)
    return best.region if _is_own(best, rivals, most, level=level, agrees=agrees) else None


def _is_of_its_level(gazetteer: Gazetteer, region: Region, named: set[str]) -> bool:
    """Whether the counties that are named are those that a speech of its level names."""
    if region.level == "province":
        return True
    city = region.code if region.level == "prefecture" else region.parent
    counties = {place.code for place in gazetteer if place.parent == city} - {region.code}
    if region.level == "prefecture":
        return not counties or len(counties & named) >= _COUNTIES
    return len(counties & named) < _NEIGHBOURS


def _counts(text: str, mention: Mention) -> bool:
    """Whether a name cannot be another word: 合作市 of 合作市场 is none, nor 江川 of 江川市."""
    behind = text[mention.end : mention.end + 1]
    if mention.kind == "short":
        return not mention.ordinary and behind not in _LOWER
    if not mention.ordinary:
        return True
    before = text[max(0, mention.start - 3) : mention.start]
    set_off = not before or _NOT_IN_NAMES.match(before[-1]) or before.endswith(_BEFORE_A_NAME)
    return bool(set_off) and _BEHIND_A_NAME.match(text[mention.end : mention.end + 8]) is not None


def _is_own(
    best: _Count, others: list[_Count], ambiguous: int, *, level: bool, agrees: bool
) -> bool:
    """`level`: the counties named fit the place's level; `agrees`: a superior of it is named."""
    most = max([ambiguous, *(other.all for other in others)])
    if any(other.times("own") for other in others):
        return False
    kinds = best.kinds("own") + best.kinds("usual")
    clearly = best.all >= max(_OFTEN, _LEADS_CLEARLY * most)
    if best.times("own") and (kinds >= _KINDS or clearly):
        rivals = any(other.weight() for other in others) or ambiguous
        return best.all >= _LEADS * most if rivals else best.all > most
    usual = kinds >= _KINDS or best.times("usual") >= _TIMES
    if usual and clearly and level:
        return True
    full = max((other.full for other in others), default=0)
    often = best.full >= max(_FULL_LEAST, _FULL_LEADS * full) and best.all >= _LEADS * most
    return often and agrees and level and not any(other.weight() for other in others)
