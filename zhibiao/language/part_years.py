"""Whether a value is of a part of its year: 前三季度, 上半年, 1至11月, 截至9月底."""

from __future__ import annotations

import re

from zhibiao.language.wording import wording

_WORDING = wording(__name__)
_PART = _WORDING.pattern("part")
_WHOLE = _WORDING.pattern("whole")


def of_part_of_year(sentence: str | None, number_at: int) -> bool:
    """Whether the words before a number date it to a part of its year.

    `number_at`: where in the sentence the number begins. The nearest words decide: 前三季度增长5%，
    全年增长5.4% states a part's value and the year's.
    """
    if not sentence or number_at <= 0:
        return False
    before = sentence[:number_at]
    part = _last(_PART, before)
    return part > _last(_WHOLE, before)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)
