"""The numbers of one value cell, and the words of the cell that say how each is meant."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

from zhibiao.catalogue.units import MULTIPLES, dimension, unit_pattern
from zhibiao.domain import Bound
from zhibiao.extract.number.endings import POST_BOUNDS
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.lexicon import Scanner
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_PIECE = _WORDING.pattern("piece", unit_pattern=unit_pattern())
_SIGNS = {">": lx.GE, "＞": lx.GE, "≧": lx.GE, "<": lx.LE, "＜": lx.LE, "≦": lx.LE,
          "↑": lx.UP, "▲": 0, "↓": lx.DOWN, "▼": lx.DOWN}  # fmt: skip
_AMBIGUOUS = frozenset("▲±＋－")
_SEPARATORS = re.compile(r"[\s，,；;、（(/]+")
_SAID = (
    lx.UP | lx.DOWN | lx.TO | lx.REACH | lx.TOTAL | lx.GE | lx.LE | lx.APPROX | lx.TONE | lx.FILL
    | lx.TIME | lx.CREATE
)  # fmt: skip
_BEHIND = _WORDING.pattern("behind")
_NO_UNITS = frozenset(_WORDING.words("no_units"))


class Value(NamedTuple):
    """A number of a cell as it is written."""

    number: Number  # its unit is the cell's own, "" where the cell has none
    words: int  # classes of the words before it
    first: bool  # of its cell


def read_cell(text: str, start: int, end: int, scan: Scanner) -> list[Value] | None:
    """The numbers of text[start:end]; None where the cell holds anything that is not understood."""
    values: list[Value] = []
    at = start
    while at < end:
        match = _PIECE.match(text, at, end)
        if match is None:
            break
        words = _classes(text, match.start("lead"), match.end("lead"), scan)
        if words is None:
            return None
        number = _number(match)
        if number is None:
            return None
        values.append(Value(number, words, not values))
        at = match.end()
    if not values or _BEHIND.fullmatch(text, at, end) is None:
        return None
    return values


def _classes(text: str, start: int, end: int, scan: Scanner) -> int | None:
    """The classes of the words of text[start:end]; None where one is unknown."""
    mask = 0
    plain = _SEPARATORS.sub("", text[start:end])
    for sign in plain:
        if sign in _AMBIGUOUS:
            return None
        mask |= _SIGNS.get(sign, 0)
    plain = "".join(sign for sign in plain if sign not in _SIGNS)
    tokens = scan.words(plain, 0, len(plain))
    if any(not token.mask & (_SAID | lx.COMMA | lx.CLOSE) for token in tokens):
        return None
    return reduce(or_, (token.mask & _SAID for token in tokens), mask)


def _number(match: re.Match[str]) -> Number | None:
    """The number of a piece of a cell; None for what no reader could be sure of."""
    low, high = _decimal(match["low"]), match["high"]
    sign = match["sign"]
    start = match.start("sign") if sign else match.start("low")
    upper = _decimal(high) if high else None
    if sign in ("-", "−", "－"):
        if upper is not None:
            return None
        low = -low
    if upper is not None and upper <= low:
        return None
    units = {match["unit_low"] or "", match["unit_high"] or ""} - {""}
    if len(units) > 1 or units & _NO_UNITS:
        return None
    bound = Bound.GE if match["more"] else Bound.EQ
    if match["post"]:
        bound = POST_BOUNDS[match["post"]]
    return Number(
        start, _end(match), start, match.end("high") if high else match.end("low"), low,
        upper, units.pop() if units else "", bound, match["post"] or "", "", 0,
    )  # fmt: skip


def _end(match: re.Match[str]) -> int:
    """Where the number with its unit and bound ends, without white space behind it."""
    stop = match.start("note") if match["note"] else match.end()
    while match.string[stop - 1] == " ":
        stop -= 1
    return stop


def _decimal(numeral: str) -> Decimal:
    return Decimal(numeral.replace(",", "").replace("，", ""))


def joined_unit(own: str, unit: str) -> str | None:
    """The unit of 4.2万 in a column of 人: 万人; None where the two do not fit."""
    if not own or own == unit:
        return unit
    if own not in MULTIPLES:
        return own
    if unit.startswith(own):
        return unit
    counted = dimension(unit)
    return own + unit if counted is not None and counted[1] == 1 else None
