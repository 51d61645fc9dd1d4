"""The words of heads, captions and row names, and the units that stand in them."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

from zhibiao.catalogue.units import DENSITY, POINTS, unit_pattern
from zhibiao.extract.words.bodies import expanded
from zhibiao.language.alternatives import any_of
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_UNIT = _WORDING.pattern("unit", unit_pattern=unit_pattern())
# What tables write for a unit: its usual spelling.
_OTHER_SIGNS = {
    **dict.fromkeys(_WORDING.words("percent"), "%"),
    **dict.fromkeys(_WORDING.words("points"), POINTS),
    **dict.fromkeys(_WORDING.words("density"), DENSITY),
    **dict.fromkeys(_WORDING.words("square_metres"), _WORDING.text("square_metre")),
}
_BETWEEN = _WORDING.pattern("between")


class Vocabulary(NamedTuple):
    """The words of tables."""

    classes: dict[str, str]  # word: the key of its list
    pattern: re.Pattern[str]  # any of them, the longest first
    harmless: frozenset[str]
    places: tuple[str, ...]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The words of data/tables.toml."""
    source = resources.files("zhibiao.extract.words").joinpath("data", "tables.toml")
    lists = {
        key: list(expanded(templates))
        for key, templates in tomllib.loads(source.read_text("utf-8")).items()
    }
    harmless, places = frozenset(lists.pop("harmless")), tuple(lists.pop("places"))
    classes = {word: key for key, words in lists.items() for word in words}
    return Vocabulary(classes, re.compile(any_of(classes)), harmless, places)


def unit_of(text: str) -> str:
    """A unit in its usual spelling: ％ -> %; "" for what is none."""
    text = _OTHER_SIGNS.get(text, text)
    return text if _UNIT.fullmatch(text) else ""


def units_of(text: str) -> tuple[str, ...]:
    """The units of 亿元、%; none where anything else stands beside them."""
    whole = unit_of(text)
    if whole:
        return (whole,)
    parts = [unit_of(part) for part in _BETWEEN.split(text) if part]
    return tuple(parts) if parts and all(parts) else ()
