"""What was made of one number: the last value of the stages, before it becomes an observation."""

from __future__ import annotations

from typing import Final

from zhibiao.compiled import mypyc_attr
from zhibiao.domain import Doubt, Status
from zhibiao.extract.measure import Reading
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.years.period import Period
from zhibiao.language.resolve import STRIVES
from zhibiao.outline.frames import Frame

# A member as a constant: Python finds one slowly on its class, and it is asked for often.
_TARGET: Final = Status.TARGET


@mypyc_attr(acyclic=True)
class Decision:
    """What was made of one number in one sentence; offsets into the clean text."""

    __slots__ = (
        "binding", "doubts", "frame", "number", "period", "reading", "reason", "sentence",
        "stretch", "tone",
    )  # fmt: skip

    def __init__(
        self, number: Number, binding: Binding | None, reading: Reading | None,
        period: Period | None, tone: str | None, sentence: tuple[int, int], frame: Frame,
        reason: str, doubts: tuple[Doubt, ...] = (),
    ) -> None:  # fmt: skip
        self.number = number
        self.binding = binding  # None for a number that is no quantity
        self.reading = reading
        self.period = period
        self.tone = tone
        self.sentence = sentence
        self.frame = frame
        self.reason = reason  # of a rejection; ""
        self.doubts = doubts
        self.stretch = False  # a target beyond the one just stated


def goes_beyond(text: str, before: Decision, decision: Decision) -> bool:
    """Whether a target goes beyond the one before it, of the same thing in the same sentence."""
    first, second = before.reading, decision.reading
    if decision.period is None or decision.period.status is not _TARGET:
        return False
    return (
        not (before.reason or decision.reason)
        and first is not None
        and second is not None
        and first.indicator is not None
        and (first.indicator.id, first.measure)
        == (second.indicator.id if second.indicator else None, second.measure)
        and before.period is not None
        and before.period.same_as(decision.period)
        and before.number.value < decision.number.value
        and any(word in text[before.number.end : decision.number.start] for word in STRIVES)
    )
