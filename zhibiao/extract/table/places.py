"""Places and bodies of which a caption, a section row or a row speaks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from zhibiao.extract.table.words import vocabulary
from zhibiao.language.alternatives import any_of
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_SELF = _WORDING.pattern("self")
_KIND = _WORDING.text("kind")


def own_removed(words: str, homes: tuple[str, ...]) -> str:
    """A phrase without what names the reporting region: 全县, 清河县.

    全市 in the report of a county is the city above it.
    """
    names = sorted(homes, key=len, reverse=True)
    kind = next((home[-1] for home in names if len(home) > 2 and home[-1] in _KIND), "")
    for home in names:
        words = words.replace(home, "")
    return _SELF.sub(
        lambda found: "" if not kind or found["kind"] in (None, kind) else found[0], words
    )


def place_in(words: str, homes: tuple[str, ...]) -> str:
    """The part of the region, or the other region, that a phrase speaks of; ""."""
    found = _places().search(own_removed(words, homes))
    return found[0] if found is not None else ""


@lru_cache(maxsize=1)
def _places() -> re.Pattern[str]:
    return _WORDING.pattern("place", kinds=any_of(vocabulary().places))
