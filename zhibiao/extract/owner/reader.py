"""A sentence as the binding stage reads it: owners of its names, bindings of its quantities."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.units import dimension
from zhibiao.compiled import mypyc_attr
from zhibiao.extract.clause.clauses import BREAK, MAY_SAY_BEHIND, OWN_VERB, WORK_BEHIND, Clauses
from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.meanings import lacks_full_name, meant_here
from zhibiao.extract.scope.part import part_before, part_of_open
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_MADE: Final = _WORDING.words("made")
_NEW: Final = _WORDING.words("new")
_ALL_THERE_ARE: Final = _WORDING.words("all_there_are")
_SORTS: Final = frozenset(_WORDING.words("sorts"))
_GROWTH: Final = _WORDING.pattern("growth")
_GROWTH_BEGINS: Final = frozenset(_WORDING.text("growth_begins"))
_RISES_BEHIND: Final = _WORDING.pattern("rises_behind")
_FALLS_BEHIND: Final = _WORDING.pattern("falls_behind")
_NOUNS: Final = (0, lx.NAME)
_MEASURED: Final = frozenset(_WORDING.words("measured"))
_BEGIN_BEHIND: Final = frozenset(word[0] for word in MAY_SAY_BEHIND)


@mypyc_attr(acyclic=True)
class Reader(Clauses):
    """Makes owners and bindings of one sentence's tokens."""

    def slots_of(self, i: int, newly: bool, total: bool) -> tuple[Slot, ...]:
        """The owners that the name at token i stands for: one, or each member of a compound.

        `newly`: a verb of making stands before it; `total`: a word for all there are.
        """
        token = self.tokens[i]
        name = self.name_at(i)
        part = part_before(self, i)
        if name.members:
            return tuple(
                Slot((m,) if m else (), token.start, token.end, part, newly, total, name.single)
                for m in name.members
            )
        newly = newly or name.newly or name.text.endswith(_MADE)
        newly = newly or name.text.startswith(_NEW)
        newly = newly and not name.text.endswith(_ALL_THERE_ARE)
        end = token.end
        if self.text[end : end + 1] in _GROWTH_BEGINS:
            growth = _GROWTH.match(self.text, end)
            end = end if growth is None else growth.end()  # 增加值增速由5%回升，全年达到7%
        meant = meant_here(self, i)
        if meant == name.candidates and any(lacks_full_name(self, name.text, c) for c in meant):
            meant = ()
        return (Slot(meant, token.start, end, part, newly, total),)

    def binding(
        self, place: int, slot: Slot, words: int, lead_from: int, rule: str,
        inherited: bool = False,
    ) -> Binding:  # fmt: skip
        """The quantity at a token as the slot's, with the words that say so and those behind it."""
        words |= self._said_behind(place)
        number = self.tokens[place].number
        return Binding(number, slot, words, lead_from, place, rule, "", inherited)

    def of_sorts(self, first: int, last: int) -> bool:
        """新增公办2000个、民办800个学位: whether a stretch only does something, and says of which
        sort what is counted is."""
        for i in range(first, last):
            sort = self.text[self.tokens[i].start : self.tokens[i].end]
            if not self.masks[i] & self.transparent and sort not in _SORTS:
                return False
        return True

    def _said_behind(self, place: int) -> int:
        """The class of the work, the rise or the fall that a quantity stands before; 0 for none."""
        number = self.number_at(place)
        if self.text[number.end : number.end + 1] not in _BEGIN_BEHIND:
            return 0  # as for most
        if not self.text.startswith(MAY_SAY_BEHIND, number.end):
            return 0
        if WORK_BEHIND.match(self.text, number.end):
            return lx.CREATE  # 高标准农田完成2万亩改造任务
        if number.unit != "%" or not self.text.startswith("的", number.end):
            return 0
        if _RISES_BEHIND.match(self.text, number.end):
            return lx.UP
        return lx.DOWN if _FALLS_BEHIND.match(self.text, number.end) else 0

    def counted_after(self, place: int) -> tuple[int, int] | None:
        """20件民生实事: where the name behind a number of things counted one by one stands, as
        half-open offsets; None where nothing is so counted."""
        number = self.number_at(place)
        counted = dimension(number.unit)
        if counted is None or counted[0] in _MEASURED:
            return None
        first = place + 1
        last = first
        masks = self.masks
        while last < len(masks) and not masks[last] & (BREAK | lx.CLOSE | lx.NUMBER):
            if last > first and masks[last] & lx.VERBISH:
                break
            last += 1
        if not any(mask in _NOUNS or mask & lx.PART for mask in masks[first:last]):
            return None
        start, end = self.tokens[first].start, self.tokens[last - 1].end
        return (start, end) if end - start <= 16 else None

    def open_quantity(
        self, place: int, segment: int, words: int, rule: str, keep: bool = False
    ) -> Binding:
        """A quantity of nothing in the catalogue: its subject is the phrase before it."""
        tokens = self.tokens
        start = tokens[segment].start if segment < place else tokens[place].start
        end = tokens[place].start
        after = self.counted_after(place) if words & ~lx.SHARE or start == end else None
        part = part_of_open(self, segment, place) if rule == "open" else None
        slot = Slot((), *after, part) if after else Slot((), start, end, part)
        if not keep and rule != "comparison" and end > start and not self.bare(segment, place):
            newly = bool(words & lx.CREATE)
            if not newly and segment and tokens[segment - 1].mask & lx.LIST:
                newly = self.newly and not words & OWN_VERB
            self.speak_of((slot,), newly, words)
            self.open_leads.append((segment, place))
        return self.binding(place, slot, words, segment, rule)
