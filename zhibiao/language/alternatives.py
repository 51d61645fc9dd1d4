"""Lists of words: as a pattern, and as what a text begins or ends with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words; the longest that fits goes first.

    Words that begin alike are one branch, so that each first character is looked at once: the
    engine tries the branches of a pattern one by one.
    """
    ends: dict[str, set[str]] = defaultdict(set)
    for word in sorted(words):
        ends[word[0]].add(word[1:])
    alone = "".join(re.escape(first) for first, rest in ends.items() if rest == {""})
    branches = [f"[{alone}]"] if alone else []
    for first, rest in ends.items():
        if rest != {""}:
            branches.append(re.escape(first) + any_of(rest - {""}) + ("?" if "" in rest else ""))
    return f"(?:{'|'.join(branches)})"


class Beginnings:
    """Words that a text may begin with, told apart by their first characters.

    A pattern of 150 words tries them one by one; most texts begin with none.
    """

    def __init__(self, words: Iterable[str], kept: Iterable[str]) -> None:
        """`kept`: before one of these a word is a part of something else."""
        self.words = frozenset(words)
        self._by_first = _by(self.words, 0)
        self._kept = tuple(kept)

    def of(self, text: str) -> str:
        """The longest that the text begins with; "" where there is none."""
        words = self._by_first.get(text[:1])
        if words is None:
            return ""  # as of most
        for word in words:
            if text.startswith(word) and not text.startswith(self._kept, len(word)):
                return word
        return ""


class Endings:
    """Words that a text may end with, told apart by their last characters."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_last = _by(frozenset(words), -1)

    def all_of(self, text: str) -> list[str]:
        """Those that the text ends with, the longest first."""
        words = self._by_last.get(text[-1:])
        return [] if words is None else [word for word in words if text.endswith(word)]

    def of(self, text: str) -> str:
        """The longest that the text ends with; "" where there is none."""
        words = self._by_last.get(text[-1:])
        if words is None:
            return ""  # as of most
        for word in words:
            if text.endswith(word):
                return word
        return ""

    def end(self, text: str) -> bool:
        """Whether the text ends with one of them and is no such word itself."""
        words = self._by_last.get(text[-1:], ())
        return any(len(word) < len(text) and text.endswith(word) for word in words)


def _by(words: frozenset[str], place: int) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        groups.setdefault(word[place], []).append(word)
    return groups
