"""The decisions as observations and rejections, each grounded in the raw text."""

from __future__ import annotations

import gc
import re
from bisect import bisect_right
from typing import Final, NamedTuple

from zhibiao.catalogue.indicators import Catalogue, Indicator
from zhibiao.catalogue.units import DENSITY, MULTIPLES, in_base_unit
from zhibiao.domain import (
    Bound,
    CleanText,
    Extraction,
    Metadata,
    Observation,
    Rejection,
    Scope,
    Span,
    Statement,
    Status,
)
from zhibiao.extract.certainty import with_flags
from zhibiao.extract.checks import flagged
from zhibiao.extract.decision import Decision
from zhibiao.extract.engine import decide
from zhibiao.extract.measure import bound_of, signed
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Slot
from zhibiao.extract.part_values import passed_parts
from zhibiao.extract.statements import Stated
from zhibiao.extract.subjects import subject_of
from zhibiao.extract.told_apart import set_apart
from zhibiao.language.digits import LETTERS
from zhibiao.language.wording import wording
from zhibiao.text.sentences import (
    REACH_CHARACTERS,
    between_marks,
    enclosing,
    sentences,
    within_reach,
)

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_ACTUAL: Final = Status.ACTUAL
_EQ: Final = Bound.EQ
_GE: Final = Bound.GE
_PART: Final = Scope.PART
_REGION: Final = Scope.REGION
_TARGET: Final = Status.TARGET
_WORDING: Final = wording(__name__)
_MICROGRAMS: Final = _WORDING.text("micrograms")
_PERSONS: Final = _WORDING.text("persons")
_EACH_CUBIC_METRE: Final = _WORDING.text("each_cubic_metre")
_FOLLOWING: Final = 12  # characters behind a number that nothing names
_UNTIL_MARK: Final = re.compile(r"[，、。；：（）,;:()\n0-9]")


def extract(
    clean: CleanText, raw_text: str, metadata: Metadata, catalogue: Catalogue
) -> Extraction:
    """Every number of a document, as an observation or as a rejection with its reason.

    Spans are offsets into `raw_text`; `evidence` is exactly what stands there. Observations with
    `indicator=None` are numbers of things that the catalogue does not know.
    """
    collects = gc.isenabled()  # among threads the first sees them on, and puts them on again
    try:
        gc.disable()  # nothing made here is of a circle: looking for them takes a tenth of the time
        return _extracted(clean, raw_text, metadata, catalogue)
    finally:
        if collects:
            gc.enable()


def explained(
    clean: CleanText, raw_text: str, metadata: Metadata, catalogue: Catalogue
) -> list[tuple[Decision, str]]:
    """Every number's decision, in order, with the rivals of its binding, and the reason for which
    `extract` rejects the number; empty: it is an observation."""
    decided = decide(clean, raw_text, metadata, catalogue, explaining=True)
    places = _Places(clean, raw_text, decided.sentences)
    return list(zip(decided.decisions, _settled(decided.decisions, places).reasons, strict=True))


def _extracted(
    clean: CleanText, raw_text: str, metadata: Metadata, catalogue: Catalogue
) -> Extraction:
    """As `extract`: decide, ground each decision in the raw text, leave out what repeats, flag."""
    decisions, stated_in_words, cut = decide(clean, raw_text, metadata, catalogue)
    places = _Places(clean, raw_text, cut)
    observations, reasons = _settled(decisions, places)
    rejections = tuple(
        [
            _rejection(decision, places, reason)
            for decision, reason in zip(decisions, reasons, strict=True)
            if reason
        ]
    )
    checked = tuple(
        [with_flags(each) if each.flags else each for each in flagged(observations, catalogue)]
    )
    statements = tuple([_statement(each, places) for each in stated_in_words])
    return Extraction(observations=checked, rejections=rejections, statements=statements)


class _Settled(NamedTuple):
    """What decisions come to, once each is seen beside the others."""

    observations: list[Observation]
    reasons: list[str]  # of each decision's rejection; empty: it is an observation


def _settled(decisions: list[Decision], places: _Places) -> _Settled:
    """The decisions as observations, without those that another one makes superfluous."""
    reasons = [decision.reason for decision in decisions]
    stated = [None if d.reason else _observation(d, places) for d in decisions]
    for i in _announced_below(decisions, stated, places.text.find("\n")):
        stated[i], reasons[i] = None, "repeated"
    for i in set_apart(decisions, stated, places.text):
        stated[i] = _observation(decisions[i], places)
    for i in passed_parts(stated):
        stated[i], reasons[i] = None, "part_of_year"
    observations: list[Observation] = []
    seen: set[tuple[object, ...]] = set()
    for i, observation in enumerate(stated):
        if observation is None:
            continue
        known = observation.indicator is not None
        if known and _repeats(observation, decisions[i], observations, seen):
            reasons[i] = "repeated"
        else:
            observations.append(observation)
    return _Settled(observations, reasons)


def _announced_below(
    decisions: list[Decision], stated: list[Observation | None], headline: int
) -> list[int]:
    """Which outturns of a headline, which ends there, are aims that the text states below it:
    GDP增长6%以上, of a report that expects as much."""
    found: list[int] = []
    for i, observation in enumerate(stated):
        if decisions[i].number.start >= headline:
            break
        if observation is None or not observation.indicator or observation.status is not _ACTUAL:
            continue
        value = _value(observation)
        alike = {each.status for each in stated[i + 1 :] if each and _value(each) == value}
        if alike == {_TARGET}:
            found.append(i)
    return found


def _value(observation: Observation) -> tuple[object, ...]:
    """What is told of which indicator, whatever it is an aim or an outturn of."""
    return (
        observation.indicator, observation.measure, observation.base_value,
        observation.value_high, observation.bound, observation.scope,
    )  # fmt: skip


def _repeats(
    observation: Observation, decision: Decision, earlier: list[Observation],
    seen: set[tuple[object, ...]],
) -> bool:  # fmt: skip
    """Whether a fact of the catalogue was stated before; `seen` learns of it."""
    fact = (
        observation.indicator, observation.measure, observation.base_value, observation.value_high,
        observation.status, observation.period_start, observation.period_end, observation.scope,
        observation.bound,
    )  # fmt: skip
    if fact in seen:
        return True
    seen.add(fact)
    return _restates(observation, decision, earlier)


def _restates(observation: Observation, decision: Decision, earlier: list[Observation]) -> bool:
    """强度1.02%，首次突破1%: a rounder bound on the very value that was just stated."""
    if not earlier or observation.bound is not _GE:
        return False
    last = earlier[-1]
    return (
        decision.binding is not None
        and decision.binding.inherited
        and (last.indicator, last.measure, last.status, last.period_end)
        == (observation.indicator, observation.measure, observation.status, observation.period_end)
        and last.bound is _EQ
        and last.base_unit == observation.base_unit
        and last.base_value is not None
        and observation.base_value is not None
        and last.base_value >= observation.base_value
    )


def _rejection(decision: Decision, places: _Places, reason: str) -> Rejection:
    span = places.offsets.raw_between(decision.number.start, decision.number.end)
    return Rejection(span=span, surface=span.of(places.raw_text), reason=reason)


class _Places:
    """The sentences of a document, found by offsets into its clean text.

    Most evidence is in the sentence of the evidence before it, and in one that the engine read as
    a whole, with its topic where that is a sentence of its own: only for the rest are the sentences
    of the whole text looked for.
    """

    def __init__(self, clean: CleanText, raw_text: str, cut: list[tuple[int, int]]) -> None:
        self.text = clean.text
        self.offsets = clean.offsets
        self.raw_text = raw_text
        self.cut = cut  # as the engine read them, in order
        self.at = 0  # of the last of those that was asked for
        self.last = Span(0, 0)  # the last one asked for, which `raw` and `said` are of
        self.raw = Span(0, 0)
        self.said = ""
        # whether letters that are taken for digits stand in it anywhere
        self.lettered = any(letter in clean.text for letter in LETTERS)

    def sentence(self, begin: int, end: int, span: Span) -> tuple[Span, str]:
        """The sentence in the raw text that holds clean[begin:end], which is raw[span]."""
        if not self.last.start <= begin < end <= self.last.end:
            read = self._read_as_one(begin, end)
            if read is None:
                whole = enclosing(sentences(self.text), begin, end)
                raw = self.offsets.raw_between(whole.start, whole.end)
                within = within_reach(self.raw_text, raw, span)
                return within, within.of(self.raw_text)
            self.last = read
            self.raw = self.offsets.raw_between(read.start, read.end)
            self.said = self.raw.of(self.raw_text)
        if len(self.said) <= REACH_CHARACTERS:
            return self.raw, self.said
        within = within_reach(self.raw_text, self.raw, span)
        return within, self.said if within is self.raw else within.of(self.raw_text)

    def _read_as_one(self, begin: int, end: int) -> Span | None:
        """The sentence that the engine read as one and that holds clean[begin:end]; None: none."""
        cut = self.cut
        if not cut or begin < cut[self.at][0]:
            self.at = max(0, bisect_right(cut, (begin, len(self.text))) - 1)
        while self.at + 1 < len(cut) and cut[self.at + 1][0] <= begin:
            self.at += 1  # evidence comes in order, but for a few
        if not cut or begin < cut[self.at][0] or end > cut[self.at][1]:
            return None
        found = between_marks(self.text, *cut[self.at])
        if found is None or begin < found.start or found.end < end:
            return None
        return found


def _observation(decision: Decision, places: _Places) -> Observation:
    """The observation that a decision without a reason of rejection is."""
    number, binding, reading, period = (
        decision.number, decision.binding, decision.reading, decision.period,
    )  # fmt: skip
    assert binding is not None  # a decision without a rejection's reason is complete
    assert reading is not None
    assert period is not None
    slot = binding.slot
    indicator = reading.indicator
    named = slot.end > slot.start
    begin = min(slot.start, number.start) if named else number.start
    end = max(slot.end, number.end) if named else number.end
    text, offsets = places.text, places.offsets
    span = offsets.raw_between(begin, end)
    name_span = None
    if span.end - span.start == end - begin:  # nothing was deleted
        moved = span.start - begin
        number_span = Span(number.number_start + moved, number.number_end + moved)
        if named:
            name_span = Span(slot.start + moved, slot.end + moved)
    else:
        number_span = offsets.raw_between(number.number_start, number.number_end)
        if named:
            name_span = offsets.raw_between(slot.start, slot.end)
    sentence, said = places.sentence(begin, end, span)
    value = signed(number.value, reading.negative)
    based = None
    if indicator is not None:
        based = in_base_unit(value, number.unit, indicator.base_unit, indicator.units)
    part = slot.part is not None
    return Observation(
        indicator=indicator.id if indicator else None,
        subject=_subject(text, slot, number),
        measure=reading.measure,
        value=value,
        value_high=number.high,
        unit=_unit(text, number, indicator),
        bound=bound_of(number, binding.words, binding.shared_post),
        status=period.status,
        period_start=period.first,
        period_end=period.last,
        scope=_PART if part else _REGION,
        evidence=span.of(places.raw_text),
        span=span,
        sentence=said,
        sentence_span=sentence,
        number_span=number_span,
        name_span=name_span,
        base_value=based[0] if based else None,
        base_unit=based[1] if based else None,
        tone=decision.tone,
        stretch=decision.stretch,
        doubts=decision.doubts,
        flags=_flags(decision, places),
        rule=f"{binding.rule}/{reading.rule}/{period.rule}" + (f"/{slot.part}" if part else ""),
    )


def _statement(stated: Stated, places: _Places) -> Statement:
    span = places.offsets.raw_between(stated.start, stated.end)
    sentence, said = places.sentence(stated.start, stated.end, span)
    return Statement(
        kind=stated.kind,
        relation=stated.relation,
        indicator=stated.indicator.id,
        measure=stated.measure,
        status=stated.period.status,
        period_start=stated.period.first,
        period_end=stated.period.last,
        scope=_PART if stated.part else _REGION,
        reference=stated.reference,
        value=stated.value,
        unit=stated.unit,
        evidence=span.of(places.raw_text),
        span=span,
        sentence=said,
        sentence_span=sentence,
        name_span=places.offsets.raw_between(*stated.name),
    )


def _flags(decision: Decision, places: _Places) -> tuple[str, ...]:
    raised: tuple[str, ...] = ("years_inferred",) if _years_inferred(decision) else ()
    if not places.lettered:
        return raised
    number = decision.number
    written = places.text[number.number_start : number.number_end]
    return raised if LETTERS.isdisjoint(written) else (*raised, "mangled_digits")


def _years_inferred(decision: Decision) -> bool:
    """Whether nothing says the years but what surrounds the section."""
    period = decision.period
    return decision.frame.inferred and period is not None and period.rule == "frame"


def _unit(text: str, number: Number, indicator: Indicator | None) -> str:
    """The unit as written; money without 元 (突破3000亿) gets it, for it says nothing else, and
    110万人口脱贫 are 万人."""
    if indicator and indicator.units[0] == "元" and number.unit in MULTIPLES:
        return number.unit + "元"
    if indicator and number.unit.endswith(_PERSONS):
        return number.unit.removesuffix(_PERSONS) + _PERSONS[0]
    if number.unit == _MICROGRAMS:
        said = text[max(0, number.start - 6) : number.start]
        return DENSITY if _EACH_CUBIC_METRE in said else number.unit
    return number.unit


def _subject(text: str, slot: Slot, number: Number) -> str:
    """The name as written; of something uncatalogued, its name in one form."""
    said = text[slot.start : slot.end]
    if slot.candidates:
        return said.strip("，、：（）“” \n") or said
    if said:
        return subject_of(said + slot.head, counted=slot.start >= number.end)
    following = text[number.end : number.end + _FOLLOWING]
    return subject_of(_UNTIL_MARK.split(following, maxsplit=1)[0], counted=True)
