"""The reporting region as its own report speaks of it."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from zhibiao.domain import Metadata
from zhibiao.extract.scope.inside import names_inside
from zhibiao.gazetteer.gazetteer import Gazetteer
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_OWN_CONGRESS: Final = _WORDING.pattern("own_congress")
_NATION: Final = _WORDING.words("nation")
_PROVINCIAL: Final = _WORDING.words("provincial")
_PROVINCE: Final = _WORDING.words("province")
_BY_LAST: Final = _WORDING.words("by_last")
_LOWER: Final = _WORDING.words("lower")
_KINDS: Final = _WORDING.text("kinds")
_BELOW: Final = _WORDING.pattern("below")
_OF_COUNTIES: Final = _WORDING.text("of_counties")
_RURAL: Final = _WORDING.text("rural")
_OWN_LEVEL: Final = _WORDING.text("own_level")
_AUTONOMOUS: Final = _WORDING.words("autonomous")
_FRONT: Final = 1500  # characters
_GOVERNED: Final = _WORDING.pattern("governed")


class Home:
    """The region that a report is of, and when it was given."""

    __slots__ = ("_ends", "_places", "_text", "inside", "names", "nation", "year")

    def __init__(
        self, names: tuple[str, ...], nation: bool, year: int | None, code: str | None = None
    ) -> None:
        self.names = names  # what the region is called in its own report
        self.inside = {} if code is None else names_inside(code)  # places within it
        self.nation = nation
        self.year = year  # of delivery
        self._ends = frozenset(name[-1] for name in names)
        self._text = ""
        self._places: list[int] = []  # where its names stand in the text last asked about

    def named_in(self, text: str, start: int, end: int) -> bool:
        """Whether one of its names begins in text[start:end], as in few sentences."""
        if text is not self._text:
            self._text = text
            self._places = sorted(place for name in self.names for place in _places(text, name))
        at = bisect_left(self._places, start)
        return at < len(self._places) and self._places[at] < end

    def named_at(self, text: str, end: int, start: int = 0) -> bool:
        """Whether text[start:end] ends with one of its names."""
        if end <= start or text[end - 1] not in self._ends:
            return False  # as nearly always
        return text.endswith(self.names, start, end)


def _places(text: str, name: str) -> list[int]:
    found: list[int] = []
    place = text.find(name)
    while place >= 0:
        found.append(place)
        place = text.find(name, place + 1)
    return found


def home_of(metadata: Metadata, text: str) -> Home:
    """The reporting region; of one that the metadata do not know, what the text itself calls it."""
    region = metadata.region
    nation = metadata.level == "nation" or metadata.region_code == "000000"
    if not region:
        return Home(_unknown_homes(text, metadata), nation, metadata.year)
    homes = {region}
    known = Gazetteer.load().by_code(metadata.region_code) if metadata.region_code else None
    if known is not None:
        homes.update(known.usual_names)
    elif len(region) > 2 and region[-1] in _KINDS:
        own = _BELOW.sub("", region)  # 四川省天府新区, which is not in the gazetteer
        homes |= {region[:-1], own, own[:-1]}
    body = _OWN_CONGRESS.search(metadata.meeting or "")
    if body is not None:
        homes.add(f"{body[1]}级")  # of a district's own report: 区级一般公共预算收入
    elif region[-1] in _OF_COUNTIES:
        homes |= {f"{region[-1]}级", f"{region[-1]}{_OWN_LEVEL}"}  # 区本级固定资产投资, of a 区
    if region in _NATION:
        nation = True
    if metadata.level == "province" or region.endswith(_PROVINCIAL):
        homes.update(_PROVINCE)
    # 自治区生产总值: what an autonomous region calls itself
    homes.update([word for word in _AUTONOMOUS if any(name.endswith(word) for name in homes)])
    if region.startswith(_BY_LAST):
        homes.add(f"全{region[1]}")
    if region[-1] in _RURAL:
        homes.add(f"{region[-1]}域")  # 县域生产总值, of a county, is all of its own
    return Home(tuple(homes), nation, metadata.year, metadata.region_code)


def _unknown_homes(text: str, metadata: Metadata) -> tuple[str, ...]:
    """The name before 人民政府 at the front; 全省 where it is what the text most speaks of."""
    homes: set[str] = set()
    front = text[:_FRONT]
    for found in _GOVERNED.finditer(front):
        homes |= {found[1], found[1][:-1]} if len(found[1]) > 2 else {found[1]}
    body = _OWN_CONGRESS.search(metadata.meeting or "")
    if body is not None:
        homes.add(f"{body[1]}级")
    provincial = sum(text.count(word) for word in _PROVINCE)
    if metadata.level == "province" or provincial > sum(text.count(word) for word in _LOWER):
        homes.update(_PROVINCE)
    return tuple(homes)
