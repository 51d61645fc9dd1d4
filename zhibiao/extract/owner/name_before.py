"""The two commonest ways to read a quantity: its name stands before it, or the last clause is bare.

生产总值320亿元，增长6%: the first by its name, the second by what the sentence speaks of.
"""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Kind
from zhibiao.catalogue.units import METRES, NO_AMOUNTS, POINTS, dimension
from zhibiao.compiled import mypyc_attr
from zhibiao.extract.clause.clauses import OWN_VERB
from zhibiao.extract.owner.around_names import NEW, after_head, left_over, made_before, moved
from zhibiao.extract.owner.bindings import Binding, Slot, Subject
from zhibiao.extract.owner.earlier_names import earlier_name
from zhibiao.extract.owner.lists import (
    CHANGES,
    STOCKS,
    each,
    levels_told,
    listed,
    shared_by_units,
    spread,
    standing_alone,
)
from zhibiao.extract.owner.names_behind import counts_what_follows
from zhibiao.extract.owner.one_a_year import one_each
from zhibiao.extract.owner.one_for_all import passed_by_each, sum_of_names
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.owner.risen_to import passes_whole, reaches_whole
from zhibiao.extract.owner.shares import amount_shared, implied_share, raised
from zhibiao.extract.owner.yardsticks import (
    fulfils,
    held_against,
    is_standard,
    is_yardstick,
    multiple_of_other,
    of_plan,
    sets_standard,
)
from zhibiao.extract.scope.begun import BEGUN
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.scope.part import PENDING
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_RISEN: Final = _WORDING.words("risen")
_NAMED_NEW: Final = _WORDING.words("named_new")
_DRIVING: Final = _WORDING.words("driving")
_ARRIVES: Final = _WORDING.words("arrives")
_ALIKE: Final = _WORDING.words("alike")
_OVER: Final = _WORDING.words("over")
_OF_THEN: Final = _WORDING.words("of_then")
_LENGTHS: Final = _WORDING.words("lengths")
_BEFORE_ASIDE: Final = 24  # characters before a bracket that tells of a part
_WHOLE_LENGTH: Final = _WORDING.pattern("whole_length")
_WHOLES: Final = _WORDING.words("wholes")
_STAGES: Final = _WORDING.words("stages")
_HOMES: Final = _WORDING.text("homes")
_HANDED_OVER: Final = _WORDING.words("handed_over")
_MADE_OF_IT: Final = _WORDING.words("made_of_it")
_IN_FORCE: Final = _WORDING.words("in_force")


@mypyc_attr(acyclic=True)
class NameReader(Reader):
    """Reads quantities by the name before them, or by what the sentence speaks of."""

    def since_then(self, segment: int, place: int) -> bool:
        """比2016年高出0.78个百分点: a rise since a year, and no comparison with others."""
        last = self.tokens[place - 1]
        if place < segment + 3 or not self.text.startswith(_RISEN, last.start):
            return False
        year = self.tokens[place - 2]
        if year.mask & lx.FILL and place > segment + 3:
            year = self.tokens[place - 3]
        named = year.mask == lx.NUMBER and self.numbers[year.number].year > 0
        return named or bool(year.mask & lx.TIME)

    def named(self, before: int, segment: int, place: int, position: int, i: int) -> list[Binding]:
        """The bindings of a quantity to the name at token i, which stands before it in its lead."""
        tokens = self.tokens
        words = self.classes(i + 1, place)
        if is_yardstick(self, i):
            return [self.open_quantity(place, segment, words, "comparison", keep=True)]
        told = self.after_undertaking(i + 1, place) if self.counting_units(i) else i + 1
        told = max(told, after_head(self, i, place))
        if words & lx.COMPARE and self.since_then(i + 1, place):
            words = words & ~lx.COMPARE | lx.UP
        elif not self.bare(told, place):
            shared = shared_by_units(self, before, place, position)
            return shared or [self._parted(segment, place, i, words)]
        if held_against(self, place):
            self.remember(self.slots_of(i, False, False), False, 0)
            return [self.open_quantity(place, segment, words, "comparison", keep=True)]
        if of_plan(self, place) or self._counts_next(place) or self._drives(segment, place, i):
            return [self.open_quantity(place, segment, words, "open", keep=True)]
        left = left_over(self, i, place)
        there = left is not None and left["there"] is not None and self.counted_in(i, METRES)
        if left is not None and not there:
            return [self.open_quantity(place, segment, words, "open", keep=True)]
        newly, total, verb = made_before(self, segment, i)
        total = total or there
        over = segment > 0 and bool(self.masks[segment - 1] & lx.LIST)
        over = over and self.text.startswith(_OVER, tokens[i].end)
        own = OWN_VERB & ~lx.GE if over else OWN_VERB  # 新增A 5家、B超20家
        whole_length = self._of_whole_length(i)
        if not verb and before >= 0 and not words & own:
            whole = whole_length or self._among_all(before, segment)
            whole = whole or self.text.endswith(_WHOLES, 0, tokens[i].end)
            whole = whole or self.text.startswith(_IN_FORCE, tokens[i].start)
            newly = self.newly and not whole
            amount = self.number_at(place).unit not in NO_AMOUNTS
            # 存款余额386亿元、较年初增加41亿元，贷款余额241亿元: what is there, and no rise
            whole = amount and (whole or self.went_on)
            whole = whole or self.text.startswith(_MADE_OF_IT, tokens[i].start)
            rate = self.is_rate(self.name_at(i).candidates)
            # 减少支出3亿元，新增减税降费2亿元: new by its name
            rate = rate or self.text.startswith(_NAMED_NEW, tokens[i].start)
            if self.same_unit(place) and not (rate or whole or words & lx.SHARE_END):
                words |= self.words & (lx.UP | lx.DOWN)
        if words & lx.TOTAL and not words & lx.UP and not self._of_new(i + 1, place):
            newly, total = False, True  # 建成高标准农田累计达到126万亩, 充电桩累计建成1万个
        if newly and words & lx.COMMA and words & lx.REACH:
            newly, total = False, True  # 引育高新技术企业，力争达到800家
        # 农村公路里程达到1.2万公里, 农村公路总里程1.2万公里
        stocks = STOCKS if words & (lx.REACH | lx.GE) else _LENGTHS
        there_is = not words & CHANGES and self.text.endswith(stocks, 0, tokens[i].end)
        if before >= 0 and self.told and reaches_whole(self, segment, place, words):
            made = self.told[-1]  # 新建绿道120公里，全市绿道达到640公里
            there_is |= made.newly and made.candidates == self.name_at(i).candidates
        total = total or (not newly and (there_is or whole_length))
        words |= moved(self, i, place, words)
        slots = self.slots_of(i, newly, total)
        of_none = slots[0].newly and not slots[0].candidates
        if of_none and self.name_at(i).text in self.catalogue.by_passage:
            words |= lx.CREATE  # 新增规上企业46家, where nothing tells of which sectors
        run = self.run_length(position)
        if run > 1 and len(slots) == 1:
            # A、B、C50家、80家、30家; A和B突破500亿元、50亿元: as many names as values
            members = listed(self, self.clause_start(before + 1, place), place)
            if len(members) == run and members[-1].candidates:
                self.remember(members, members[0].newly, words)
                return spread(self, members, position, run, words, i + 1, "list", False)
        if run == 1 and len(slots) == 1 and (passed := passed_by_each(self, before, i, place)):
            self.remember(passed, False, words)
            return each(self, passed, place, words, i + 1, "each")
        if run == 1 and len(slots) == 1 and sum_of_names(self, before, i, place):
            return [self.open_quantity(place, segment, words, "compound_sum")]
        self.remember(slots, slots[0].newly, words)
        clause = self.clause_start(before + 1, place)
        several = len(slots) > 1 or self.holds(clause, i, lx.LIST | lx.JOIN | lx.COMMA)
        if several and (self._doubled(place) or (run == 1 and self._rate_of_all(place, words))):
            named = standing_alone(listed(self, clause, i + 1))
            if len(named) > 1 and all(slot.candidates for slot in named):
                self.remember(named, False, words)
                return each(self, named, place, words, i + 1, "each")  # A和B翻一番: both do
        if len(slots) > 1:
            if run == len(slots):
                return spread(self, slots, position, run, words, segment, "compound", False)
            return self._compound(slots, segment, place, i, words)
        if multiple_of_other(self, i, place):
            return [self.open_quantity(place, segment, words, "comparison", keep=True)]
        if is_standard(self, place):
            self.subject = None if sets_standard(self, place) else self.subject
            return [self.open_quantity(place, segment, words, "standard", keep=True)]
        if words & lx.SHARE_END and self.number_at(place).unit in ("%", POINTS):
            of_all = implied_share(self, slots[0], i + 1, place)  # 民间投资占比达六成，增长9%
            if of_all is not None:
                return [of_all]
        return [self.binding(place, slots[0], words, i + 1, "name")]

    def _of_whole_length(self, i: int) -> bool:
        """公路总里程1.2万公里，其中农村公路1.06万公里: whether a length is told of all there is."""
        if not self.present & lx.AMONG or not self.counted_in(i, METRES):
            return False
        begin = max(0, self.tokens[0].start - _BEFORE_ASIDE)
        return _WHOLE_LENGTH.search(self.text, begin, self.tokens[i].start) is not None

    def _among_all(self, before: int, segment: int) -> bool:
        """新增300家，总数达到1200家，其中高新技术企业420家: whether what a number is a part of was
        told as all there are, so that the verb of making before that holds no more."""
        if not self.masks[segment] & lx.AMONG:
            return False
        last = self.clause_start(0, before)
        return self.holds(last, before, lx.TOTAL) and not self.holds(last, before, lx.CREATE)

    def _of_new(self, first: int, last: int) -> bool:
        """累计新建: whether a verb of making says that what is made is new."""
        return any(
            self.masks[k] & lx.CREATE
            and any(word in self.text[self.tokens[k].start : self.tokens[k].end] for word in NEW)
            for k in range(first, last)
        )

    def _counts_next(self, place: int) -> bool:
        """100家A企业和50家B企业: behind a joining word, a count of what follows it."""
        return bool(self.masks[place - 1] & lx.JOIN) and self.noun_follows(place)

    def _drives(self, segment: int, place: int, i: int) -> bool:
        """拉动物价总水平上涨1.1个百分点: what something adds to the rise of another."""
        if self.number_at(place).unit != POINTS:
            return False
        before = self.text[self.tokens[segment].start : self.tokens[i].start]
        return any(word in before for word in _DRIVING)

    def _parted(self, segment: int, place: int, i: int, words: int) -> Binding:
        """A quantity of something else than the name at token i: other words stand between."""
        if fulfils(self, i + 1, place):  # 收入完成预算的103%，增长7%
            self.remember(self.slots_of(i, False, False), False, 0)
            return self.open_quantity(place, segment, words, "open", keep=True)
        if not words & lx.COMPARE:
            return self.open_quantity(place, segment, words, "open")
        # 增速高于全省2个百分点，达到7.5%: the comparison is of its name
        self.remember(self.slots_of(i, False, False), False, words & lx.UP)
        return self.open_quantity(place, segment, words, "comparison")

    def _compound(
        self, slots: tuple[Slot, ...], segment: int, place: int, i: int, words: int
    ) -> list[Binding]:
        """城乡居民收入增长7%, 存贷款余额1200亿元: one value behind a name of several things."""
        single = slots[0].single
        if single:
            slot = slots[0].meaning((single,))
            self.subject = (slot,)  # what follows goes on about the whole
            return [self.binding(place, slot, words, i + 1, "compound_single")]
        number = self.number_at(place)
        grown = number.unit == "%" and words & (lx.UP | lx.DOWN)
        if grown or number.unit == "倍":
            return each(self, slots, place, words, i + 1, "compound_growth")
        self.subject = None  # 存贷款余额1200亿元，增长9%: the sum's, again
        return [self.open_quantity(place, segment, words, "compound_sum", keep=True)]

    def _rate_of_all(self, place: int, words: int) -> bool:
        """工业投资、技改投资增长20%: one percentage behind a list of names is that of each."""
        number = self.number_at(place)
        return number.unit == "%" and not words & (lx.SHARE | lx.COMPARE)

    def _doubled(self, place: int) -> bool:
        number = self.number_at(place)
        return number.unit == "倍" and "番" in self.text[number.start : number.end]

    def _total_of(self, slots: Subject) -> Slot:
        """总量和人均生产总值翻番；总量突破1万亿元: of several told together that of the whole."""
        for slot in reversed(slots):
            if slot.candidates and not any(self.indicators[c].per_head for c in slot.candidates):
                return slot
        return slots[-1]

    def inherited(
        self, before: int, segment: int, place: int, position: int, words: int
    ) -> list[Binding]:
        """The bindings of a quantity without a name in its clause: of what was last spoken of."""
        found = earlier_name(self, before + 1, segment, place, words)
        if found is not None:
            return found
        if self.subject is None or before < 0:
            return [self.open_quantity(place, segment, words, "open")]
        if not self.only_comments(before + 1, segment):
            return [self.open_quantity(place, segment, words, "open")]
        number = self.number_at(place)
        grows = words & (lx.UP | lx.DOWN) and not words & lx.TO
        if grows and number.unit == "%" and not raised(self, segment, place):
            # 支出52亿元，占预算支出的81%，增长6%: a share rises by points, the amount by percent
            shared = self.shared
            if shared is None and words & lx.UP:
                shared = amount_shared(self, self.subject[-1])
            if shared:
                self.remember(shared, False, words)
            elif shared is not None:
                return [self.open_quantity(place, segment, words, "open", keep=True)]
        slots = self.subject
        run = self.run_length(position)
        first = self.tokens[segment]
        arrives = segment + 1 == place and self.text[first.start : first.end] in _ARRIVES
        if arrives and self.holds(max(0, before - 4), before, lx.FROM):
            words |= lx.TO  # 实现了从3万元到5万元的跨越
        own = lx.REACH | lx.UP | lx.DOWN | lx.TO | lx.CREATE | lx.TOTAL
        own_words = words
        # 由1.2万户3.6万人减少到0.3万户0.8万人: counted twice
        twice = segment == place and bool(self.masks[place - 1] & lx.NUMBER)
        same = twice or self.same_unit(place)
        if not words & own and same and not passes_whole(self, segment, place):
            words |= self.words & (own | lx.GE) & ~lx.REACH
        if not words & (lx.UP | lx.DOWN) and self._grows_on(slots[-1], place):
            words |= self.words & (lx.UP | lx.DOWN)
        if number.unit and not words & lx.COMPARE:
            slots = (*slots[:-1], self._counted_within(slots[-1], number.unit))
        if self.text.startswith("即", self.tokens[segment].start):
            words |= self.words & (lx.UP | lx.DOWN)  # 增产200万吨，即7.8%
        alike = run == 1 and number.unit == "%" and self.text.startswith(_ALIKE, first.start)
        if alike and len(slots) == 1 and len(self.told) > 1:
            slots = levels_told(self, segment, position)
        if len(slots) > 1 and alike:
            return each(self, slots, place, words, segment, "each")
        if len(slots) > 1 and run == len(slots):
            return spread(self, slots, position, run, words, segment, "compound", True)
        if counts_what_follows(self, place):
            # 减少5万人，解决3万人饮水问题: a verb of its own, and no fall
            words = own_words if own_words & lx.VERBISH else words
            return [self.open_quantity(place, segment, words, "open")]
        if run > 1 and len(slots) == 1 and len(self.years) == run:
            return one_each(self, slots[0], words, segment, position, self.years)
        last = self.told[-run:]
        in_turn = run > 1 and len(slots) == 1 and len(last) == run and self.alike(position, run)
        if in_turn and all(s.candidates for s in last):
            return spread(self, tuple(last), position, run, words, segment, "in_turn", True)
        several = len({slot.candidates for slot in slots}) > 1 and not self.at_home(segment, place)
        if several and words & (lx.UP | lx.DOWN) and not words & lx.TO:
            # A、B余额分别达到2万亿元和1万亿元，增长1.5倍: whose, nobody says
            return [self.open_quantity(place, segment, words, "open", keep=True)]
        slot = self._total_of(slots) if words & lx.TOTAL else slots[-1]
        if self._stage_of_whole(slot, segment, place):
            return [self.open_quantity(place, segment, words, "open", keep=True)]
        made = slot.newly or bool(self.words & lx.CREATE)  # not 63万亩，其中当年新建5万亩
        if made and words & lx.AMONG and words & lx.CREATE and self.same_unit(place):
            # 建设高标准农田26万亩，其中改造提升9万亩: some of what was just counted
            said = self.text[self.tokens[segment].start : self.tokens[place].start]
            slot = slot.of_part(Part(PartKind.SECTOR, said))
        if slot.part and slot.part.kind is PartKind.OTHER_REGION and self.at_home(segment, place):
            slot = slot.of_part(None)  # 全省增长5%，我市增长8%
        implied = implied_share(self, slot, segment, place) if number.unit == "%" else None
        if implied is not None:
            if words & lx.FROM and implied.slot.candidates:
                self.remember((implied.slot,), False, words)  # 占比由78%提高到80%
                self.shared = slots
            return [implied]
        # 新增贷款突破200亿元，达到216亿元: what the name itself calls new stays so
        named_new = self.text.startswith(_NAMED_NEW, slot.start)
        ends = lx.TOTAL if named_new else lx.TOTAL | lx.TO | lx.GE | lx.REACH
        if words & ends and (words & (lx.TOTAL | lx.TO) or not words & lx.CREATE):
            whole = bool(words & lx.TOTAL) or reaches_whole(self, segment, place, words)
            slot = slot.made(False, whole)
            if words & lx.TOTAL and len(slots) == 1:
                self.subject = (slot,)  # 新增6万户，总数41万户，增长8%: of all of them
        if words & lx.CREATE and not (words & lx.TOTAL and self.newly):  # …，累计建成478万亩
            pending = slot.part is not None and slot.part.words.endswith(PENDING + BEGUN)
            pending = pending and not self.text.endswith(BEGUN, 0, number.start)
            part = None if pending else slot.part
            slot = slot.made(True).of_part(part)
            if len(slots) == 1:
                self.subject = (slot,)  # 新登记5万户、增长26%: the new ones grow
        self.words = words
        return [self.binding(place, slot, words, segment, "inherited", inherited=True)]

    def _stage_of_whole(self, slot: Slot, segment: int, place: int) -> bool:
        """保障房4万套，其中棚户区改造2万套，基本建成3万套: whether the next stage of some work is
        told behind a part of it, or behind several works of one unit, as what was done of the
        whole, or of nobody knows which; or homes that only change hands."""
        if self.text.startswith(_HANDED_OVER, self.tokens[segment].start):
            return any(self.indicators[c].base_unit == _HOMES for c in slot.candidates)
        if not (slot.candidates and self.text.startswith(_STAGES, self.tokens[segment].start)):
            return False
        unit = self.number_at(place).unit
        if unit in NO_AMOUNTS:
            return False
        member = next((k for k in range(segment) if self.tokens[k].start >= slot.start), segment)
        if self.holds(member, segment, lx.CREATE):
            return False  # 其中棚户区改造新开工2万套，基本建成1万套: both are the member's
        start = self.segment_start(0, member)
        if start > 1 and self.masks[start - 1] & lx.LIST and self.masks[start - 2] == lx.NUMBER:
            beside, counted = dimension(self.number_at(start - 2).unit), dimension(unit)
            if beside is not None and counted is not None and beside[0] == counted[0]:
                return True  # 公租房2000套、棚户区改造3万套，基本建成2万套
        among = next((k for k in range(member - 1, -1, -1) if self.masks[k] & lx.AMONG), -1)
        return among >= 0 and self.holds(0, among, lx.NUMBER)

    def _counted_within(self, slot: Slot, unit: str) -> Slot:
        """优良天数比率81%，增加8天: in another unit, of the name that the subject begins with."""
        counted = dimension(unit)
        if (
            counted is None
            or not slot.candidates
            or any(counted[0] in self.indicators[c].units for c in slot.candidates)
        ):
            return slot
        names = self.catalogue.names
        for end in range(slot.end - 1, slot.start + 2, -1):
            name = names.get(self.text[slot.start : end])
            if name is not None and any(
                counted[0] in self.indicators[c].units for c in name.candidates
            ):
                return slot.meaning(name.candidates).at(slot.start, end)
        return slot

    def _grows_on(self, slot: Slot, place: int) -> bool:
        """增速由5%回升，全年达到7.9%: a second percentage of an amount can only be growth too."""
        number = self.number_at(place)
        if number.unit != "%" or self.text.endswith(_OF_THEN, 0, number.start):
            return False  # 恢复到2019年的112%: what it is of that year's
        return bool(slot.candidates) and all(
            self.indicators[c].kind is Kind.FLOW for c in slot.candidates
        )
