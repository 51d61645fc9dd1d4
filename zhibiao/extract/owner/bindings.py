"""Who a number may belong to: values of the binding stage."""

from __future__ import annotations

from typing import Final

from zhibiao.compiled import mypyc_attr
from zhibiao.extract.scope.kinds import Part

# Years that a list only counts (由前三年分别…) lie before the year told of, which is this one.
YEAR_TOLD: Final = -1


@mypyc_attr(acyclic=True)
class Slot:
    """One possible owner of a number. Never changed.

    A plain class, for compiled ones have their fields at fixed places.
    """

    __slots__ = ("candidates", "end", "head", "newly", "part", "single", "start", "total")

    def __init__(
        self, candidates: tuple[str, ...], start: int, end: int, part: Part | None = None,
        newly: bool = False, total: bool = False, single: str | None = None, head: str = "",
    ) -> None:  # fmt: skip
        self.candidates = candidates  # catalogue ids; () for something uncatalogued
        self.start = start  # of the name in the text
        self.end = end
        self.part = part  # what it is of where that is not the region as a whole
        self.newly = newly  # a verb of making stands before the name
        self.total = total  # 累计, 总数: the amount itself
        self.single = single  # of a compound: what one value alone means
        self.head = head  # of something uncatalogued: what it shares with the last of its list

    def meaning(self, candidates: tuple[str, ...]) -> Slot:
        """The same name, which means other indicators here."""
        return Slot(
            candidates, self.start, self.end, self.part, self.newly, self.total, self.single,
            self.head,
        )  # fmt: skip

    def of_part(self, part: Part | None) -> Slot:
        """The same of a part of the region, or of the whole."""
        return Slot(
            self.candidates, self.start, self.end, part, self.newly, self.total, self.single,
            self.head,
        )  # fmt: skip

    def made(self, newly: bool, total: bool = False) -> Slot:
        """The same, of what is new, or of all there are."""
        return Slot(
            self.candidates, self.start, self.end, self.part, newly, total, self.single, self.head
        )

    def at(self, start: int, end: int) -> Slot:
        """The same at another place of the text."""
        return Slot(
            self.candidates, start, end, self.part, self.newly, self.total, self.single, self.head
        )

    def headed(self, head: str) -> Slot:
        """The same with what it shares with the last name of its list."""
        return Slot(
            self.candidates, self.start, self.end, self.part, self.newly, self.total, self.single,
            head,
        )  # fmt: skip

    def same_as(self, other: Slot) -> bool:
        """Whether both are the same in everything."""
        return self.start == other.start and (
            self.candidates, self.end, self.part, self.newly, self.total, self.single, self.head,
        ) == (
            other.candidates, other.end, other.part, other.newly, other.total, other.single,
            other.head,
        )  # fmt: skip


# What a sentence speaks of: one slot, or several in order.
Subject = tuple[Slot, ...]


@mypyc_attr(acyclic=True)
class Binding:
    """A quantity with its owner and the words that say how it is meant. Never changed.

    A plain class, for compiled ones have their fields at fixed places.
    """

    __slots__ = (
        "inherited", "lead_from", "lead_to", "number", "rival", "rule", "shared_post", "slot",
        "words", "year",
    )  # fmt: skip

    def __init__(
        self, number: int, slot: Slot, words: int, lead_from: int, lead_to: int, rule: str,
        shared_post: str = "", inherited: bool = False, year: int = 0,
    ) -> None:  # fmt: skip
        self.number = number  # index
        self.slot = slot
        self.words = words  # union of the classes of the words between name and number
        self.lead_from = lead_from  # token index where the words of this number begin
        self.lead_to = lead_to  # token index of the number
        self.rule = rule
        self.shared_post = shared_post  # 以上 at the end of a 分别-list covers its whole list
        self.inherited = inherited  # the name stood with an earlier number
        # that it is of by its place in a list of years, or as YEAR_TOLD says; 0 for others
        self.year = year
        self.rival: Binding | None = None  # what the next rule would say, while explaining

    def at(self, lead_from: int, lead_to: int) -> Binding:
        """The same with other places of its tokens."""
        moved = Binding(
            self.number, self.slot, self.words, lead_from, lead_to, self.rule, self.shared_post,
            self.inherited, self.year,
        )  # fmt: skip
        moved.rival = self.rival
        return moved

    def about(self, slot: Slot) -> Binding:
        """The same about another owner."""
        changed = Binding(
            self.number, slot, self.words, self.lead_from, self.lead_to, self.rule,
            self.shared_post, self.inherited, self.year,
        )  # fmt: skip
        changed.rival = self.rival
        return changed

    def named_behind(self, slot: Slot) -> Binding:
        """The same of a name that stood behind a later number."""
        return Binding(
            self.number, slot, self.words, self.lead_from, self.lead_to, "name_after",
            self.shared_post, True,
        )  # fmt: skip
