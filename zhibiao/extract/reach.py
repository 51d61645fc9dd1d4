"""Whether the extractor could come across any of some words in a text.

It looks words up as they stand; it also puts a word together from two stretches of one sentence
(城镇、农村居民收入), and from the cells of a table, without the blanks and brackets in them. What
may be so counts as held: a text that is said to hold none of the words is read as without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from zhibiao.extract.number.separators import one_separator
from zhibiao.extract.table.grid import rows_of
from zhibiao.extract.words.sentences import END
from zhibiao.language.simplified import SHORT, TRADITIONAL, WIDE_LETTERS, simplified
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_STABLE: Final = _WORDING.pattern("stable")
_SAYS: Final = _WORDING.text("says")
_OTHER_SCRIPT: Final = tuple(TRADITIONAL + WIDE_LETTERS)
# What every text with a table has, and how a row without tabs begins, name（unit）：value; whatever
# marks it was typed with.
_CELLS: Final = ("\t", *(f"{end}{says}" for end in "）)" for says in _SAYS))
_LARGEST_TABLE: Final = 20_000  # bytes of words; the fastest automaton of more takes much memory
_MAYBE_STATED: Final = _WORDING.pattern("maybe_stated")
# What the reading of cells leaves out of a name or a value.
_LEFT_OUT: Final = re.compile(r"[\s，,；;、（）()/>＞≧<＜≦↑▲↓▼]+")
_BRACKETED: Final = re.compile("（[^（）]*）|【[^【】]*】")


class _Word(NamedTuple):
    """A word, with its longest stretch of characters that no reading of a text brings about."""

    text: str
    stable: str


class Reach:
    """Looks for some words in one text after another; fast where there is none of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [_Word(word, _stable(word)) for word in sorted(set(words))]
        owners: dict[str, list[_Word]] = {}
        for word in self._words:
            for half in _halves(word.stable):
                owners.setdefault(half, []).append(word)
        self._owners = list(owners.values())
        self._first_cell = len(owners) + len(_OTHER_SCRIPT)
        self._automaton = _automaton([*owners, *_OTHER_SCRIPT, *_CELLS])
        self._blind = [word for word in self._words if not word.stable]

    def touches(self, text: str) -> bool:
        """Whether the extractor could come across one of the words in a clean text."""
        found = self._found(text)
        if not found and not self._blind and len(text) > SHORT:
            return False  # as most do
        if self._in_other_script(found, text):
            text = simplified(text)
            found = self._found(text)
        if any(index >= self._first_cell for index in found) and _has_rows(text):
            text = one_separator(simplified(text))
            words = [word.text for word in self._words]
            return _put_together(words, text) or _in_cells(words, text)
        halves = (index for index in found if index < len(self._owners))
        suspects = {word for index in halves for word in self._owners[index]}
        closer = [word for word in suspects if _put_together([word.stable], text)]
        if any(word.text == word.stable for word in closer):
            return True
        candidates = [word.text for word in (*closer, *self._blind)]
        return bool(candidates) and _put_together(candidates, one_separator(simplified(text)))

    def _found(self, text: str) -> set[int]:
        written = text.encode("utf-8", "surrogatepass")
        matches = self._automaton.find_matches_as_indexes(written, overlapping=True)
        return {index for index, _, _ in matches}

    def _in_other_script(self, found: set[int], text: str) -> bool:
        signs = range(len(self._owners), self._first_cell)
        return len(text) <= SHORT or any(index in signs for index in found)


def _automaton(words: list[str]) -> BytesAhoCorasick:
    encoded = [word.encode() for word in words]
    small = sum(map(len, encoded)) <= _LARGEST_TABLE
    return BytesAhoCorasick(encoded, implementation=Implementation.DFA if small else None)


def _stable(word: str) -> str:
    return max(_STABLE.findall(word), key=len, default="")


def _halves(stretch: str) -> set[str]:
    """However a word is cut in two, one of the parts holds one of the stretch's halves."""
    size = (len(stretch) + 1) // 2
    return {stretch[:size], stretch[-size:]} if stretch else set()


def _has_rows(text: str) -> bool:
    if "\t" in text:
        return True
    lines = (line for line in text.split("\n") if "）" in line or ")" in line)
    return any(_MAYBE_STATED.match(line) for line in lines)


def _put_together(words: Iterable[str], text: str) -> bool:
    """Whether a sentence holds a word, or both parts of it, cut anywhere."""
    cuts: list[tuple[str, str]] = []
    for whole in words:
        if whole in text:
            return True
        cuts += [
            (whole[:at], whole[at:])
            for at in range(1, len(whole))
            if whole[:at] in text and whole[at:] in text
        ]
    return bool(cuts) and any(
        first in sentence and last in sentence
        for sentence in END.split(text)
        for first, last in cuts
    )


def _in_cells(words: list[str], text: str) -> bool:
    """Whether the cells of tables hold a word in pieces, no more of them than can be joined."""
    cells = "\n".join(rows_of(text))
    # Two names are joined at most, each without some of the brackets that one cell holds.
    brackets = max((len(_BRACKETED.findall(cell)) for cell in re.split("[\t\n]", cells)), default=0)
    whole = _LEFT_OUT.sub("", cells)
    bare = _LEFT_OUT.sub("", _BRACKETED.sub("", cells))
    return any(
        _pieces(_LEFT_OUT.sub("", word), (whole, bare)) <= 2 * (brackets + 1) for word in words
    )


def _pieces(word: str, texts: tuple[str, ...]) -> float:
    """In how few pieces of the texts a word can be laid out; infinite: one of its signs lacks."""
    count = 0
    while word:
        length = max(map(len, _beginnings(word, texts)), default=0)
        if not length:
            return float("inf")
        word = word[length:]
        count += 1
    return count


def _beginnings(word: str, texts: tuple[str, ...]) -> Iterator[str]:
    """The longest beginning of a word that each text holds."""
    for text in texts:
        length = len(word)
        while length and word[:length] not in text:
            length -= 1
        yield word[:length]


@lru_cache(maxsize=8)
def reach_of(words: frozenset[str]) -> Reach:
    """The one that looks for these words, made once."""
    return Reach(words)
