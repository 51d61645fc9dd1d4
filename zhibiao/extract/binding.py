"""Stage 5: whose number it is: every quantity of a sentence bound to a name, or to none.

Read from left to right, as a reader does. The words between the previous quantity and this one
(its lead) say what the number is about: a name right before it, a name in an earlier clause when
the last clause is bare (…, 增长), a list of names shared out by 分别, or nothing known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from zhibiao.extract import lexicon as lx
from zhibiao.extract.catalogue import Catalogue, Indicator
from zhibiao.extract.lexicon import Token
from zhibiao.extract.quantities import Number
from zhibiao.extract.scope import part_before
from zhibiao.extract.units import dimension

# What may stand between a name and its number without coming between them.
_TRANSPARENT = (
    lx.UP | lx.DOWN | lx.TO | lx.FROM | lx.CREATE | lx.REACH | lx.TOTAL | lx.GE | lx.LE | lx.APPROX
    | lx.EACH | lx.DISTRIBUTE | lx.TONE | lx.FILL | lx.VERBISH | lx.REGION | lx.TIME | lx.CLOSE
    | lx.SHARE_END | lx.NUMBER | lx.JOIN | lx.OPEN | lx.AMONG
)  # fmt: skip
_BREAK = lx.COMMA | lx.LIST | lx.OPEN
_LINK = lx.LIST | lx.JOIN | lx.COMMA | lx.FILL | lx.APPROX | lx.GE | lx.LE | lx.CLOSE
# Words that say by themselves how a number is meant; without them a list goes on as it began.
_OWN_VERB = lx.REACH | lx.GE | lx.UP | lx.DOWN | lx.TO | lx.CREATE | lx.TOTAL
# A clause with one of these comments on the number before it and changes no subject.
_COMMENT_MARKS = ("居", "列", "排", "位", "第", "全省", "全国", "历史", "创", "高于", "快于", "优于", "总量",
                  "增速", "连续", "首", "总数", "超", "最", "以来", "贡献", "任务", "目标", "计划", "达到")  # fmt: skip
# Words that begin a predicate: after a name they tell of it and make no longer noun of it.
_PREDICATE = "再首持稳大实保创跃连继位居排高增快平迈喜同由全超达突取呈总进率双不有较比以将已运又仍也均都预始"


_AFTER_SHARE = (
    lx.SHARE_END | lx.REACH | lx.GE | lx.LE | lx.APPROX | lx.TO | lx.UP | lx.DOWN | lx.TONE | lx.TIME
)
_SHARE_WORD = re.compile("的?(?:比重|比例|份额|百分比)|的$")
_USED = re.compile("用于|投入|投向|投到|用在|投放|用到|倾斜")


class Slot(NamedTuple):
    """One possible owner of a number."""

    candidates: tuple[str, ...]  # catalogue ids; () for something uncatalogued
    start: int  # of the name in the text
    end: int
    part: str = ""  # why it is not the region as a whole; ""
    newly: bool = False  # a verb of making stands before the name
    total: bool = False  # 累计, 总数: the amount itself
    single: str | None = None  # of a compound: what one value alone means


class Subject(NamedTuple):
    """What the sentence speaks of: one slot, or several in order."""

    slots: tuple[Slot, ...]
    compound: bool = False


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
    each: bool = False


_MEASURED = frozenset({"元", "美元", "%", "‰", "个百分点", "倍", "吨", "亩", "里", "平方米", "立方米", "度", ""})


class Binder:
    """Binds the quantities of one sentence."""

    def __init__(
        self, text: str, tokens: list[Token], numbers: list[Number], catalogue: Catalogue,
        homes: tuple[str, ...], nation: bool,
    ) -> None:  # fmt: skip
        self.text = text
        self.tokens = tokens
        self.numbers = numbers
        self.indicators: Mapping[str, Indicator] = catalogue.indicators
        self.catalogue = catalogue
        self.homes = homes
        self.nation = nation
        self.subject: Subject | None = None
        self.newly = False
        self.words = 0
        self.part = ""
        self.told: list[Slot] = []  # every owner so far, for a later 分别
        self.places = [
            i for i, t in enumerate(tokens) if t.mask == lx.NUMBER and not numbers[t.number].reason
        ]

    def bind(self) -> list[Binding]:
        """One binding a quantity; two where one value belongs to each of two names."""
        bindings: list[Binding] = []
        before = -1
        position = 0
        while position < len(self.places):
            place = self.places[position]
            found = self._decide(before, place, position)
            bindings.extend(found)
            step = max(1, len({b.number for b in found}))
            position += step
            before = self.places[position - 1]
        return bindings

    # -- one quantity ------------------------------------------------------------------------

    def _decide(self, before: int, place: int, position: int) -> list[Binding]:
        tokens = self.tokens
        segment = self._segment(before + 1, place)
        clause = self._clause(before + 1, place)
        words = 0
        for i in range(segment, place):
            words |= tokens[i].mask
        known = [i for i in range(segment, place) if self._is_name(i)]
        spent = self._spent(segment, place)
        if spent is not None:
            return [spent]
        if words & lx.COMPARE and not known:
            return [self._open(place, segment, words, "comparison")]
        if self._has(clause, place, lx.DISTRIBUTE | lx.EACH) or (
            segment == place - 0 and self._has(clause, place, lx.DISTRIBUTE)
        ):
            shared = self._distributed(before, clause, place, position)
            if shared:
                return shared
        if self._has(segment, place, lx.SHARE):
            return [self._share(segment, place, words)]
        if known:
            return self._named(before, segment, place, position, known[-1])
        after = self._name_after(segment, place, words)
        if after is not None:
            return [after]
        if self._bare(segment, place):
            return self._inherited(before, segment, place, position, words)
        topic = self._topic(segment, place, words)
        if topic is not None:
            return [topic]
        return [self._open(place, segment, words, "open")]

    def _segment(self, first: int, place: int) -> int:
        """Index after the last break before the number; closed brackets are no break."""
        depth = 0
        for i in range(place - 1, first - 1, -1):
            mask = self.tokens[i].mask
            if mask & lx.CLOSE:
                depth += 1
            elif mask & lx.OPEN and depth:
                depth -= 1
            elif mask & _BREAK and not depth:
                return i + 1
        return first

    def _clause(self, first: int, place: int) -> int:
        for i in range(place - 1, first - 1, -1):
            if self.tokens[i].mask & lx.COMMA:
                return i + 1
        return first

    def _is_name(self, i: int) -> bool:
        name = self.tokens[i].name
        return name is not None and not name.excluded

    def _has(self, first: int, last: int, mask: int) -> bool:
        return any(self.tokens[i].mask & mask for i in range(first, last))

    def _bare(self, first: int, last: int) -> bool:
        """Whether a stretch holds function words only."""
        for i in range(first, last):
            mask = self.tokens[i].mask
            if not mask & _TRANSPARENT:
                return False
        return True

    def _run(self, position: int) -> int:
        """How many quantities from here on are joined into one list of values."""
        count = 1
        for at in range(position + 1, len(self.places)):
            gap = range(self.places[at - 1] + 1, self.places[at])
            if not gap or not all(self.tokens[i].mask & _LINK for i in gap):
                break
            if not any(self.tokens[i].mask & (lx.LIST | lx.JOIN | lx.COMMA) for i in gap):
                break
            count += 1
        return count

    # -- a name right before -----------------------------------------------------------------

    def _slots_of(self, i: int, segment: int, newly: bool, total: bool) -> tuple[Slot, ...]:
        token = self.tokens[i]
        name = token.name
        assert name is not None  # asked of names only
        part = part_before(self, i)
        if name.members:
            return tuple(
                Slot((m,) if m else (), token.start, token.end, part, newly, total, name.single)
                for m in name.members
            )
        newly = newly or name.newly
        return (Slot(name.candidates, token.start, token.end, part, newly, total),)

    def _made(self, segment: int, i: int) -> tuple[bool, bool, bool]:
        """Verb of making before the name, a total before it, any verb at all."""
        newly = total = verb = False
        for k in range(segment, i):
            mask = self.tokens[k].mask
            if mask & lx.CREATE:
                newly = verb = True
            if mask & lx.TOTAL:
                total = verb = True
            if mask & (lx.REACH | lx.GE | lx.UP | lx.DOWN) and not mask & lx.FILL:
                verb = True
        if total and newly:
            text = self.text[self.tokens[segment].start : self.tokens[i].start]
            if "新" in text or "净增" in text:
                total = False
            else:
                newly = False
        return newly, total, verb

    def _named(
        self, before: int, segment: int, place: int, position: int, i: int
    ) -> list[Binding]:
        tokens = self.tokens
        words = 0
        for k in range(i + 1, place):
            words |= tokens[k].mask
        if not self._bare(i + 1, place):
            rule = "comparison" if words & lx.COMPARE else "open"
            return [self._open(place, segment, words, rule)]
        newly, total, verb = self._made(segment, i)
        if not verb and before >= 0 and not words & _OWN_VERB:
            newly = self.newly
            if self._same_unit(before, place):
                words |= self.words & (lx.UP | lx.DOWN)
        slots = self._slots_of(i, segment, newly, total)
        self._remember(Subject(slots, len(slots) > 1), newly, words)
        run = self._run(position)
        if len(slots) > 1:
            if run == len(slots):
                return self._spread(slots, position, run, words, segment, "compound", False)
            single = slots[0].single
            if single:
                slot = slots[0]._replace(candidates=(single,))
                return [self._binding(place, slot, words, i + 1, "compound_single")]
            number = self.numbers[tokens[place].number]
            if number.unit == "%" and words & (lx.UP | lx.DOWN):
                return [
                    self._binding(place, slot, words, i + 1, "compound_growth") for slot in slots
                ]
            return [self._open(place, segment, words, "compound_sum", keep=True)]
        if self._standard(place):
            return [self._open(place, segment, words, "standard", keep=True)]
        return [self._binding(place, slots[0], words, i + 1, "name")]

    def _standard(self, place: int) -> bool:
        """人均收入2300元作为扶贫标准, 收入万元以上的村: a yardstick and no statement."""
        number = self.numbers[self.tokens[place].number]
        after = self.text[number.end : number.end + 24].split("，")[0].split("。")[0]
        if number.unit == "%":
            return False
        return after.startswith("的") or ("作为" in after and "标准" in after)

    def _same_unit(self, before: int, place: int) -> bool:
        """Whether a value is of the same kind as the one before it in the list."""
        earlier, later = (
            dimension(self.numbers[self.tokens[i].number].unit) for i in (before, place)
        )
        return earlier is not None and later is not None and earlier[0] == later[0]

    def _binding(
        self, place: int, slot: Slot, words: int, lead_from: int, rule: str, **more: bool
    ) -> Binding:
        return Binding(
            self.tokens[place].number, slot, words, lead_from, place, rule, **more  # type: ignore[arg-type]
        )

    def _remember(self, subject: Subject, newly: bool, words: int) -> None:
        self.subject = subject
        self.told.extend(s for s in subject.slots if s not in self.told)
        self.newly = newly
        self.words = words
        self.part = subject.slots[0].part

    # -- a bare clause: the subject stood earlier ---------------------------------------------

    def _inherited(
        self, before: int, segment: int, place: int, position: int, words: int
    ) -> list[Binding]:
        found = self._earlier_name(before + 1, segment, place, words)
        if found is not None:
            return found
        if self.subject is None or before < 0:
            return [self._open(place, segment, words, "open")]
        if not self._only_comments(before + 1, segment):
            return [self._open(place, segment, words, "open")]
        slots = self.subject.slots
        run = self._run(position)
        if not words & ~(_LINK | lx.NUMBER) and self._same_unit(before, place):
            words |= self.words & (lx.UP | lx.DOWN | lx.TO | lx.CREATE | lx.TOTAL)
        if len(slots) > 1 and run == len(slots):
            return self._spread(slots, position, run, words, segment, "compound", True)
        number = self.numbers[self.tokens[place].number]
        if number.unit not in ("%", "倍", "个百分点") and self._noun_follows(place):
            return [self._open(place, segment, words, "open")]
        alike = self.told[-run:]
        if run > 1 and len(slots) == 1 and len(alike) == run and all(s.candidates for s in alike):
            return self._spread(tuple(alike), position, run, words, segment, "in_turn", True)
        slot = slots[-1]
        if words & (lx.TOTAL | lx.TO) or (words & (lx.GE | lx.REACH) and not words & lx.CREATE):
            slot = slot._replace(newly=False, total=bool(words & lx.TOTAL))
        if words & lx.CREATE:
            slot = slot._replace(newly=True, total=False)
        self.words = words
        return [self._binding(place, slot, words, segment, "inherited", inherited=True)]

    def _noun_follows(self, place: int) -> bool:
        """完成1.6万吨储备粮任务: the number counts what stands after it."""
        if place + 1 >= len(self.tokens):
            return False
        after = self.tokens[place + 1]
        mask = after.mask
        if self.text.startswith("的", after.start):
            return True
        return mask in (0, lx.NAME) or bool(mask & (lx.PART | lx.REGION | lx.OTHER_REGION))

    def _earlier_name(
        self, first: int, segment: int, place: int, words: int
    ) -> list[Binding] | None:
        """A name in an earlier clause of the lead, told of up to here: 粮食产量再创新高，达到…"""
        named = [i for i in range(first, segment) if self._is_name(i)]
        if not named:
            return None
        i = named[-1]
        clause_end = next(
            (k for k in range(i + 1, segment) if self.tokens[k].mask & _BREAK), segment
        )
        if clause_end > i + 1:
            follow = self.tokens[i + 1]
            if follow.mask == 0 and self.text[follow.start] not in _PREDICATE:
                return None
        if not self._only_comments(clause_end + 1, segment, loose=True):
            return None
        start = self._segment(first, i)
        newly, total, _verb = self._made(start, i)
        if words & (lx.TOTAL | lx.TO | lx.REACH | lx.GE):
            newly = False
        slots = self._slots_of(i, start, newly or bool(words & lx.CREATE), total)
        self._remember(Subject(slots, len(slots) > 1), newly, words)
        if len(slots) > 1:
            return None
        return [self._binding(place, slots[0], words, segment, "earlier_clause")]

    def _only_comments(self, first: int, last: int, loose: bool = False) -> bool:
        """Whether each clause in between merely comments: 超过兴平居咸阳第三, 总量居全省第6位."""
        start = first
        for i in range(first, last + 1):
            if i == last or self.tokens[i].mask & _BREAK:
                if not self._bare(start, i):
                    piece = self.text[self.tokens[start].start : self.tokens[i - 1].end]
                    if not any(mark in piece for mark in _COMMENT_MARKS):
                        return False
                    if any(self._is_name(k) for k in range(start, i)) and not loose:
                        return False
                start = i + 1
        return True

    # -- lists of names and lists of values ---------------------------------------------------

    def _distributed(
        self, before: int, clause: int, place: int, position: int
    ) -> list[Binding] | None:
        tokens = self.tokens
        marker = max(
            i for i in range(clause, place) if tokens[i].mask & (lx.DISTRIBUTE | lx.EACH)
        )
        if not self._bare(marker, place):
            return None
        words = 0
        for i in range(marker, place):
            words |= tokens[i].mask
        slots = self._listed(clause, marker)
        inherited = False
        if not slots:
            slots = self._listed(self._clause(before + 1, clause - 1), clause - 1)
        if not slots and self.subject is not None and self._bare(clause, marker):
            slots = self.subject.slots
            inherited = True
        if not slots:
            return None
        run = self._run(position)
        if inherited and len(slots) < run <= len(self.told) and words & lx.DISTRIBUTE:
            slots = tuple(self.told[-run:])
        self._remember(Subject(tuple(slots), len(slots) > 1), any(s.newly for s in slots), words)
        if run == 1:
            if len(slots) < 2 and not words & lx.EACH:
                return [self._binding(place, slots[-1], words, marker, "distribute_one")]
            return [
                self._binding(place, slot, words, marker, "each", each=True) for slot in slots
            ]
        return self._spread(tuple(slots), position, run, words, marker, "distribute", inherited)

    def _spread(
        self, slots: tuple[Slot, ...], position: int, run: int, words: int, lead_from: int,
        rule: str, inherited: bool,
    ) -> list[Binding]:  # fmt: skip
        last = self.places[position + run - 1]
        post = self.numbers[self.tokens[last].number].post
        taken = slots[-run:] if len(slots) >= run else slots
        bindings = []
        for offset in range(run):
            place = self.places[position + offset]
            slot = taken[offset] if offset < len(taken) else Slot((), 0, 0)
            if not slot.end:
                slot = Slot((), self.tokens[place].start, self.tokens[place].start)
            if words & lx.TOTAL or words & lx.TO:
                slot = slot._replace(newly=False)
            own = words
            for i in range(lead_from if not offset else self.places[position + offset - 1] + 1, place):
                own |= self.tokens[i].mask
            bindings.append(
                Binding(
                    self.tokens[place].number, slot, own, lead_from, place, rule,
                    post if rule == "distribute" else "", inherited or offset > 0,
                )
            )  # fmt: skip
        return bindings

    def _listed(self, first: int, last: int) -> tuple[Slot, ...]:
        """The names of a list A、B和C before 分别, in order; unknown members keep their place."""
        items: list[tuple[int, int]] = []
        start = first
        for i in range(first, last + 1):
            if i == last or self.tokens[i].mask & (lx.LIST | lx.JOIN | lx.COMMA):
                if i > start:
                    items.append((start, i))
                start = i + 1
        slots: list[Slot] = []
        known = False
        for begin, end in items:
            named = [i for i in range(begin, end) if self._is_name(i)]
            if named and self._bare(named[-1] + 1, end):
                newly, total, _verb = self._made(begin, named[-1])
                slots.extend(self._slots_of(named[-1], begin, newly, total))
                known = True
            else:
                slots.append(Slot((), self.tokens[begin].start, self.tokens[end - 1].end))
        if not items:
            return ()
        slots = self._completed(slots)
        if not known and not any(s.candidates for s in slots):
            return ()
        return tuple(slots)

    def _completed(self, slots: list[Slot]) -> list[Slot]:
        """城镇、农村居民收入 and 一般公共预算收入、支出: members share a head or a beginning."""
        names = self.catalogue.names
        known = [s for s in slots if s.candidates]
        if not known or len(known) == len(slots):
            return slots
        completed = []
        for slot in slots:
            if not slot.candidates and slot.end - slot.start <= 12:
                own = self.text[slot.start : slot.end]
                for other in (known[-1], known[0]):
                    whole = self.text[other.start : other.end]
                    found = next(
                        (
                            names[word]
                            for cut in range(1, len(whole))
                            for word in (own + whole[cut:], whole[:cut] + own)
                            if word in names and names[word].candidates
                        ),
                        None,
                    )
                    if found is not None:
                        slot = slot._replace(candidates=found.candidates, part=other.part)
                        break
            completed.append(slot)
        return completed

    # -- shares, topics, names after the number ------------------------------------------------

    def _share(self, segment: int, place: int, words: int) -> Binding:
        tokens = self.tokens
        at = max(i for i in range(segment, place) if tokens[i].mask & lx.SHARE)
        stop = next((i for i in range(at + 1, place) if tokens[i].mask & _AFTER_SHARE), place)
        whole = _SHARE_WORD.split(self.text[tokens[at].end : tokens[stop].start], maxsplit=1)[0]
        begin = tokens[segment].start
        of = self.text[begin : tokens[at].start]
        name_start, name_end = begin, tokens[at].start
        part = ""
        named = [i for i in range(segment, at) if tokens[i].mask & lx.NAME]
        catalogued = any(self._is_name(i) for i in named[-1:])
        if named:
            of = self.text[tokens[named[-1]].start : tokens[named[-1]].end]
            name_start, name_end = tokens[named[-1]].start, tokens[named[-1]].end
            part = part_before(self, named[-1])
        elif self.subject is not None and self._bare(segment, at):
            slot = self.subject.slots[-1]
            of = self.text[slot.start : slot.end]
            name_start, name_end, part = slot.start, slot.end, slot.part
            catalogued = bool(slot.candidates)
        tail = 0
        for i in range(at + 1, place):
            tail |= tokens[i].mask
        for indicator in self.indicators.values():
            share = indicator.share
            if share is None or not whole:
                continue
            if any(of.endswith(n) or (catalogued and n in of) for n in share.numerators):
                if any(whole.endswith(d) for d in share.denominators):
                    slot = Slot((indicator.id,), name_start, name_end, part)
                    self._remember(Subject((slot,)), False, tail)
                    return self._binding(place, slot, tail & ~lx.SHARE, at + 1, "share")
        return self._open(place, segment, words, "share_of_other")

    def _topic(self, segment: int, place: int, words: int) -> Binding | None:
        """粮食安全…，产量达到13.8万吨: a bare head after its topic."""
        tokens = self.tokens
        head = next((i for i in range(segment, place) if tokens[i].mask & lx.HEAD), None)
        if head is None or not self._bare(segment, head) or not self._bare(head + 1, place):
            return None
        begin = tokens[segment].start
        word = self.text[tokens[head].start : tokens[head].end]
        sentence = self.text[tokens[0].start : begin]
        for indicator in self.indicators.values():
            topic = indicator.topic
            if topic is None or word not in topic.heads:
                continue
            about = max(sentence.rfind(a) for a in topic.about)
            if about < 0 or about < max((sentence.rfind(n) for n in topic.not_about), default=-1):
                continue
            start = tokens[0].start + about
            slot = Slot((indicator.id,), start, tokens[head].end)
            self._remember(Subject((slot,)), False, words)
            return self._binding(place, slot, words, head + 1, "topic")
        return None

    def _spent(self, segment: int, place: int) -> Binding | None:
        """八成财力用于民生: a share stated as spending on a purpose."""
        number = self.numbers[self.tokens[place].number]
        if number.unit != "%":
            return None
        stop = place + 1
        while stop < len(self.tokens) and not self.tokens[stop].mask & (lx.COMMA | lx.NUMBER):
            stop += 1
        end = self.tokens[stop - 1].end
        used = _USED.search(self.text, number.end, end)
        if used is None:
            return None
        begin = self.tokens[segment].start if segment < place else number.start
        before = self.text[begin : used.start()]
        for indicator in self.indicators.values():
            purpose = indicator.purpose
            if purpose is None or "新增" in before:
                continue
            into = [self.text.find(p, used.end(), min(end, used.end() + 12)) for p in purpose.into]
            of = [before.find(p) for p in purpose.of if p in before]
            if of and max(into) >= 0:
                found = next(p for p, at in zip(purpose.into, into, strict=True) if at >= 0)
                slot = Slot((indicator.id,), begin + min(of), max(into) + len(found))
                words = 0
                for i in range(segment, place):
                    words |= self.tokens[i].mask
                bounds = words & (lx.GE | lx.LE | lx.APPROX)
                return self._binding(place, slot, bounds, place, "purpose")
        return None

    def _name_after(self, segment: int, place: int, words: int) -> Binding | None:
        """新增500家高新技术企业: the number stands before the name."""
        tokens = self.tokens
        number = self.numbers[tokens[place].number]
        if not words & (lx.CREATE | lx.TOTAL | lx.REACH | lx.GE | lx.UP):
            return None
        after = place + 1
        while after < len(tokens) and after <= place + 2 and tokens[after].mask & lx.FILL:
            after += 1
        if after >= len(tokens) or not self._is_name(after):
            return None
        name = tokens[after].name
        assert name is not None
        if name.members:
            return None
        if after + 1 < len(tokens) and not tokens[after + 1].mask & (_BREAK | lx.JOIN | lx.NUMBER):
            return None
        counted = dimension(number.unit)
        if counted is None or counted[0] not in ("户", "亩"):
            return None
        if not any(counted[0] in self.indicators[c].units for c in name.candidates):
            return None
        newly = bool(words & lx.CREATE)
        slot = Slot(name.candidates, tokens[after].start, tokens[after].end, "", newly)
        self._remember(Subject((slot,)), newly, words)
        return self._binding(place, slot, words, segment, "name_after")

    def _counted_after(self, place: int) -> tuple[int, int] | None:
        """20件民生实事: things counted one by one are named after their number."""
        number = self.numbers[self.tokens[place].number]
        counted = dimension(number.unit)
        if counted is None or counted[0] in _MEASURED:
            return None
        first = place + 1
        last = first
        while last < len(self.tokens) and not self.tokens[last].mask & (_BREAK | lx.CLOSE | lx.NUMBER):
            if last > first and self.tokens[last].mask & lx.VERBISH:
                break
            last += 1
        if last == first or not any(self.tokens[i].mask in (0, lx.NAME) for i in range(first, last)):
            return None
        start, end = self.tokens[first].start, self.tokens[last - 1].end
        return (start, end) if end - start <= 16 else None

    def _open(
        self, place: int, segment: int, words: int, rule: str, keep: bool = False
    ) -> Binding:
        """A quantity of nothing in the catalogue: its subject is the phrase before it."""
        tokens = self.tokens
        start = tokens[segment].start if segment < place else tokens[place].start
        end = tokens[place].start
        after = self._counted_after(place) if words & ~lx.SHARE or start == end else None
        slot = Slot((), *after) if after else Slot((), start, end)
        if not keep and rule != "comparison" and end > start and not self._bare(segment, place):
            newly = bool(words & lx.CREATE)
            if not newly and segment and tokens[segment - 1].mask & lx.LIST:
                newly = self.newly and not words & _OWN_VERB
            self._remember(Subject((slot,)), newly, words)
        return self._binding(place, slot, words, segment, rule)
