"""The numbers that Word puts before paragraphs by itself: 一、 （二） 3. and their like.

They stand nowhere in the text: a paragraph names a list and a level, and the count is kept while
the document is read from its start.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from zhibiao.reading.elements import attribute, children, first_child, local_name

_DIGITS = "〇一二三四五六七八九"
_CHINESE = re.compile(r"chinese|ideograph|japanese|taiwanese", re.IGNORECASE)
_LEVELS = 9
_MOST_STYLES = 20  # of styles that are based on each other


@dataclass(frozen=True, kw_only=True, slots=True)
class _Level:
    start: int
    kind: str  # "decimal", "chineseCounting", "bullet" …
    pattern: str  # "%1、" with the levels' numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Which list a paragraph or a style belongs to, as far as it says."""

    list_id: str | None
    level: int | None


class Numbering:
    """Counts the paragraphs of a document's lists; feed it every paragraph in order."""

    def __init__(self, numbering: ET.Element | None, styles: ET.Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}  # abstract list -> level -> its form
        self._lists: dict[str, str] = {}  # list -> abstract list
        self._styles: dict[str, tuple[_Place, str | None]] = {}  # style -> its place, its base
        self._counts: dict[str, list[int | None]] = {}  # abstract list -> counts of its levels
        for element in numbering if numbering is not None else ():
            if local_name(element) == "abstractNum":
                levels = (_as_level(child) for child in children(element, "lvl"))
                self._levels[attribute(element, "abstractNumId")] = dict(levels)
            elif local_name(element) == "num":
                self._lists[attribute(element, "numId")] = _child_value(element, "abstractNumId")
        for element in children(styles, "style") if styles is not None else ():
            properties = first_child(element, "pPr")
            base = _child_value(element, "basedOn") or None
            self._styles[attribute(element, "styleId")] = (_place(properties), base)

    def label(self, paragraph: ET.Element) -> str:
        """The number before this paragraph; "" when it has none."""
        properties = first_child(paragraph, "pPr")
        place = _place(properties)
        style: str | None = _child_value(properties, "pStyle") if properties is not None else ""
        for _ in range(_MOST_STYLES):
            if place.list_id is not None or not style or style not in self._styles:
                break
            inherited, style = self._styles[style]
            level = place.level if place.level is not None else inherited.level
            place = _Place(list_id=inherited.list_id, level=level)
        abstract = self._lists.get(place.list_id or "", "")
        levels = self._levels.get(abstract, {})
        level = place.level or 0
        if level not in levels:
            return ""
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        if levels[level].kind in ("bullet", "none"):
            return ""
        return re.sub(
            r"%([1-9])", lambda found: _shown(levels, counts, found), levels[level].pattern
        )


def _shown(levels: dict[int, _Level], counts: list[int | None], found: re.Match[str]) -> str:
    level = int(found[1]) - 1
    count = counts[level]
    if level not in levels:
        return ""
    return _written(levels[level].start if count is None else count, levels[level].kind)


def _written(number: int, kind: str) -> str:
    if kind == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if not _CHINESE.search(kind) or not 1 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (
        (_DIGITS[tens] if tens > 1 else "")
        + ("十" if tens else "")
        + (_DIGITS[ones] if ones else "")
    )


def _as_level(element: ET.Element) -> tuple[int, _Level]:
    return _number(attribute(element, "ilvl"), 0), _Level(
        start=_number(_child_value(element, "start"), 1),
        kind=_child_value(element, "numFmt") or "decimal",
        pattern=_child_value(element, "lvlText"),
    )


def _place(properties: ET.Element | None) -> _Place:
    numbered = first_child(properties, "numPr") if properties is not None else None
    if numbered is None:
        return _Place(list_id=None, level=None)
    level = _child_value(numbered, "ilvl")
    return _Place(
        list_id=_child_value(numbered, "numId") or None,
        level=min(_number(level, 0), _LEVELS - 1) if level else None,
    )


def _number(stated: str, otherwise: int) -> int:
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else otherwise


def _child_value(parent: ET.Element, kind: str) -> str:
    child = first_child(parent, kind)
    return "" if child is None else attribute(child, "val")
