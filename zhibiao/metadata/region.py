"""Which place a report is of: gather what names it, and settle on one only if one remains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from zhibiao.gazetteer.gazetteer import NATION, SPECIAL, Gazetteer, Region
from zhibiao.language.wording import wording
from zhibiao.metadata.government import PEOPLES, Government, reporting_government
from zhibiao.metadata.own_names import own_place
from zhibiao.metadata.place_names import Named, in_force, is_collection, place_named
from zhibiao.metadata.surroundings import Surroundings
from zhibiao.outline.front_matter import FrontMatter

_BODY_LENGTH: Final = 60_000  # characters that are searched for superiors
_PAGE_ENDS: Final = 3000  # characters of a page's head and foot
_WORDING: Final = wording(__name__)
_NATION: Final = _WORDING.pattern("nation")
_NATION_LINE: Final = _WORDING.pattern("nation_line")
_WHOLE_NATION: Final = _WORDING.text("whole_nation")
_OUR_COUNTRY: Final = _WORDING.pattern("our_country")
_OUR_PLACE: Final = _WORDING.pattern("our_place")
_PROVINCIAL: Final = _WORDING.pattern("provincial")
_SIGNED: Final = _WORDING.pattern("signed")
_REPORT: Final = _WORDING.pattern("report")
_ISSUER: Final = _WORDING.pattern("issuer")
_SITE: Final = re.compile(r"\s*[_|｜—–\-]+\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """The region found, or the candidates that remained, and by what."""

    region: Region | None
    candidates: tuple[str, ...]  # codes; empty when `region` is settled or nothing was named
    by: str


_NOTHING: Final = Settled(region=None, candidates=(), by="")


def find_region(
    gazetteer: Gazetteer,
    front: FrontMatter,
    text: str,
    surroundings: Surroundings,
    *,
    year: int | None,
) -> Settled:
    """Settle the reporting region; all texts in simplified characters.

    What the report says of itself comes first (title, meeting, introduction, signature), then what
    it calls its own in the speech, then page title, file name, folders and the page's own marks,
    which must not contradict the speech.
    """
    government = reporting_government(text)
    if _is_the_nations(front, text, government):
        nation = gazetteer.by_code(NATION)
        return Settled(region=nation, candidates=(), by="introduction")
    if government.kind == "lower":
        return _NOTHING
    hints = _Hints(gazetteer, front, government, surroundings, text[:_BODY_LENGTH])
    left: list[Region] = []
    by = ""
    for source, place in _stated(front, government):
        named = place_named(gazetteer, place)
        if named is None:
            continue
        if not named.regions:
            return Settled(region=None, candidates=(), by=source)
        fitting = _fitting(named, government, year)
        if not fitting or (left and not set(fitting) & set(left)):
            continue
        fitting = [region for region in fitting if not left or region in left]
        region = hints.settle(fitting)
        if region is not None:
            return Settled(region=region, candidates=(), by=source)
        by = by or source
        left = fitting
    own = own_place(gazetteer, text, government)
    if own is not None and left:
        if own in left:
            return Settled(region=own, candidates=(), by=by)
        own = None
    for source, place in (*_issuers(front), *_around(surroundings)):
        named = place_named(gazetteer, place)
        if named is None or not named.regions or is_collection(place):
            continue
        fitting = _fitting(named, government, year)
        if not _may_name_it(gazetteer, source, fitting, government, text):
            continue
        fitting = [region for region in fitting if not left or region in left]
        if not fitting:
            continue
        if own is not None and own not in fitting:
            codes = tuple(dict.fromkeys((own.code, *(region.code for region in fitting))))
            return Settled(region=None, candidates=codes, by=source)
        region = own or hints.settle(fitting)
        if region is not None:
            return Settled(region=region, candidates=(), by=source)
        by, left = by or source, left or fitting
    if left:
        return Settled(region=None, candidates=tuple(region.code for region in left), by=by)
    return Settled(region=own, candidates=(), by="text" if own is not None else "")


def _is_the_nations(front: FrontMatter, text: str, government: Government) -> bool:
    if government.stated:
        return False
    if any(_NATION_LINE.match(line) for line in front.lines) or _NATION.search(text, 0, 1500):
        return True
    country, places = len(_OUR_COUNTRY.findall(text)), len(_OUR_PLACE.findall(text))
    return country >= 10 and country > 4 * places and not government.kind


def _stated(front: FrontMatter, government: Government) -> Iterator[tuple[str, str]]:
    """What the report says of itself."""
    yield "title", front.title or ""
    yield "meeting", front.meeting or ""
    if government.stated:
        yield "introduction", f"{government.named}{PEOPLES}"
    yield "speaker", front.speaker_line or ""


def _issuers(front: FrontMatter) -> Iterator[tuple[str, str]]:
    """Whose name, and nothing else, stands on the line above or below the title."""
    title = front.title or ""
    for index, line in enumerate(front.lines):
        beside = front.lines[max(0, index - 1) : index + 2]
        if title and any(title in other for other in beside):
            issuer = _ISSUER.fullmatch(line)
            if issuer is not None:
                yield "issuer", issuer["place"]


def _around(surroundings: Surroundings) -> Iterator[tuple[str, str]]:
    """What stands around it."""
    parts = _SITE.split(surroundings.page_title)
    parts.sort(key=lambda part: _REPORT.search(part) is None)
    yield from (("page title", part) for part in parts)
    yield "file name", surroundings.name
    yield from (("folder", folder) for folder in surroundings.folders)
    page = surroundings.plain_page
    for end in (page[:_PAGE_ENDS], page[_PAGE_ENDS:][-_PAGE_ENDS:]):
        for signed in _SIGNED.finditer(end):
            yield "page", signed["source"] or signed["site"]


def _fitting(named: Named, government: Government, year: int | None) -> list[Region]:
    """The regions that a name can mean, of the kind that reports."""
    mention = named.mention
    assert mention is not None
    regions = in_force(named, year)
    if not government.kind or mention.name == _WHOLE_NATION:
        return [region for region in regions if region.code != NATION]
    fitting = [region for region in regions if government.may_be(mention, region)]
    # What is only counted out of 全市 and 我市 does not outweigh a full name.
    if not fitting and not government.stated and mention.kind != "short":
        return list(regions)
    return fitting


def _may_name_it(
    gazetteer: Gazetteer, source: str, fitting: list[Region], government: Government, text: str
) -> bool:
    """Whether what stands around names who reports: it may name a collection, or the site."""
    if source == "issuer":
        # The reports of a special region do not speak of 全市, nor of whom they represent.
        return all(government.is_of(r) or r.name.endswith(SPECIAL) for r in fitting)
    if source in ("folder", "page") and not all(government.is_of(r) for r in fitting):
        return False
    return source != "page" or any(_is_spoken_of(gazetteer, r, text) for r in fitting)


def _is_spoken_of(gazetteer: Gazetteer, region: Region, text: str) -> bool:
    return not gazetteer.is_ordinary(region.short) and region.short in text


class _Hints:
    """What may tell which of several places of one name is meant: its superiors."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        front: FrontMatter,
        government: Government,
        surroundings: Surroundings,
        text: str,
    ) -> None:
        self._gazetteer = gazetteer
        near = [place for _, place in _stated(front, government)]
        self._near = "\n".join([*near, surroundings.page_title, surroundings.file_name])
        self._text = text
        self._government = government

    def settle(self, regions: Iterable[Region]) -> Region | None:
        """The one region that is meant, if there is exactly one."""
        candidates = list(dict.fromkeys(regions))
        if len(candidates) > 1 and self._government.kind:
            own = [region for region in candidates if self._government.is_of(region)]
            candidates = own or candidates
        if len(candidates) > 1 and len(_PROVINCIAL.findall(self._text)) >= 2:
            # 省委, 省政府 are above no district of Beijing.
            candidates = [r for r in candidates if self._is_under_a_province(r)] or candidates
        for evidence, least in ((self._near, 1), (self._text, 3)):
            for level in ("province", "prefecture"):
                if len(candidates) == 1:
                    return candidates[0]
                candidates = self._narrowed(candidates, level, evidence, least)
        return candidates[0] if len(candidates) == 1 else None

    def _is_under_a_province(self, region: Region) -> bool:
        return (self._gazetteer.province(region) or "").endswith("省")

    def _narrowed(
        self, candidates: list[Region], level: str, evidence: str, least: int
    ) -> list[Region]:
        """The candidates under the superior that is named, if one clearly is more than others."""
        groups: dict[str, list[Region]] = {}
        for region in candidates:
            chain = self._gazetteer.superiors(region)
            above = next((place for place in chain if place.level == level), None)
            groups.setdefault("" if above is None else self._name(above), []).append(region)
        counts = {above: evidence.count(above) if above else 0 for above in groups}
        ranked = sorted(groups, key=lambda above: -counts[above])
        second = counts[ranked[1]] if len(ranked) > 1 else 0
        best = counts[ranked[0]]
        return groups[ranked[0]] if best >= least and best >= 3 * second else candidates

    def _name(self, region: Region) -> str:
        """A short name counts where it is no ordinary word."""
        return region.name if self._gazetteer.is_ordinary(region.short) else region.short
