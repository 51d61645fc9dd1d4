"""Numbers that a report states, with the place that states them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from zhibiao.compiled import mypyc_attr
from zhibiao.domain.frozen import frozen
from zhibiao.domain.spans import Span
from zhibiao.domain.vocabulary import Bound, Doubt, Measure, Scope, StatementKind, Status

_PART_OF_YEAR: Final = "part_of_year"  # of the rules of years


def rules_part_of_year(rule: str) -> bool:
    """Whether an observation's rule says that its years were told as a part of one: 前三季度."""
    return rule.split("/")[2:3] == [_PART_OF_YEAR]


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """A number with its unit as it stands in the text."""

    span: Span  # number, unit and bound words
    number_span: Span  # the number alone (both ends of a range)
    value: Decimal  # as written, without the unit: 38 亿元 -> 38
    value_high: Decimal | None = None  # upper end of a range
    unit: str  # as written: 亿元, %, 个百分点; "" for a bare number
    bound: Bound = Bound.EQ


@mypyc_attr(acyclic=True)
@dataclass(kw_only=True, slots=True, unsafe_hash=True)
class Observation:
    """One statement of one indicator. All spans are offsets into the document's raw text.

    Frozen for the type checker alone, as a span is, and with an `__init__` of its own: that of a
    dataclass is never compiled, and takes a twentieth of the time of an extraction.
    """

    indicator: Final[str | None]  # catalogue id; None for an open quantity
    # The phrase that names the indicator, as written; of an open quantity its name in one form
    # however it is worded (zhibiao.extract.subjects): 老旧小区改造.
    subject: Final[str]
    measure: Final[Measure]
    value: Final[Decimal]  # as written, without the unit; signed for growth and change
    value_high: Final[Decimal | None]  # upper end of a range
    unit: Final[str]  # as written
    bound: Final[Bound]
    status: Final[Status]
    period_start: Final[int | None]  # first year that the value refers to
    period_end: Final[int | None]  # last year
    scope: Final[Scope]
    evidence: Final[str]  # exactly raw[span.start:span.end]
    span: Final[Span]  # from the name through the number
    # The sentence that holds the evidence, as it stands in the raw text; at most
    # `zhibiao.text.sentences.REACH_CHARACTERS` characters on either side of it.
    sentence: Final[str]
    sentence_span: Final[Span]
    number_span: Final[Span]
    name_span: Final[Span | None]  # None where the name is understood from context
    base_value: Final[Decimal | None]  # value in base_unit
    base_unit: Final[str | None]  # the catalogue's base unit: 元, 人, %
    tone: Final[str | None]  # of a target, the word itself: 力争, 确保, 左右
    stretch: Final[bool]  # a target beyond the one just stated: 增长6%左右，力争6.5%
    flags: Final[tuple[str, ...]]  # "years_inferred", "mangled_digits", "implausible", "conflict" …
    conflict: Final[int | None]  # observations with one number contradict each other
    rule: Final[str]  # which rule decided: owner/measure/years, and of a part /its kind
    doubts: Final[tuple[Doubt, ...]]  # why it may be wrong; none where it is certain

    def __init__(
        self, *, indicator: str | None, subject: str, measure: Measure, value: Decimal,
        value_high: Decimal | None, unit: str, bound: Bound, status: Status,
        period_start: int | None, period_end: int | None, scope: Scope, evidence: str, span: Span,
        sentence: str, sentence_span: Span, number_span: Span, name_span: Span | None,
        base_value: Decimal | None = None, base_unit: str | None = None, tone: str | None = None,
        stretch: bool = False, flags: tuple[str, ...] = (), conflict: int | None = None,
        rule: str = "", doubts: tuple[Doubt, ...] = (),
    ) -> None:  # fmt: skip
        self.indicator = indicator
        self.subject = subject
        self.measure = measure
        self.value = value
        self.value_high = value_high
        self.unit = unit
        self.bound = bound
        self.status = status
        self.period_start = period_start
        self.period_end = period_end
        self.scope = scope
        self.evidence = evidence
        self.span = span
        self.sentence = sentence
        self.sentence_span = sentence_span
        self.number_span = number_span
        self.name_span = name_span
        self.base_value = base_value
        self.base_unit = base_unit
        self.tone = tone
        self.stretch = stretch
        self.flags = flags
        self.conflict = conflict
        self.rule = rule
        self.doubts = doubts

    @property
    def certain(self) -> bool:
        """Whether the extraction rests on no assumption that is often wrong."""
        return not self.doubts


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What a report says of a catalogue indicator without its value. Spans: in the raw text."""

    kind: StatementKind
    relation: str  # "in_step", "no_rise", "fulfilled", "above", "among_first", "rank" …
    indicator: str
    measure: Measure  # what of the indicator it is about
    status: Status
    period_start: int | None
    period_end: int | None
    scope: Scope
    reference: str  # what it is compared with, as written: 全省平均水平; "" where it is understood
    value: Decimal | None  # by how much, or which rank; None where that is not said
    unit: str  # 个百分点, %, 位; "" without a value
    evidence: str  # exactly raw[span.start:span.end]
    span: Span
    sentence: str  # as that of an observation
    sentence_span: Span
    name_span: Span


@frozen
class Rejection:
    """A number that was seen and is no observation, with the reason."""

    span: Span  # in the raw text
    surface: str
    reason: str  # "date", "ordinal", "list_number", "name_part", "not_understood" …


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction:
    """All numbers of one document: numbers seen = observations' + rejections'."""

    observations: tuple[Observation, ...]
    rejections: tuple[Rejection, ...]
    statements: tuple[Statement, ...] = ()  # beside the numbers
