"""Whose number it is: every quantity of a sentence bound to a name, or to none.

Read from left to right, as a reader does. The words between the previous quantity and this one
(its lead) say what the number is about: a name right before it, a name in an earlier clause when
the last clause is bare (…, 增长), a list of names shared out by 分别, or nothing known.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Final, NamedTuple

from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.units import POINTS, RELATIVE, dimension
from zhibiao.compiled import mypyc_attr
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.counts_before import name_shared_by, shares_name_behind
from zhibiao.extract.owner.heads_left_out import PERSONS, head_left_out, taking_part_each
from zhibiao.extract.owner.lists import distributed, listed, spread
from zhibiao.extract.owner.name_before import NameReader
from zhibiao.extract.owner.names_behind import OF_THOSE, amount_before, name_after, people_before
from zhibiao.extract.owner.one_for_all import risen_with_head, shared_with_unknown
from zhibiao.extract.owner.people_listed import one_of_people
from zhibiao.extract.owner.shares import share, spent, topic
from zhibiao.extract.owner.shortened_names import elided
from zhibiao.extract.owner.yardsticks import (
    BEHIND_AVERAGE,
    BEHIND_PLAN,
    differs_by,
    fulfils,
    held_against,
    is_aim_compared,
    is_average,
    of_plan,
    passes_aim,
    speaks_of_aims,
)
from zhibiao.extract.scope.home import Home
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.sentences import Line

ANY: Final = 1 << 32  # the class of all words, for a rule that needs none of its own
# What else rules need, told of a quantity once for all of them.
NAMED: Final = 1  # names of the catalogue stand before it
UNNAMED: Final = 2  # none does
PERCENT: Final = 4
AFTER_COMPARED: Final = 8  # the last quantity only compares
AFTER_OTHER: Final = 16  # the last quantity is the share of something else
LISTED: Final = 32  # its words go on with a list
TOLD: Final = 64  # words stand before it, and a name of the catalogue before those
AVERAGED: Final = 128  # right behind what may say that it is an average
PLANNED: Final = 256  # right behind what may say that it is of a plan
PEOPLE: Final = 512  # people are counted


@mypyc_attr(acyclic=True)
class Lead:
    """A quantity and the words before it, back to the last break or quantity."""

    __slots__ = ("before", "names", "place", "position", "segment", "unit", "words")

    def __init__(
        self, before: int, segment: int, place: int, position: int, words: int, names: list[int],
        unit: str,
    ) -> None:  # fmt: skip
        self.before = before  # token of the last quantity, or of the name behind it; -1
        self.segment = segment  # token where the words begin
        self.place = place  # token of the quantity
        self.position = position  # which quantity of the sentence it is
        self.words = words  # classes of the words
        self.names = names  # tokens of names of the catalogue among them
        self.unit = unit


@mypyc_attr(acyclic=True)
class Binder(NameReader):
    """Binds the quantities of one sentence."""

    def __init__(
        self, line: Line, numbers: list[Number], catalogue: Catalogue, home: Home,
        explaining: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(line, numbers, catalogue, home)
        self.explaining = explaining  # so that each binding gets its rival

    def bind(self) -> list[Binding]:
        """One binding a quantity; two where one value belongs to each of two names."""
        bindings: list[Binding] = []
        before = -1
        position = 0
        aims = bool(self.places) and speaks_of_aims(self.line)
        while position < len(self.places):
            place = self.places[position]
            found = self._decide(before, place, position)
            self.went_on = found[-1].rule == "inherited"
            if found[-1].rule == "name_after":
                name_shared_by(self, bindings, found[-1])
            bindings.extend(found)
            aimed = self.number_at(place), found[-1].inherited
            if found[-1].rule == "comparison" or (aims and is_aim_compared(self.text, *aimed)):
                self.compared = place
            elif found[-1].rule == "share_of_other":
                self.shared_other = place
            position += 1 if len(found) == 1 else len({binding.number for binding in found})
            before = max(self.places[position - 1], self.behind)
        return bindings

    def _decide(self, before: int, place: int, position: int) -> list[Binding]:
        """By the first rule that reads the quantity; while explaining, with what the next says."""
        lead = self._lead(before, place, position)
        untouched = self.fork() if self.explaining else None
        for at, read in self._rules(lead):
            found = read(self, lead)
            if found:
                if untouched is not None:
                    found[0].rival = untouched.rival_of(found[0], lead, at + 1)
                return found
        return [self.open_quantity(place, lead.segment, lead.words, "open")]

    def rival_of(self, chosen: Binding, lead: Lead, at: int) -> Binding | None:
        """What the rules from `at` on would give the quantity, were it not for the one chosen."""
        for later, read in self._rules(lead):
            if later >= at:
                found = read(self.fork(), lead)
                if found and found[0].slot.candidates not in ((), chosen.slot.candidates):
                    return found[0]
        for slot in reversed(self.told):
            other = slot.candidates not in ((), chosen.slot.candidates)
            if other and self._measures(slot, lead.unit):
                return self.binding(lead.place, slot, lead.words, lead.segment, "inherited")
        return None

    def _rules(self, lead: Lead) -> Rules:
        """The rules that may read a quantity, with their places in RULES."""
        return _rules_for(
            lead.words & _IN_LEADS, self.present & _IN_SENTENCES, self._conditions(lead)
        )

    def _conditions(self, lead: Lead) -> int:
        """What of the conditions of rules a quantity meets."""
        before, segment, place = lead.before, lead.segment, lead.place
        met = NAMED if lead.names else UNNAMED
        if lead.unit == "%":
            met |= PERCENT
        elif lead.unit.endswith(PERSONS):
            met |= PEOPLE
        mark = self.text[self.tokens[place].start - 1]
        if mark in BEHIND_AVERAGE:
            met |= AVERAGED
        if mark in BEHIND_PLAN:
            met |= PLANNED
        if segment > before + 1 and self.masks[segment - 1] & lx.LIST:
            met |= LISTED
        if before < 0:
            return met
        if before == self.compared:
            met |= AFTER_COMPARED
        if before == self.shared_other:
            met |= AFTER_OTHER
        if self.subject is not None and segment < place and self.subject[-1].candidates:
            met |= TOLD
        return met

    def _measures(self, slot: Slot, unit: str) -> bool:
        """Whether a quantity in a unit can be of a slot's indicators."""
        if unit in RELATIVE:
            return True
        counted = dimension(unit)
        told = (self.indicators[c].units for c in slot.candidates)
        return counted is not None and any(counted[0] in units for units in told)

    def fork(self) -> Binder:
        """The same, to try a rule on."""
        other = Binder(self.line, self.numbers, self.catalogue, self.home, self.explaining)
        other.go_on_from(self)
        return other

    def _lead(self, before: int, place: int, position: int) -> Lead:
        segment = self.segment_start(before + 1, place)
        words = self.classes(segment, place)
        names = self.names(segment, place) if words & lx.NAME else []
        unit = self.number_at(place).unit
        return Lead(before, segment, place, position, words, names, unit)

    def _comparison_goes_on(self, lead: Lead) -> list[Binding]:
        """分别比全国低5630元和1531元; 比计划目标8%高1.2个百分点."""
        before, place = lead.before, lead.place
        between = self.masks[before + 1 : place]
        if differs_by(self, place) or all(mask & (lx.LIST | lx.JOIN) for mask in between):
            return [self.open_quantity(place, lead.segment, 0, "comparison")]
        return []

    def _spent(self, lead: Lead) -> list[Binding]:
        """八成财力用于民生."""
        spending = spent(self, lead.segment, lead.place)
        return [] if spending is None else [spending]

    def _fulfilled(self, lead: Lead) -> list[Binding]:
        """完成年度计划的103%."""
        if not fulfils(self, lead.segment, lead.place):
            return []
        return [self.open_quantity(lead.place, lead.segment, lead.words, "open", keep=True)]

    def _average(self, lead: Lead) -> list[Binding]:
        """户均2.3万元: an average of what is no average by its name."""
        if not is_average(self, lead.place) or self._per_head_told(lead.names):
            return []
        return [self.open_quantity(lead.place, lead.segment, lead.words, "comparison", keep=True)]

    def _planned(self, lead: Lead) -> list[Binding]:
        """为年初预算5.5亿元的…: the figure of a plan."""
        place = lead.place
        if not (of_plan(self, place) or held_against(self, place) or passes_aim(self, place)):
            return []
        self._speak_of_last_name(lead.before + 1, lead.segment)
        return [self.open_quantity(lead.place, lead.segment, lead.words, "comparison", keep=True)]

    def _compared(self, lead: Lead) -> list[Binding]:
        """比全省高1.2个百分点; a rise since a year is the subject's own."""
        if self.since_then(lead.segment, lead.place):
            rise = lead.words & ~lx.COMPARE | lx.UP
            return self.inherited(lead.before, lead.segment, lead.place, lead.position, rise)
        return [self.open_quantity(lead.place, lead.segment, lead.words, "comparison")]

    def _distributed(self, lead: Lead) -> list[Binding]:
        """A和B分别增长5%、6%; A、B均增长5%."""
        clause = self.clause_start(lead.before + 1, lead.place)
        if not self.holds(clause, lead.place, lx.DISTRIBUTE | lx.EACH):
            return []
        found = distributed(self, lead.before, clause, lead.place, lead.position)
        if found or not lead.unit.endswith(PERSONS):
            return found or []
        return taking_part_each(self, clause, lead.place, lead.position, lead.segment)

    def _share(self, lead: Lead) -> list[Binding]:
        """税收占比达75%; 占全部投资比重分别为58%、36%, each of them a share of something else."""
        if lead.unit not in ("%", "‰", POINTS):
            return []
        run = self.run_length(lead.position)
        if run > 1 and not lead.words & lx.DISTRIBUTE:
            # A占B比重、C占D比重达到52%、46%
            members = listed(self, self.clause_start(lead.before + 1, lead.place), lead.place)
            if len(members) == run:
                words = lead.words & ~lx.SHARE
                self.remember(members, False, words)
                return spread(
                    self, members, lead.position, run, words, lead.segment, "distribute", False
                )
        found = share(self, lead.segment, lead.place, lead.words)
        if found.rule != "share_of_other" or not lead.words & lx.DISTRIBUTE:
            return [found]
        last = lead.position + run
        others = self.places[lead.position + 1 : last]
        return [
            found,
            *(
                self.binding(place, found.slot, lead.words, lead.segment, found.rule)
                for place in others
            ),
        ]

    def _name_before(self, lead: Lead) -> list[Binding]:
        """生产总值增长6%; 贫困人口中5万人实现脱贫, the name of whom stands behind the number."""
        if self.text[self.tokens[lead.names[-1]].end : self.tokens[lead.place].start] in OF_THOSE:
            behind = self._read_behind(lead.place, lead.place, 0)
            if behind:
                return behind
        return self.named(lead.before, lead.segment, lead.place, lead.position, lead.names[-1])

    def _name_behind(self, lead: Lead) -> list[Binding]:
        """新增5家高新技术企业; 2140亿元的进出口总额; 1800多万人实现了再就业."""
        return self._read_behind(lead.segment, lead.place, lead.words)

    def _read_behind(self, segment: int, place: int, words: int) -> list[Binding]:
        for read in (name_after, amount_before, people_before):
            behind = read(self, segment, place, words)
            if behind is not None:
                return [behind]
        return []

    def _elided(self, lead: Lead) -> list[Binding]:
        """城镇居民收入增长7%，农村增长9%."""
        partly = elided(self, lead.before, lead.segment, lead.place, lead.words)
        return [] if partly is None else [partly]

    def _head_left_out(self, lead: Lead) -> list[Binding]:
        """参加养老保险126万人；医疗保险107万人."""
        headed = head_left_out(self, lead.segment, lead.place, lead.words)
        return [] if headed is None else [headed]

    def _people_listed(self, lead: Lead) -> list[Binding]:
        """3.2万名失业人员、6200名退役军人实现再就业."""
        listed_one = one_of_people(self, lead.segment, lead.place, lead.words)
        return [] if listed_one is None else [listed_one]

    def _share_of_other(self, lead: Lead) -> list[Binding]:
        """占全省比重由4.1%提高到4.8%: the second value goes on about the share."""
        return [
            self.open_quantity(lead.place, lead.segment, lead.words, "share_of_other", keep=True)
        ]

    def _bare(self, lead: Lead) -> list[Binding]:
        """…，增长6%."""
        if not self.bare(lead.segment, lead.place):
            return []
        if shares_name_behind(self, lead.segment, lead.place, lead.words):
            return []
        return self.inherited(lead.before, lead.segment, lead.place, lead.position, lead.words)

    def _risen_with_head(self, lead: Lead) -> list[Binding]:
        """旅游接待总量和总收入翻一番."""
        return risen_with_head(self, lead.before, lead.segment, lead.place, lead.position)

    def _shared_with_unknown(self, lead: Lead) -> list[Binding]:
        """毛入园率、高中毛入学率超过93%."""
        return shared_with_unknown(self, lead.before, lead.segment, lead.place, lead.position)

    def _topic(self, lead: Lead) -> list[Binding]:
        """粮食安全…，产量达到13.8万吨."""
        by_topic = topic(self, lead.segment, lead.place, lead.words)
        return [] if by_topic is None else [by_topic]

    def _per_head_told(self, known: list[int]) -> bool:
        names = [self.tokens[i].name for i in known[-1:]]
        told = [c for name in names if name is not None for c in name.candidates]
        return any(self.indicators[c].per_head for c in told)

    def _speak_of_last_name(self, first: int, last: int) -> None:
        """收入在去年任务（5.5亿元）的基础上增长: what comes after the aside goes on about it."""
        named = self.names(first, last)
        if named:
            self.remember(self.slots_of(named[-1], False, False), False, 0)


Read = Callable[[Binder, Lead], list[Binding]]  # empty: the next rule reads it
Rules = tuple[tuple[int, Read], ...]  # each with its place in RULES


class Rule(NamedTuple):
    """A way to read a quantity, and what it reads none without."""

    read: Read
    in_lead: int = ANY  # one of these classes before the quantity
    in_sentence: int = ANY  # one of these anywhere in the sentence
    needs: int = 0  # all of these conditions


# In this order: the first that reads a quantity decides whose it is.
RULES: Final = (
    Rule(Binder._comparison_goes_on, needs=AFTER_COMPARED),
    Rule(Binder._spent, needs=PERCENT),
    Rule(Binder._fulfilled, needs=UNNAMED | PERCENT),
    Rule(Binder._average, needs=AVERAGED),
    Rule(Binder._planned, needs=UNNAMED | PLANNED),
    Rule(Binder._compared, in_lead=lx.COMPARE, needs=UNNAMED),
    Rule(Binder._distributed, in_sentence=lx.DISTRIBUTE | lx.EACH),
    Rule(Binder._share, in_lead=lx.SHARE),
    Rule(Binder._risen_with_head, in_lead=lx.HEAD),
    Rule(Binder._name_before, needs=NAMED),
    Rule(Binder._people_listed, needs=UNNAMED | PEOPLE),
    Rule(Binder._name_behind, in_sentence=lx.NAME, needs=UNNAMED),
    Rule(Binder._elided, needs=UNNAMED | TOLD),
    Rule(Binder._head_left_out, needs=UNNAMED | PEOPLE),
    Rule(Binder._share_of_other, in_lead=lx.TO, needs=UNNAMED | PERCENT | AFTER_OTHER),
    Rule(Binder._bare),
    Rule(Binder._shared_with_unknown, needs=UNNAMED | LISTED),
    Rule(Binder._topic, in_lead=lx.HEAD, needs=UNNAMED),
)
# The classes that some rule needs.
_IN_LEADS: Final = reduce(operator.or_, (rule.in_lead for rule in RULES)) & ~ANY
_IN_SENTENCES: Final = reduce(operator.or_, (rule.in_sentence for rule in RULES)) & ~ANY


@lru_cache(maxsize=1024)
def _rules_for(words: int, present: int, met: int) -> Rules:
    return tuple(
        (at, rule.read)
        for at, rule in enumerate(RULES)
        if (words | ANY) & rule.in_lead
        and (present | ANY) & rule.in_sentence
        and met & rule.needs == rule.needs
    )
