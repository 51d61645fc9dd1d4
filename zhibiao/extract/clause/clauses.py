"""A sentence as clauses of tokens, with what it has spoken of so far: what rules ask."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

from zhibiao.catalogue.indicators import Catalogue, Indicator, Kind, Made, Name
from zhibiao.catalogue.units import RELATIVE, dimension
from zhibiao.compiled import mypyc_attr
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Slot, Subject
from zhibiao.extract.scope.home import Home
from zhibiao.extract.scope.kinds import Part
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.sentences import Line
from zhibiao.language.alternatives import any_of
from zhibiao.language.wording import wording

# What may stand between a name and its number without coming between them.
_TRANSPARENT: Final = (
    lx.UP | lx.DOWN | lx.TO | lx.FROM | lx.CREATE | lx.REACH | lx.TOTAL | lx.GE | lx.LE | lx.APPROX
    | lx.EACH | lx.DISTRIBUTE | lx.TONE | lx.FILL | lx.VERBISH | lx.REGION | lx.TIME | lx.CLOSE
    | lx.SHARE_END | lx.NUMBER | lx.JOIN | lx.OPEN | lx.AMONG | lx.BETTER
)  # fmt: skip
BREAK: Final = lx.COMMA | lx.LIST | lx.OPEN
_MARKS: Final = BREAK | lx.CLOSE
LINK: Final = lx.LIST | lx.JOIN | lx.COMMA | lx.FILL | lx.APPROX | lx.GE | lx.LE | lx.CLOSE
# Words that say by themselves how a number is meant; without them a list goes on as it began.
OWN_VERB: Final = lx.REACH | lx.GE | lx.UP | lx.DOWN | lx.TO | lx.CREATE | lx.TOTAL
_WORDING: Final = wording(__name__)
_COMMENT_MARKS: Final = _WORDING.words("comment_marks")
UNDERTAKING: Final = _WORDING.words("undertaking")
_WORKS: Final = _WORDING.words("works")
UNSOUGHT: Final = -2  # of an offset that nobody has looked for yet
WORK_BEHIND: Final = _WORDING.pattern("work_behind")
# a quick look, since few numbers have words of this behind them
MAY_SAY_BEHIND: Final = ("的", *_WORDING.words("roads"), *_WORKS)
_NO_COMMENT: Final = _WORDING.pattern("no_comment")
_GOES_ON: Final = frozenset(_WORDING.words("goes_on"))
_NOUNS: Final = _WORDING.pattern("nouns")
_AS: Final = _WORDING.words("as")
_GRADES: Final = re.compile(f"{any_of(_WORDING.words('grades'))}+")
_YEARS: Final = _WORDING.text("years")
_STEPS: Final = _WORDING.pattern("steps")
_BESIDE: Final = _WORDING.words("beside")
_LEAP: Final = _WORDING.pattern("leap")
_SENTENCE_ENDS: Final = "。；;\n"
_BETWEEN: Final = f"{_SENTENCE_ENDS} 　"  # what may stand between two sentences
_LONGEST_BEFORE: Final = 400  # characters of the sentence before


@mypyc_attr(acyclic=True)
class Clauses:
    """The tokens of one sentence with what was read so far.

    Offsets are into the text; places (`first`, `place`, `segment`) are indices of tokens.
    """

    def __init__(
        self, line: Line, numbers: list[Number], catalogue: Catalogue, home: Home
    ) -> None:  # fmt: skip
        self.line = line
        self.text, self.tokens = line.text, line.tokens
        self.masks, self.present = line.masks, line.present
        self.numbers = numbers
        self.indicators: Mapping[str, Indicator] = catalogue.indicators
        self.catalogue = catalogue
        self.home = home
        # whether the region's own names stand in the sentence, so that one may be looked for
        self.home_named = bool(self.tokens) and home.named_in(
            self.text, self.tokens[0].start, self.tokens[-1].end
        )
        # 全国 in the nation's own report is no other region
        self.transparent = _TRANSPARENT | lx.OTHER_REGION if home.nation else _TRANSPARENT
        self.subject: Subject | None = None
        self.years: list[int] = []  # of the last subject's values, told one a year
        self.newly = False  # a verb of making stood before the last subject
        self.words = 0  # classes of the words that said how its number was meant
        self.shared: Subject | None = None  # the amount whose share was the last number
        self.went_on = False  # the last number was a further one of its subject
        self.known_part: Part | None = None  # of the last subject in the catalogue
        self.open_leads: list[tuple[int, int]] = []  # the words before each open quantity since
        self.shared_other = -1  # token index of the last share of something else
        self.compared = -1  # token index of the last number that only compares
        self.behind = -1  # token of a name that stood behind its number
        self.told: list[Slot] = []  # every owner so far, for a later 分别
        self.areas_at = UNSOUGHT  # where what areas do or have is told first; -1 for nowhere
        self.places = [
            i
            for i, mask in enumerate(self.masks)
            if mask == lx.NUMBER and not numbers[self.tokens[i].number].reason
        ]

    def go_on_from(self, other: Clauses) -> None:
        """Know what another has read of the same sentence. (`copy` makes no compiled ones.)"""
        self.subject, self.newly, self.words = other.subject, other.newly, other.words
        self.years = other.years
        self.shared, self.went_on, self.known_part = other.shared, other.went_on, other.known_part
        self.open_leads, self.told = list(other.open_leads), list(other.told)
        self.areas_at = other.areas_at
        self.shared_other, self.compared, self.behind = (
            other.shared_other, other.compared, other.behind,
        )  # fmt: skip

    def segment_start(self, first: int, place: int) -> int:
        """Index after the last break before the number; closed brackets are no break."""
        masks = self.masks
        depth = 0
        for i in range(place - 1, first - 1, -1):
            mask = masks[i]
            if not mask & _MARKS:
                continue
            if mask & lx.CLOSE:
                depth += 1
            elif mask & lx.OPEN and depth:
                depth -= 1
            elif not depth:
                return i + 1
        return first

    def clause_start(self, first: int, place: int) -> int:
        """Index after the last comma before the token at `place`, from `first` on."""
        masks = self.masks
        for i in range(place - 1, first - 1, -1):
            if masks[i] & lx.COMMA:
                return i + 1
        return first

    def sentence_before(self) -> tuple[int, int]:
        """Offsets of the sentence before this one, without the marks at its end; of a long one
        the last part."""
        text, end = self.text, self.tokens[0].start
        while end and text[end - 1] in _BETWEEN:
            end -= 1
        start = max(0, end - _LONGEST_BEFORE)
        return max(start, *(text.rfind(mark, start, end) + 1 for mark in _SENTENCE_ENDS)), end

    def number_at(self, place: int) -> Number:
        """The number at a token that is a quantity."""
        return self.numbers[self.tokens[place].number]

    def name_at(self, i: int) -> Name:
        """The name at a token that is one."""
        name = self.tokens[i].name
        assert name is not None  # asked of names only
        return name

    def is_name(self, i: int) -> bool:
        """Whether token i is a name of an indicator, and no name that the catalogue sets apart."""
        name = self.tokens[i].name
        return name is not None and not name.excluded

    def classes(self, first: int, last: int) -> int:
        """The classes of all the words in a stretch."""
        classes = 0
        for mask in self.masks[first:last]:
            classes |= mask
        return classes

    def holds(self, first: int, last: int, mask: int) -> bool:
        """Whether a word of one of the classes of `mask` stands among tokens first:last."""
        return bool(self.present & mask and self.classes(first, last) & mask)

    def names(self, first: int, last: int) -> list[int]:
        """Where the names of a stretch stand."""
        if not self.holds(first, last, lx.NAME):
            return []
        return [i for i in range(first, last) if self.is_name(i)]

    def bare(self, first: int, last: int) -> bool:
        """Whether a stretch holds function words only; what stands in brackets does not count."""
        depth = 0
        for mask in self.masks[first:last]:
            if mask & lx.OPEN:
                depth += 1
            elif mask & lx.CLOSE:
                depth = max(0, depth - 1)
            elif not depth and not mask & self.transparent:
                return False
        return True

    def run_length(self, position: int) -> int:
        """How many quantities from here on are joined into one list of values."""
        count = 1
        timed = self.number_at(self.places[position]).unit == _YEARS
        for at in range(position + 1, len(self.places)):
            if (self.number_at(self.places[at]).unit == _YEARS) != timed:
                break  # 增长15%，4年翻了一番: how long, and no value of the list
            first, last = self.places[at - 1] + 1, self.places[at]
            if not (self._links(first, last) if first < last else self._lost_mark(last)):
                break
            count += 1
        return count

    def _links(self, first: int, last: int) -> bool:
        """Whether what stands between two values joins them: a mark or a word, and no other."""
        joins = 0
        for mask in self.masks[first:last]:
            if not mask & LINK:
                return False
            joins |= mask
        return bool(joins & (lx.LIST | lx.JOIN | lx.COMMA))

    def _lost_mark(self, place: int) -> bool:
        """年均增长7.1%9.2%: two percentages between which a mark is missing."""
        before, number = (self.number_at(i) for i in (place - 1, place))
        return before.unit == number.unit == "%" and self.text[before.end - 1] == "%"

    def remember(self, subject: Subject, newly: bool, words: int) -> None:
        """Go on about a subject, and about the part of the region that it is of."""
        self.speak_of(subject, newly, words)
        self.known_part = subject[0].part
        self.open_leads.clear()

    def speak_of(self, subject: Subject, newly: bool, words: int) -> None:
        """Go on about a subject, and leave open whose part of the region it is."""
        self.subject = subject
        self.years = []
        self.shared = None
        for slot in subject:
            for told in self.told:
                if slot.same_as(told):
                    break
            else:
                self.told.append(slot)
        self.newly = newly
        self.words = words

    def number_before(self, place: int) -> Number | None:
        """The quantity before that at a token, in its sentence."""
        at = bisect_left(self.places, place)
        return self.number_at(self.places[at - 1]) if at else None

    def same_unit(self, place: int) -> bool:
        """Whether a value is of the same kind as the one before it."""
        before = self.number_before(place)
        if before is None:
            return False
        earlier, later = dimension(before.unit), dimension(self.number_at(place).unit)
        return earlier is not None and later is not None and earlier[0] == later[0]

    def alike(self, position: int, run: int) -> bool:
        """Whether so many values from here on are all relative, or none is: not 80.7%，11个城市."""
        units = [self.number_at(place).unit for place in self.places[position : position + run]]
        return len({unit in RELATIVE for unit in units}) == 1

    def has_amount(self, i: int) -> bool:
        """剔除留抵退税12亿元因素: whether what token i names has its own amount right behind it."""
        behind = i + 1 < len(self.tokens) and self.masks[i + 1] == lx.NUMBER
        return behind and self.number_at(i + 1).unit not in RELATIVE

    def noun_follows(self, place: int) -> bool:
        """完成1.6万吨储备粮任务: the number counts what stands after it."""
        if place + 1 >= len(self.tokens):
            return False
        after = self.tokens[place + 1]
        behind = place + 2
        grades = _GRADES.match(self.text, after.start)  # 20家国家级单项冠军企业
        if grades is not None:
            while behind + 1 < len(self.tokens) and self.tokens[behind].start < grades.end():
                behind += 1
            after = self.tokens[min(behind, len(self.tokens) - 1)]
        if _LEAP.match(self.text, after.start):
            return False  # 由5000元到8000元的跨越
        if self.text.startswith("的", after.start) or _STEPS.match(self.text, after.start):
            return self.text.startswith("的", after.start)
        places = lx.PART | lx.REGION | lx.OTHER_REGION
        return after.mask in (0, lx.NAME) or bool(after.mask & places)

    def only_comments(self, first: int, last: int, loose: bool = False) -> bool:
        """Whether each clause in between merely comments: 超过兴平居咸阳第三, 总量居全省第6位."""
        start = first
        for i in range(first, last + 1):
            if i == last or self.masks[i] & BREAK:
                if not self._comments(start, i, loose):
                    return False
                start = i + 1
        return True

    def _comments(self, first: int, last: int, loose: bool) -> bool:
        """Whether a clause comments; `loose`: be it with a name of its own."""
        if self.bare(first, last) or self._of_subject(first, last):
            return True
        piece = self.text[self.tokens[first].start : self.tokens[last - 1].end]
        piece = _NO_COMMENT.sub("", piece)
        if not any(mark in piece for mark in _COMMENT_MARKS):
            return False
        return loose or not self.names(first, last)

    def _of_subject(self, first: int, last: int) -> bool:
        """逐月回升; 这一“晴雨表”; 重新回到增长轨道: a predicate, and no subject of its own."""
        while first < last and self.masks[first] and self.bare(first, first + 1):
            first += 1
        if first == last:
            return True
        if self.names(first, last):
            return False
        start = self.tokens[first].start
        if self.text[start : start + 1] in _GOES_ON and _NOUNS.match(self.text, start) is None:
            return True
        return self.text.startswith(_BESIDE, start)

    def after_undertaking(self, first: int, last: int) -> int:
        """Index behind 工程, 项目, 任务 where they go on with a name: 老旧小区改造工程24个."""
        while first < last and self.text.startswith(UNDERTAKING, self.tokens[first].start):
            first += 1
        if first < last and self.text.startswith(MAY_SAY_BEHIND, self.tokens[first].start):
            work = WORK_BEHIND.match(self.text, self.tokens[first].start)  # 路面改善工程
            if work is not None:
                behind = (i for i in range(first, last) if self.tokens[i].end >= work.end())
                first = next(behind, first - 1) + 1
        return first

    def counting_units(self, i: int) -> frozenset[str]:
        """The units in which what the name at token i means is counted one by one."""
        made = (self.indicators[c] for c in self.name_at(i).candidates)
        counted = (one for one in made if one.made is not Made.NO and one.kind is Kind.STOCK)
        return frozenset(unit for one in counted for unit in one.units)

    def counted_in(self, i: int, base_unit: str) -> bool:
        """Whether all that the name at token i may mean is told in a base unit; 城乡居民收入 has
        several names in it, and means nothing by itself."""
        return {self.indicators[c].base_unit for c in self.name_at(i).candidates} == {base_unit}

    def is_rate(self, candidates: tuple[str, ...]) -> bool:
        """Whether a percentage of what a name means is its level."""
        return any(self.indicators[c].kind is Kind.RATE for c in candidates)

    def is_home(self, i: int) -> bool:
        """Whether token i is the reporting region itself, or ends with its name: 全市, 江川市."""
        if self.masks[i] & lx.REGION:
            return True
        return self.home_named and self.home.named_at(self.text, self.tokens[i].end)

    def at_home(self, first: int, last: int) -> bool:
        """Whether the reporting region itself is named in between."""
        if not (self.home_named or self.present & lx.REGION):
            return False
        for i in range(first, last):
            told = self.is_home(i)
            told = told and not (i + 1 < last and self.masks[i + 1] == lx.PART)  # 临浦开发区
            if told and not (i > first and self._of_another(i)):
                return True
        return False

    def _of_another(self, i: int) -> bool:
        """高于全市平均水平, 作为全市主引擎: whether the region at token i is told of another."""
        said_as = self.text.endswith(_AS, 0, self.tokens[i].start)
        return said_as or bool(self.masks[i - 1] & lx.COMPARE)
