"""Which place a report is of: gather what names it, and settle on one only if one remains."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from zhibiao.gazetteer.gazetteer import NATION, Gazetteer, Mention, Region
from zhibiao.outline.front_matter import FrontMatter

_OPENING_LENGTH: Final = 1500  # characters in which a report introduces itself
_BODY_LENGTH: Final = 60_000  # characters that are searched for superiors and short names
_GOVERNMENT: Final = re.compile(
    r"(?:代表|受) ?(?:中共)?"
    r"(?P<name>[^，。、；\s]{0,20}?)(?P<kind>[省市县縣区州盟旗]?)(?:人民)?政府"
)
_NATION_SIGNS: Final = re.compile(
    r"代表(?:[国國][务務]院|中央人民政府)|受[国國][务務]院的?委托|[国國][务務]院(?:总理|總理)"
    r"|(?:向|在)?第.{1,3}[届屆]全[国國]人民代表大[会會]|受中共中央和[国國][务務]院"
)
_OUR_COUNTRY: Final = re.compile(r"我[国國]|全[国國]|[国國][务務]院")
_OUR_PLACE: Final = re.compile(r"(?:全|我|本|各)[省市县区州盟旗]|[省市县区州]委|[市县区州]政府")
_LOWER_UNIT: Final = re.compile(
    r"[^，。、\s《》（）()\d]{0,10}?(?:镇|乡|街道|苏木|开发区|高新区|新区|园区|管委会|办事处|村)"
    r"(?=(?:人民)?政府|管理?委|党工委|办事处|工作|\d|$)"
)
_WEAK: Final = frozenset(("page title", "file name"))  # these may name a whole collection
_KINDS: Final = {
    "省": "province",
    "市": "prefecture county",
    "县": "county",
    "縣": "county",
    "区": "county province",
    "州": "prefecture",
    "盟": "prefecture",
    "旗": "county",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """The region found, or the candidates that remained, and by what."""

    region: Region | None
    candidates: tuple[str, ...]  # codes; empty when `region` is settled or nothing was named
    by: str


def find_region(
    gazetteer: Gazetteer,
    front: FrontMatter,
    text: str,
    *,
    page_title: str | None,
    file_name: str,
    year: int | None,
) -> Settled:
    """Settle the reporting region from title, meeting, introduction, speaker, page, file, text."""
    opening = text[:_OPENING_LENGTH]
    if _NATION_SIGNS.search("\n".join(front.lines)) or _NATION_SIGNS.search(opening[:800]):
        nation = gazetteer.by_code(NATION)
        return Settled(region=nation, candidates=(), by="introduction")
    introduction = _GOVERNMENT.search(opening)
    kind = introduction["kind"] if introduction is not None else ""
    sources = [
        ("title", front.title or ""),
        ("meeting", front.meeting or ""),
        ("introduction", introduction[0] if introduction is not None else ""),
        ("speaker", front.speaker_line or ""),
        ("page title", page_title or ""),
        ("file name", _plain_name(file_name)),
    ]
    # The folders of the file name, too, may say which 鼓楼区 it is.
    hints = _Hints(gazetteer, [*(place for _, place in sources), file_name], text[:_BODY_LENGTH])
    left: dict[str, None] = {}
    by = ""
    for source, place in sources:
        named = _named_region(gazetteer, place, year)
        if named is None:
            continue
        if source in _WEAK and kind and named and not any(_is_a(place, r, kind) for r in named):
            continue  # 陕西省各市工作报告.txt does not make a city's report the province's
        if not named:  # a town or a zone inside the place that is named
            return Settled(region=None, candidates=(), by=source)
        region = hints.settle(named, kind)
        if region is not None:
            return Settled(region=region, candidates=(), by=source)
        if not left:
            by = source
            left = dict.fromkeys(candidate.code for candidate in named)
    if left:
        return Settled(region=None, candidates=tuple(left), by=by)
    region = _by_text(gazetteer, text[:_BODY_LENGTH], kind)
    return Settled(region=region, candidates=(), by="text" if region is not None else "")


def _is_a(place: str, region: Region, kind: str) -> bool:
    """Is the region, under this or an earlier name, what the introduction says: a 市, a 县?"""
    names = (region.name, *(former for former, _ in region.former if former in place))
    return any(name.endswith("县" if kind == "縣" else kind) for name in names)


def _plain_name(file_name: str) -> str:
    """The last part of a path without its ending; folders serve as hints elsewhere."""
    return re.sub(r"\.\w{1,5}$", "", file_name.replace("\\", "/").rsplit("/", 1)[-1])


def _named_region(gazetteer: Gazetteer, place: str, year: int | None) -> list[Region] | None:
    """Whom the last place name of a title-like text can mean.

    None: no place is named. An empty list: a town or a zone is, which has no code here.
    """
    mentions = gazetteer.mentions(place)
    if not mentions:
        return None
    full = [mention for mention in mentions if mention.kind != "short"] or mentions
    last = full[-1]
    # 南京市鼓楼 names the district, though only its superior stands in full.
    last = next((m for m in mentions if m.start == last.end and m.kind == "short"), last)
    if _LOWER_UNIT.match(place[last.end :]):
        return []
    return _in_force(last, year)


def _in_force(mention: Mention, year: int | None) -> list[Region]:
    """Without those that had given up the name long before the report's year."""
    if mention.kind != "former" or year is None:
        return list(mention.regions)
    found = []
    for region in mention.regions:
        until = dict(region.former).get(mention.name)
        if until is None or year <= until + 1:
            found.append(region)
    return found or list(mention.regions)


class _Hints:
    """What the sources say of a place's superiors."""

    def __init__(self, gazetteer: Gazetteer, places: Iterable[str], text: str) -> None:
        self._gazetteer = gazetteer
        self._near = "\n".join(places)
        self._text = text

    def settle(self, candidates: list[Region], kind: str) -> Region | None:
        """The one candidate that fits, or None."""
        if len(candidates) == 1:
            return candidates[0]
        if kind:
            levels = _KINDS[kind]
            fitting = [
                region
                for region in candidates
                if region.level in levels and region.name.endswith("县" if kind == "縣" else kind)
            ]
            if len(fitting) == 1:
                return fitting[0]
            candidates = fitting or candidates
        for evidence, least in ((self._near, 1), (self._text, 3)):
            for level in ("province", "prefecture"):
                candidates = self._narrowed(candidates, level, evidence, least)
                if len(candidates) == 1:
                    return candidates[0]
        return None

    def _narrowed(
        self, candidates: list[Region], level: str, evidence: str, least: int
    ) -> list[Region]:
        """The candidates under the superior that is named, if one clearly is more than others."""
        groups: dict[str, list[Region]] = {}
        for region in candidates:
            chain = self._gazetteer.superiors(region)
            above = next((place.short for place in chain if place.level == level), "")
            groups.setdefault(above, []).append(region)
        counts = {above: evidence.count(above) if above else 0 for above in groups}
        ranked = sorted(groups, key=lambda above: -counts[above])
        second = counts[ranked[1]] if len(ranked) > 1 else 0
        best = counts[ranked[0]]
        return groups[ranked[0]] if best >= least and best >= 3 * second else candidates


def _by_text(gazetteer: Gazetteer, text: str, kind: str) -> Region | None:
    """The nation or the place that the text itself speaks of most, if it clearly does."""
    own, ours = len(_OUR_COUNTRY.findall(text)), len(_OUR_PLACE.findall(text))
    if own >= 15 and own > 3 * ours:
        return gazetteer.by_code(NATION)
    if not kind or ours < 10:
        return None
    levels, ending = _KINDS[kind], "县" if kind == "縣" else kind
    scored = []
    for short, regions in gazetteer.shorts().items():
        fitting = [r for r in regions if r.level in levels and r.name.endswith(ending)]
        if fitting and (count := text.count(short)) >= 5:
            scored.append((count, fitting))
    scored.sort(key=lambda entry: -entry[0])
    if not scored or (len(scored) > 1 and scored[0][0] < 2 * scored[1][0]):
        return None
    return scored[0][1][0] if len(scored[0][1]) == 1 else None
