"""The names of the places within a region: 太原市 and 太原, within 山西省."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from zhibiao.gazetteer.gazetteer import NATION, Gazetteer
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_DISTRICT: Final = _WORDING.text("district")
_WHOLE: Final = 3  # characters, from which a name is a whole one


@lru_cache(maxsize=512)
def names_inside(code: str) -> Mapping[str, tuple[str, ...]]:
    """The names of all places below a region, by their first character, the longest first.

    Without the region's own names and those that are written like other words. A province is none
    of the nation's places here: its report speaks of them as others do of the nation.
    """
    gazetteer = Gazetteer.load()
    own = gazetteer.by_code(code)
    if own is None or code == NATION:
        return {}
    known = {own.name, *own.usual_names}
    found: dict[str, set[str]] = defaultdict(set)
    for region in gazetteer.inferiors(own):
        for name in (region.name, *region.usual_names):
            # 新城区 and 通道 are other words as well; 长治市 and 大同市 hardly ever
            other = gazetteer.is_ordinary(name) and (len(name) < _WHOLE or name.endswith(_DISTRICT))
            if len(name) > 1 and name not in known and not other:
                found[name[0]].add(name)
    return {first: tuple(sorted(names, key=len, reverse=True)) for first, names in found.items()}
