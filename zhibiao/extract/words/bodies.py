"""Kinds of bodies and places that are parts of a region, for all that have to know them.

They are words of the lexicon, ends of what a table's captions speak of, and what rules of scope
look for. Other lists hold them by their names: "{parks}".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from zhibiao.catalogue.templates import expand
from zhibiao.language.wording import wording

BODIES: Final = wording(__name__)
PARKS: Final = BODIES.words("parks")
_LISTS: Final = {
    "firms": BODIES.words("firms"),
    "inner": BODIES.words("inner"),
    "parks": PARKS,
    "towns": BODIES.words("towns"),
    "zones": BODIES.words("zones"),
}
_NAMED: Final = re.compile(r"\{([a-z]+)\}")


def expanded(templates: Iterable[str]) -> Iterator[str]:
    """The words that templates stand for, and those of the lists that they name."""
    for template in templates:
        named = _NAMED.fullmatch(template)
        yield from expand(template) if named is None else _LISTS[named[1]]
