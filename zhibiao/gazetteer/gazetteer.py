"""The gazetteer: places, their codes, superiors, short and former names."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "data" / "regions.csv"
NATION: Final = "000000"
_AUTONOMOUS: Final = {"自治州": "州", "自治县": "县", "自治旗": "旗"}
_LONGEST_NAME: Final = 16  # characters


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
        return tuple(names)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A place name in a text, and whom it can mean."""

    start: int
    end: int
    name: str
    regions: tuple[Region, ...]
    kind: str  # "full" | "former" | "short"


class Gazetteer:
    """Places by code and by name. Read once: `Gazetteer.load()` keeps what it read."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._by_code = {region.code: region for region in regions}
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
            # 恩施州 and 玉龙县 are how everyone writes the long names of autonomous places.
            for name in region.usual_names[1:]:
                if name[:-1] == region.short and name not in self._full:
                    self._full[name].append(region)
        for name in ("中华人民共和国", "中国"):
            self._full[name].extend(self._full["全国"])

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

    def shorts(self) -> dict[str, list[Region]]:
        """Short names and whom each can mean."""
        return self._short

    def superiors(self, region: Region) -> tuple[Region, ...]:
        """From the immediate superior up to the province; the nation is left out."""
        found = []
        above = self._by_code.get(region.parent)
        while above is not None and above.code != NATION:
            found.append(above)
            above = self._by_code.get(above.parent)
        return tuple(found)

    def province(self, region: Region) -> str | None:
        """Full name of a region's province; a province is its own; None for the nation."""
        chain = (region, *self.superiors(region))
        return next((place.name for place in chain if place.level == "province"), None)

    def mentions(self, text: str, *, short: bool = True) -> list[Mention]:
        """Place names in a short text (a title, a file name), from left to right.

        The longest name wins at each place; a full or former name wins over a short one.
        """
        found: list[Mention] = []
        at = 0
        while at < len(text):
            mention = self._mention_at(text, at, short=short)
            if mention is None:
                at += 1
            else:
                found.append(mention)
                at = mention.end
        return found

    def _mention_at(self, text: str, at: int, *, short: bool) -> Mention | None:
        tables = [("full", self._full), ("former", self._former)]
        if short:
            tables.append(("short", self._short))
        for end in range(min(len(text), at + _LONGEST_NAME), at + 1, -1):
            name = text[at:end]
            for kind, table in tables:
                if name in table:
                    return Mention(
                        start=at, end=end, name=name, regions=tuple(table[name]), kind=kind
                    )
        return None


@cache
def _load() -> Gazetteer:
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return Gazetteer(
            Region(
                code=row["code"],
                name=row["name"],
                level=row["level"],
                parent=row["parent"],
                short=row["short"],
                former=tuple(_former(entry) for entry in row["former"].split()),
            )
            for row in rows
        )


def _former(entry: str) -> tuple[str, int | None]:
    name, _, year = entry.partition(":")
    return name, int(year) if year else None
