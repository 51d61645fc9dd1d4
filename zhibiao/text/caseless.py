"""Texts folded, so that what is written alike but for the case of letters is found alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

# What `re.IGNORECASE` takes for an ASCII letter, beside its capital.
_ASCII_LIKE: Final = str.maketrans({"İ": "i", "ı": "i", "ſ": "s", "\0": " "})


def folded(written: str) -> str:
    """A text as it is indexed: letters that differ in case alone are the same."""
    return written.translate(_ASCII_LIKE).lower()


def caseless_runs(word: str) -> Iterator[str]:
    """The stretches of a word that mean the same in every case, folded.

    A letter beyond ASCII that has a case is left out: by which rule two of them are the same,
    patterns and databases see differently.
    """
    run = ""
    for character in word:
        if character.isascii() or character.lower() == character.upper() == character:
            run += folded(character)
        elif run:
            yield run
            run = ""
    if run:
        yield run
