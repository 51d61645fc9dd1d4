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


class Subject(NamedTuple):
    """What the sentence speaks of: one slot, or several in order."""

    slots: tuple[Slot, ...]


class Binding(NamedTuple):
    """A quantity with its owner and the words that say how it is meant."""

    number: int  # index
    slot: Slot
    words: int  # union of the classes of the words between name and number
    lead_from: int  # token index where the words that belong to this number begin
    lead_to: int  # token index of the number
    rule: str
    shared_post: str = ""  # 以上 at the end of a 分别-list covers its whole list
    inherited: bool = False  # the name stood with an earlier number
