"""Rises that are too large for one year: 分别增长72.1%、31.2%."""

from __future__ import annotations

import re
from typing import Final

from zhibiao.extract.number.numbers import Number
from zhibiao.extract.words.sentences import Line
from zhibiao.language.wording import wording

_LISTED: Final = wording(__name__).pattern("listed")
_PERCENTAGES: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)%")
_MOST_IN_A_YEAR: Final = 30  # per cent: a larger rise is that of all the years told of


def of_several_years(line: Line, number: Number) -> bool:
    """Whether a rise, or one that it is listed with, is too large for a year."""
    listed = _LISTED.finditer(line.text, line.tokens[0].start, line.tokens[-1].end)
    told = next((m[0] for m in listed if m.start() <= number.start < m.end()), "")
    return any(float(one) > _MOST_IN_A_YEAR for one in _PERCENTAGES.findall(told))
