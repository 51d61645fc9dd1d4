"""What a part of a name means beside a whole one that it shares the rest with."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Name
from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.owner.bindings import Slot
from zhibiao.language.wording import wording

_HEADS: Final = wording(__name__).words("heads")


def completed_name(reader: Clauses, word: str, slot: Slot) -> Name | None:
    """What a part of a name means after the whole of another: 农村 after 城镇居民收入."""
    whole = reader.text[slot.start : slot.end]
    names = reader.catalogue.names
    for head in _HEADS:
        if whole.endswith(head) and word + head in names:
            return names[word + head]
    if word in whole:
        return None
    other: Name | None = None
    for cut in range(len(whole)):
        for candidate in (word + whole[cut:], whole[: len(whole) - cut] + word):
            name = names.get(candidate)
            if name is not None and (name.candidates or name.members):
                return name
            other = other or name  # 农业服务业增加值, where 农业增加值 is meant
    return other
