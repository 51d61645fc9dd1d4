"""Digits that a scan or a typist took for letters: l3.6%, 1O%, 5O亿元."""

from __future__ import annotations

from typing import Final

from zhibiao.language.wording import wording

_MEANT: Final = str.maketrans("lIOoОо", "110000")
LETTERS: Final = frozenset("lIOoОо")
_WORDING: Final = wording(__name__)
_MANGLED: Final = _WORDING.pattern("mangled")
_SUSPECT: Final = _WORDING.pattern("suspect")


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
