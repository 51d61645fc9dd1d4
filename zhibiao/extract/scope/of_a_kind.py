"""Figures of one kind of what a name means: 乡村旅游收入; 乡村旅游接待游客…、综合收入12亿元.

The kinds are the catalogue's: a name that one sets apart carries its part to what follows on it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from zhibiao.catalogue.templates import expand
from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_ALL_OF_IT: Final = _WORDING.words("all_of_it")
_LONGEST_KIND: Final = 10  # characters


def of_a_kind(reader: Clauses, candidates: tuple[str, ...], i: int) -> Part | None:
    """The part that the figure of the word at token i is of where a kind is told of: right before
    it or within its beginning, or as the subject up to it; None elsewhere."""
    kinds = tuple(kind for c in candidates for kind in reader.indicators[c].kinds)
    if not kinds:
        return None
    text, word = reader.text, reader.tokens[i]
    beside, subject = _patterns(kinds)
    begin = reader.tokens[0].start
    for found in beside.finditer(text, max(begin, word.start - _LONGEST_KIND), word.end):
        if found.start() < word.start <= found.end():
            return Part(PartKind.SECTOR, found[0])
    if any(whole in text[word.start : word.end] for whole in _ALL_OF_IT):
        return None
    told = subject.search(text, begin, word.end)
    return None if told is None else Part(PartKind.SECTOR, told["kind"])


@lru_cache(maxsize=64)
def _patterns(kinds: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds a kind beside a name, and a kind that is the subject of what follows."""
    words = sorted({word for kind in kinds for word in expand(kind)}, key=len, reverse=True)
    either = "|".join(map(re.escape, words))
    return re.compile(either), _WORDING.pattern("subject", kinds=either)
