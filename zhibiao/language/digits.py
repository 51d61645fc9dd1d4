"""Digits that a scan or a typist took for letters: l3.6%, 1O%, 5O亿元."""

from __future__ import annotations

import re
from typing import Final

_MEANT: Final = str.maketrans("lIOoОо", "110000")
LETTERS: Final = frozenset("lIOoОо")
# Only in front of what nothing but a number stands before: O型, II类 and CO2 stay. Without a real
# digit among them, lO% is still a number, and OO后 none.
_MANGLED: Final = re.compile(
    r"(?<![0-9A-Za-zО-я.])(?=[0-9]*[,.，．]?[0-9]*[,.，．]?[lIOoОо])"
    r"(?=[0-9lIOoОо.,，．]*[0-9]|[lI][OoОо]+[%％个])"
    r"[0-9lIOoОо]+(?:[,，][0-9lIOoОо]{3})*(?:[.．][0-9lIOoОо]+)?"
    r"(?= ?(?:[%％‰]|个百分点|[十百千]?[万亿]|元|美元|人|户|家|名|吨|公斤|亩|公顷|公里|千米|平方"
    r"|立方|套|辆|台|件|项|所|个|倍|—|－|-|～|~))"
)
# What the search for those is worth the while of; most texts have none.
_SUSPECT: Final = re.compile(
    "[lIOoОо](?:(?<=[0-9].)|(?<=[0-9][.,，．].)|[lIOoОо]{0,3}[.,，．]?[0-9]|[OoОо]+[%％个])"
)


def _suspicious(text: str) -> bool:
    # One letter at a time: a search for one character is far faster than for one of a set.
    for letter in LETTERS:
        at = text.find(letter)
        while at >= 0:
            if _SUSPECT.match(text, at) is not None:
                return True
            at = text.find(letter, at + 1)
    return False


def plain_digits(text: str) -> str:
    """The text with letters that stand for digits of a number replaced; as long as before."""
    if not _suspicious(text):
        return text
    return _MANGLED.sub(lambda found: found[0].translate(_MEANT), text)
