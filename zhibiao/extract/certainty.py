"""Why a decision may be wrong, in terms of what its rules had to assume.

No probability: each doubt names one assumption that was wrong far more often than the rest where
decisions were compared with annotated reports (`python -m bench.certainty`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from zhibiao.catalogue.indicators import Made
from zhibiao.domain import Doubt, Measure, Observation
from zhibiao.extract.measure import Reading
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.sentences import Line
from zhibiao.extract.years.period import UNDERSTOOD, Period

# Owners whose name may be parted from the number by words that the extractor does not know: the
# other names of a list, or what else a clause tells of the only thing that the number can be of.
_MAY_BE_PARTED: Final = ("list", "in_turn", "distribute", "campaign", "bare_total", "refers_back")
# 现有, 总数, 达到, 超过: words that say that a count is of all there are, not of new ones.
_SAYS_ALL: Final = lx.TO | lx.TOTAL | lx.REACH | lx.GE
# Points in time and spans that the extractor counted, from words that several readings share.
_COUNTED_YEARS: Final = ("years_ahead", "now", UNDERSTOOD)
_FLAGS: Final = (Doubt.YEARS_INFERRED, Doubt.MANGLED_DIGITS, Doubt.IMPLAUSIBLE, Doubt.CONFLICT)


def doubts_of(
    line: Line, number: Number, binding: Binding, reading: Reading, period: Period,
    doubtful: set[int],
) -> tuple[Doubt, ...]:  # fmt: skip
    """The doubts about one decision, none for most.

    `doubtful` holds where the sentence's doubtful names start, and learns of this one: what goes
    on about a name shares the doubts about it.
    """
    found: list[Doubt] = []
    if reading.indicator is not None:
        slot = binding.slot
        owner = _about_the_owner(line, binding)
        if owner:
            doubtful.add(slot.start)
        elif binding.inherited and slot.start in doubtful:
            owner = [Doubt.FOLLOWS_DOUBT]
        found += owner
        if _measure_guessed(number, binding, reading):
            found.append(Doubt.MEASURE_GUESSED)
    spans = period.first != period.last
    if period.rule in _COUNTED_YEARS or (period.rule == "named_year" and spans):
        found.append(Doubt.YEARS_COUNTED)
    return tuple(found)


def with_flags(observation: Observation) -> Observation:
    """The observation with the doubts that its flags are."""
    raised = tuple(doubt for doubt in _FLAGS if doubt.value in observation.flags)
    return replace(observation, doubts=(*observation.doubts, *raised)) if raised else observation


def _about_the_owner(line: Line, binding: Binding) -> list[Doubt]:
    found = []
    if binding.rule == "earlier_clause":
        found.append(Doubt.EARLIER_CLAUSE)
    if _modified(line, binding.slot.start):
        found.append(Doubt.MODIFIED_NAME)
    if binding.rule not in _MAY_BE_PARTED and _parted(line, binding):
        found.append(Doubt.UNKNOWN_WORDS)
    return found


def _modified(line: Line, start: int) -> bool:
    """新型基础设施投资: a word that the extractor does not know stands right before the name."""
    if not _is_word(line.text[start - 1 : start]):
        return False
    for token in line.tokens:
        if token.end >= start:
            return token.end == start and not token.mask
    return False


def _parted(line: Line, binding: Binding) -> bool:
    """汽车零售额增长: a noun that the extractor does not know stands between name and number."""
    for i in range(binding.lead_to - 1, -1, -1):
        token = line.tokens[i]
        if token.start < binding.slot.end:
            break
        unknown = not token.mask and token.end > token.start + 1
        if unknown and _is_word(line.text[token.end - 1]):
            return True
    return False


def _is_word(character: str) -> bool:
    return character.isalnum() or character in ("”", "’")


def _measure_guessed(number: Number, binding: Binding, reading: Reading) -> bool:
    """科技型中小企业910家: of all, or of those that are new? And a rate's 5% that "rises"."""
    if reading.measure is Measure.CHANGE and number.unit == "%":
        return True
    indicator = reading.indicator
    return (
        reading.rule == "stock_level"
        and indicator is not None
        and indicator.made is not Made.NO
        and not binding.words & _SAYS_ALL
    )
