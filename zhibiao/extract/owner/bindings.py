"""Who a number may belong to: values of the binding stage."""

from __future__ import annotations

from typing import NamedTuple

from zhibiao.extract.scope.kinds import Part


class Slot(NamedTuple):
    """One possible owner of a number."""

    candidates: tuple[str, ...]  # catalogue ids; () for something uncatalogued
    start: int  # of the name in the text
    end: int
    part: Part | None = None  # what it is of where that is not the region as a whole
    newly: bool = False  # a verb of making stands before the name
    total: bool = False  # 累计, 总数: the amount itself
    single: str | None = None  # of a compound: what one value alone means
    head: str = ""  # of something uncatalogued: what it shares with the last name of its list


# What a sentence speaks of: one slot, or several in order.
Subject = tuple[Slot, ...]


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
        self.year = year  # that it is of by its place in a list of years; 0 for others
        self.rival: Binding | None = None  # what the next rule would say, while explaining

    def at(self, lead_from: int, lead_to: int) -> Binding:
        """The same with other places of its tokens."""
        moved = Binding(
            self.number, self.slot, self.words, lead_from, lead_to, self.rule, self.shared_post,
            self.inherited, self.year,
        )  # fmt: skip
        moved.rival = self.rival
        return moved

    def named_behind(self, slot: Slot) -> Binding:
        """The same of a name that stood behind a later number."""
        return Binding(
            self.number, slot, self.words, self.lead_from, self.lead_to, "name_after",
            self.shared_post, True,
        )  # fmt: skip
