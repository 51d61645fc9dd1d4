"""What was made of one number: the last value of the stages, before it becomes an observation."""

from __future__ import annotations

from zhibiao.domain import Doubt
from zhibiao.extract.measure import Reading
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.years.period import Period
from zhibiao.outline.frames import Frame


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
