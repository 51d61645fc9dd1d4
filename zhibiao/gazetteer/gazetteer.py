"""The gazetteer: places, their codes, superiors, short and former names."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

_DATA: Final = Path(__file__).parent / "data"
NATION: Final = "000000"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# What may stand between the names of a path: 广东 潮州, 广东-潮州, 广东/潮州
_BETWEEN: Final = re.compile(r"[\s\-–—_/·,，、>]+")
_AUTONOMOUS: Final = {"自治州": "州", "自治县": "县", "自治旗": "旗"}
SPECIAL: Final = "特别行政区"


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """One administrative place of county level or above."""

    code: str  # GB/T 2260, six digits
    name: str  # full official name
    level: str  # "nation" | "province" | "prefecture" | "county"
    parent: str  # code of the superior; "" for the nation
    short: str  # 彬州
    former: tuple[tuple[str, int | None], ...] = ()  # (earlier full name, year of the change)

    @property
    def usual_names(self) -> tuple[str, ...]:
        """What it is called beside its full name: 彬州; 恩施州, 玉龙县; 东乌旗, 科左中旗."""
        names = [self.short]
        kind = _AUTONOMOUS.get(self.name[-3:])
        if kind is not None:
            names.append(self.short + kind)
        elif self.name.endswith("旗") and len(self.short) > 3:
            sides = "".join(character for character in self.short[1:] if character in "左右前中后")
            names.append(f"{self.short[: 1 if sides else 2]}{sides}旗")
        elif self.name.endswith(SPECIAL):
            names.append(self.short + "特区")
        return tuple(names)


class Mention(NamedTuple):  # which is made in half the time of a frozen class
    """A place name in a text, and whom it can mean."""

    start: int
    end: int
    name: str
    regions: tuple[Region, ...]
    kind: str  # "full" | "former" | "short"
    ordinary: bool  # other words and phrases are written the same: 合作, 资源, 新城区, 和县


class Gazetteer:
    """Places by code and by name. Read once: `Gazetteer.load()` keeps what it read."""

    def __init__(self, regions: Iterable[Region], ordinary: Iterable[str] = ()) -> None:
        self._by_code = {region.code: region for region in regions}
        self._ordinary = frozenset(ordinary)
        self._full: dict[str, list[Region]] = defaultdict(list)
        self._former: dict[str, list[Region]] = defaultdict(list)
        self._short: dict[str, list[Region]] = defaultdict(list)
        for region in self._by_code.values():
            self._full[region.name].append(region)
            if region.short != region.name:
                self._short[region.short].append(region)
            for name, _ in region.former:
                self._former[name].append(region)
        for region in self._by_code.values():
            # 恩施州, 玉龙县 and 香港特区 are how everyone writes these long names.
            for name in region.usual_names[1:]:
                usual = name[:-1] == region.short or name.endswith("特区")
                if usual and region not in self._full[name]:
                    self._full[name].append(region)
        self._full["中华人民共和国"].extend(self._full["全国"])

    @cached_property
    def _names(self) -> list[tuple[str, str, tuple[Region, ...]]]:
        """All names: (name, kind, regions)."""
        found: dict[str, tuple[str, str, tuple[Region, ...]]] = {}
        tables = (("full", self._full), ("former", self._former), ("short", self._short))
        for kind, table in tables:
            for name, regions in table.items():
                if name not in found and len(name) > 1:
                    found[name] = (name, kind, tuple(regions))
        return list(found.values())

    @cached_property
    def _automaton(self) -> AhoCorasick:
        """Finds the numbers of `_names`. Built when it is first asked for: it takes a while."""
        return AhoCorasick(
            [name for name, _, _ in self._names], matchkind=MatchKind.LeftmostLongest
        )

    @staticmethod
    def load() -> Gazetteer:
        """The built-in gazetteer; the file is read at the first call only."""
        return _load()

    def __iter__(self) -> Iterator[Region]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def by_code(self, code: str) -> Region | None:
        return self._by_code.get(code)

    def named(self, name: str) -> tuple[Region, ...]:
        """Whom a name can mean: full names first, else former ones, else short ones."""
        for table in (self._full, self._former, self._short):
            if name in table:
                return tuple(table[name])
        return ()

    def meant(self, written: str) -> tuple[Region, ...]:
        """Whom a person's entry can mean: a name, its code, or a name behind those of its superiors
        (广东省深圳市福田区, 广东 潮州, 广东-潮州市)."""
        region = self._by_code.get(written)
        if region is not None:
            return (region,)
        named = self.named(written)
        path = "" if named else _BETWEEN.sub("", written)
        for cut in range(2, len(path) - 1):  # the longest name first
            found = [r for r in self.named(path[cut:]) if self._leads_to(r, path[:cut])]
            if found:
                return tuple(found)
        return named

    def _leads_to(self, region: Region, path: str) -> bool:
        """Whether a path is made of a region's superiors, from above; each may be left out."""
        for superior in reversed(self.superiors(region)):
            known = (superior.name, *superior.usual_names, *(name for name, _ in superior.former))
            path = next((path[len(name) :] for name in known if path.startswith(name)), path)
        return not path

    def superiors(self, region: Region) -> tuple[Region, ...]:
        """From the immediate superior up to the province; the nation is left out."""
        found = []
        above = self._by_code.get(region.parent)
        while above is not None and above.code != NATION:
            found.append(above)
            above = self._by_code.get(above.parent)
        return tuple(found)

    def inferiors(self, region: Region) -> list[Region]:
        """All places below a region, those of its inferiors too."""
        found = list(self._below.get(region.code, ()))
        for own in found:  # which grows meanwhile
            found += self._below.get(own.code, ())
        return found

    @cached_property
    def _below(self) -> dict[str, list[Region]]:
        """The regions right below each, by its code."""
        below: dict[str, list[Region]] = defaultdict(list)
        for region in self._by_code.values():
            below[region.parent].append(region)
        return below

    def province(self, region: Region) -> str | None:
        """Full name of a region's province; a province is its own; None for the nation."""
        chain = (region, *self.superiors(region))
        return next((place.name for place in chain if place.level == "province"), None)

    def mentions(self, text: str) -> list[Mention]:
        """Place names in a text, from left to right; the longest name wins at each place."""
        try:
            matches = self._automaton.find_matches_as_indexes(text)
        except UnicodeEncodeError:  # a lone surrogate, seen in broken web pages
            bare = _SURROGATE.sub("?", text)
            matches = self._automaton.find_matches_as_indexes(bare)
        names, ordinary = self._names, self._ordinary
        return [
            Mention(start, end, name, regions, kind, name in ordinary)
            for number, start, end in matches
            for name, kind, regions in (names[number],)
        ]

    def is_ordinary(self, name: str) -> bool:
        """Whether a name is written like other words, so that only its surroundings can tell."""
        return name in self._ordinary


@cache
def _load() -> Gazetteer:
    words = (_DATA / "ordinary_names.txt").read_text("utf-8").splitlines()
    ordinary = [word for word in words if not word.startswith("#")]
    with (_DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        regions = [
            Region(
                code=row["code"],
                name=row["name"],
                level=row["level"],
                parent=row["parent"],
                short=row["short"],
                former=tuple(_former(entry) for entry in row["former"].split()),
            )
            for row in rows
        ]
    return Gazetteer(regions, ordinary)


def _former(entry: str) -> tuple[str, int | None]:
    name, _, year = entry.partition(":")
    return name, int(year) if year else None
