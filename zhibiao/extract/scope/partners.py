"""Trade with one other alone, investment from some others.

对香港进出口, 厦台进出口, 两岸贸易; 苏鲁两省招商项目到位资金.
"""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Name
from zhibiao.extract.clause.clauses import Clauses
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_TRADE: Final = {"foreign_trade", "exports"}
_INVESTED: Final = {"investment_attracted", "fdi"}
_SOME_OTHERS: Final = _WORDING.pattern("some_others")
_PARTNER: Final = _WORDING.words("partner")
_IN_WORDS: Final = _WORDING.words("in_words")
_FIRST: Final = frozenset(_WORDING.text("first"))
_SECOND: Final = frozenset(_WORDING.text("second"))
_PAIR: Final = 2  # characters of the short names of two


def is_partner(reader: Clauses, name: Name, word: str) -> bool:
    """Whether the unknown word right before a name of trade or of investment says whose else."""
    if not _INVESTED.isdisjoint(name.candidates):
        return _SOME_OTHERS.search(word) is not None
    if _TRADE.isdisjoint(name.candidates):
        return False
    if word.startswith(_PARTNER) or word.endswith(_IN_WORDS):
        return True
    if len(word) != _PAIR or word[1] not in _SECOND:
        return False
    return word[0] in _FIRST or any(own.startswith(word[0]) for own in reader.home.names)
