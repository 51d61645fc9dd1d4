"""A sentence as tokens in order: words, numbers, marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np

from zhibiao.compiled import mypyc_attr
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.words.lexicon import NUMBER, Scanner, Token
from zhibiao.language.code_points import Kinds, is_searched_by_code
from zhibiao.language.wording import wording

# Longer than any sentence; text without full stops is read in pieces, so that the work on one
# stays bounded however long the text is.
_LONGEST: Final = 1500
# Of a long stretch without numbers only the ends matter to the number after it.
_FAR, _OPENING, _LAST_CLAUSES = 110, 24, 70
_TOPIC: Final = 20  # characters of a sentence that only names what the next one counts
_WORDING: Final = wording(__name__)
TOTALS: Final = _WORDING.words("totals")
_BARE_TOTAL: Final = _WORDING.pattern("bare_total")
_RISE: Final = _WORDING.pattern("rise")
_OF_WHICH: Final = _WORDING.text("of_which")
_SEMICOLONS: Final = ("；", ";")
# A bullet begins an entry of a list, be it in the middle of a line.
_STOP: Final = "。"
_STOPS: Final = f"{_STOP}！？!?；;\n●◆■▲★▼◇□►▶❖➢"
END: Final = re.compile(f"[{_STOPS}]")
_KINDS: Final = Kinds(_STOPS)


@mypyc_attr(acyclic=True)
class Line:
    """The tokens of a sentence, of its main line or of an aside, in order."""

    __slots__ = ("masks", "present", "text", "tokens")

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text  # the whole; offsets are into it
        self.tokens = tokens
        # The tokens' classes, for most questions are about nothing else; and all that occur, for
        # what does not need not be looked for.
        self.masks = [token.mask for token in tokens]
        present = 0
        for mask in self.masks:
            present |= mask
        self.present = present


@lru_cache(maxsize=8)
def holds_any(text: str, words: tuple[str, ...]) -> bool:
    """Whether a whole text holds one of some words; asked again and again of one text."""
    return any(word in text for word in words)


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of the sentences, in order; a semicolon and a line's end close one."""
    found: list[tuple[int, int]] = []
    start = 0
    for end in _ends(text):
        if end - start > _LONGEST:
            found.extend(_pieces(text, start, end))
        elif end > start:
            found.append((start, end))
        start = end + 1
    found.extend(_pieces(text, start, len(text)))
    return _with_topics(text, found)


def _ends(text: str) -> list[int]:
    """Where the marks stand that end sentences."""
    if is_searched_by_code(text):
        stops = _KINDS.of(text).view(np.bool_)  # of bytes it takes four times as long
        ends: list[int] = np.flatnonzero(stops).tolist()
        return ends
    return [end.start() for end in END.finditer(text)]


def _with_topics(text: str, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """经营主体稳中培优。总量达到14万户: a bare total goes on about a short sentence before it; and
    收入达到9500元；比2017年增加3281元: a bare rise about what stands before its semicolon, or
    the same thing's value in another year."""
    totals = {
        end + 1
        for start, end in places
        if end - start <= _TOPIC and _BARE_TOTAL.match(text, end) is not None
    }
    rises = {
        end + 1
        for start, end in places
        if text[end : end + 1] in _SEMICOLONS and _goes_on(text, start, end)
    }
    if not (totals or rises):
        return places  # as nearly always
    found: list[tuple[int, int]] = []
    for start, end in places:
        if found and (
            (start in totals and _is_topic(text, *found[-1], start))
            or (start in rises and _is_told(text, *found[-1], start, end))
        ):
            start = found.pop()[0]
        found.append((start, end))
    return found


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether what stands behind a semicolon says of nothing by itself; behind 其中 it would be of
    the whole again, which is not told."""
    rise = _RISE.match(text, end)
    return rise is not None and (rise["then"] is None or _OF_WHICH not in text[start:end])


def _is_topic(text: str, start: int, end: int, following: int) -> bool:
    short = end - start <= _TOPIC and not any(c.isdecimal() for c in text[start:end])
    return short and text[end] == _STOP and end + 1 == following


def _is_told(text: str, start: int, end: int, following: int, last: int) -> bool:
    """Whether a sentence tells of values, and what follows its semicolon goes on in the same."""
    near = end + 1 == following and last - start <= _LONGEST
    return near and any(c.isdecimal() for c in text[start:end])


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        cut = max(text.rfind(mark, start, start + _LONGEST) for mark in "，,、") + 1
        cut = cut if cut > start else start + _LONGEST
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def tokenize(
    text: str, places: list[tuple[int, int]], numbers: list[list[Number]], scanner: Scanner
) -> list[list[Token]]:
    """The tokens of each text[start:end] of `places`; `numbers` are those within each, in order."""
    plan = Plan(text, scanner)
    for (start, end), own in zip(places, numbers, strict=True):
        at = start
        for index, number in enumerate(own):
            if plan.has_name_over(number, at):
                continue
            if number.start > at + _FAR:
                at = _skipped(text, at, number.start, plan)
            plan.words(at, number.start)
            plan.token(Token(NUMBER, number.start, number.end, None, index))
            at = number.end
        if at < end:
            stop = text.find("，", at, end)
            plan.words(at, end if stop < 0 else stop)
        plan.end_line()
    return plan.tokens()


class Plan:
    """What the tokens of several lines are to be: the words between their numbers are looked for
    all at once, when all are known."""

    def __init__(self, text: str, scanner: Scanner) -> None:
        self.text = text
        self.scanner = scanner
        self.stretches: list[tuple[int, int]] = []
        self.lines: list[list[Token | None]] = []  # None: the words of the next stretch
        self.line: list[Token | None] = []

    def has_name_over(self, number: Number, at: int) -> bool:
        """PM2.5: whether the digits are a word's, and are left to the scanner."""
        named = number.reason == "name_part"
        return named and self.scanner.name_over(self.text, number.start, at)

    def words(self, start: int, end: int) -> None:
        """Go on with the words of text[start:end]."""
        if start < end:
            self.stretches.append((start, end))
            self.line.append(None)

    def token(self, token: Token) -> None:
        """Go on with a token that is known."""
        self.line.append(token)

    def end_line(self) -> None:
        self.lines.append(self.line)
        self.line = []

    def tokens(self) -> list[list[Token]]:
        """The tokens of each line."""
        found = self.scanner.find(self.text, self.stretches)
        return self._made(self.scanner.tokens(self.text, found, None))

    def tokens_holding(self, classes: int, needed: list[bool]) -> list[list[Token]]:
        """The tokens of the lines that are needed and of those that may hold a word of the classes;
        of the other lines none."""
        found = self.scanner.find(self.text, self.stretches)
        held = iter(self.scanner.hold(found, classes))
        of_stretches: list[bool] = []
        for at, line in enumerate(self.lines):
            own = [next(held) for token in line if token is None]
            needed[at] = needed[at] or any(own)
            of_stretches += [needed[at]] * len(own)
        made = self._made(self.scanner.tokens(self.text, found, of_stretches))
        return [tokens if need else [] for tokens, need in zip(made, needed, strict=True)]

    def _made(self, read: list[list[Token]]) -> list[list[Token]]:
        at = 0  # of `read`
        made: list[list[Token]] = []
        for line in self.lines:
            tokens: list[Token] = []
            for token in line:
                if token is not None:
                    tokens.append(token)
                else:
                    tokens += read[at]
                    at += 1
            made.append(tokens)
        return made


def _skipped(text: str, start: int, end: int, plan: Plan) -> int:
    """Read the beginning of a long stretch without numbers, where words of time stand, and pass
    over its middle; returns where its last clauses begin."""
    cut = text.find("，", start, start + _OPENING)
    if cut < 0:
        cut = start
    resume = text.find("，", end - _LAST_CLAUSES, end)
    if resume < 0:
        return start
    plan.words(start, cut)
    plan.token(Token(0, cut, resume, None, -1))
    return resume
