"""由12.9万元增长到17万元: a value that was there, and what it became."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.sentences import Line
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_ARRIVES: Final = _WORDING.words("arrives")
_TURNED: Final = _WORDING.words("turned")


def is_base_side(line: Line, binding: Binding) -> bool:
    """由12.9万元增长到17万元: whether this is the first of the two numbers."""
    lead = line.masks[max(0, binding.lead_from - 3) : binding.lead_to]
    began = False
    for mask in lead:
        began = bool(mask & lx.FROM) or (began and not mask & lx.TO)
    if not began:
        return False  # not 由62.5%提升到100%，治理率提高到51%, at the second
    after = line.tokens[binding.lead_to + 1 : binding.lead_to + 4]
    return any(
        t.mask & lx.TO
        or line.text[t.start : t.end] in _ARRIVES
        or line.text.startswith(_TURNED, t.start)
        for t in after
    )
