"""One amount behind a name and a noun that no catalogue knows: 新增停车位、充电桩3600个."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.owner.bindings import Slot
from zhibiao.extract.owner.completed_names import completed_name
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_MODIFIES: Final = _WORDING.words("modifies")
_SHORTEST: Final = 2  # characters of a noun
_LONGEST: Final = 8
_VERB: Final = lx.CREATE | lx.VERBISH | lx.REACH
_BEFORE: Final = _VERB | lx.TIME | lx.TONE | lx.REGION | lx.FILL | lx.TOTAL
_ENDS: Final = lx.COMMA | lx.LIST | lx.JOIN | lx.NUMBER


def with_unknown(reader: Reader, before: int, mark: int, i: int, place: int) -> bool:
    """新改建国省干线、农村公路320公里, 水果和蔬菜产量126万吨: whether the noun before the mark of a
    list is another thing than the name at token i, and has no number of its own.

    Behind 、 only where a verb holds for both and nothing is said between name and number: it may
    part clauses, too. 公办、民办学位 are sorts of the same.
    """
    first = mark
    while first > before + 1 and not reader.masks[first - 1] & _ENDS:
        first -= 1
    verb = False
    while first < mark and reader.masks[first] & _BEFORE and not reader.is_name(first):
        verb = verb or bool(reader.masks[first] & _VERB)
        first += 1
    if first == mark or any(not _is_noun(reader, k) for k in range(first, mark)):
        return False
    if reader.masks[mark] & lx.LIST and not (verb and i + 1 == place):
        return False
    own = reader.text[reader.tokens[first].start : reader.tokens[mark - 1].end]
    if not _SHORTEST <= len(own) <= _LONGEST or own.endswith(_MODIFIES):
        return False
    name = reader.tokens[i]
    shared = completed_name(reader, own, Slot((), name.start, name.end))
    return shared is None or shared.candidates != reader.name_at(i).candidates


def _is_noun(reader: Reader, k: int) -> bool:
    mask, name = reader.masks[k], reader.tokens[k].name
    if name is not None:
        return name.excluded  # 出口退税和留抵退税
    return mask in (0, lx.PART)
