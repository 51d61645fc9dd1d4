"""The sentences of a text that hold numbers, each with what its section is about."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from zhibiao.extract.number.numbers import Number
from zhibiao.language.wording import wording
from zhibiao.outline.frames import Frame

_OF_WHICH: Final = wording(__name__).text("of_which")


class Sentence:
    """A sentence that holds numbers."""

    __slots__ = ("end", "frame", "goes_on", "numbers", "start", "states")

    def __init__(
        self, start: int, end: int, numbers: list[Number], frame: Frame, goes_on: bool,
        states: bool,
    ) -> None:  # fmt: skip
        self.start = start
        self.end = end
        self.numbers = numbers
        self.frame = frame
        # with the years of the last sentence that states anything: after a semicolon
        self.goes_on = goes_on
        self.states = states  # quantities, and not what a term means


def counting_sentences(
    text: str, places: list[tuple[int, int]], numbers: list[Number], frames: list[Frame]
) -> list[Sentence]:
    """The sentences that hold numbers."""
    frame_starts = [frame.start for frame in frames]
    found: list[Sentence] = []
    goes_on = False
    at = 0
    following = numbers[0].start if numbers else len(text)
    for start, end in places:
        if goes_on and text[start - 1] not in "；;" and not text.startswith(_OF_WHICH, start):
            goes_on = False
        if following >= end:
            continue
        first = at
        while at < len(numbers) and numbers[at].start < end:
            at += 1
        following = numbers[at].start if at < len(numbers) else len(text)
        frame = frames[bisect_right(frame_starts, numbers[first].start) - 1]
        own = numbers[first:at]
        states = not frame.glossary and not all(number.reason for number in own)
        found.append(Sentence(start, end, own, frame, goes_on, states))
        goes_on = goes_on or states
    return found
