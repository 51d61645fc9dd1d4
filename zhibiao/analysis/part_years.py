"""Whether a value is of a part of its year: 前三季度, 上半年, 1至11月, 截至9月底."""

from __future__ import annotations

import re

_MONTH = r"(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])"
_TO = r"[-—–~～至到]+"
# A day or a month that closes the year is no part of it: 截至12月底, 1-12月.
_PART = re.compile(
    rf"上半年|下半年|前[一二三1-3]个?季度|[一二三四1-4]季度|第[一二三四1-4]季度"
    rf"|(?:1|一)月?份?{_TO}(?:1[01]|[2-9]|十一?|[二三四五六七八九])月"
    rf"|前(?:1[01]|[1-9]|十一?|[一二三四五六七八九])个?月"
    rf"|截[至止]到?(?:[今去当本]年|上年|[12][0-9]{{3}}年)?(?:1[01]|[1-9]|十一?|[一二三四五六七八九])月"
)
_WHOLE = re.compile(
    rf"全年|年末|年底|年度|截[至止]到?(?:[今去当本]年|上年|[12][0-9]{{3}}年)?(?:12|十二)月"
    rf"|(?:1|一)月?份?{_TO}(?:12|十二)月|[12][0-9]{{3}}年(?!前|上半|下半|第?[一二三四1-4]季|{_MONTH}月)"
)
_RULE = "part_of_year"  # the third part of an observation's rule


def of_part_of_year(sentence: str | None, number_at: int, rule: str) -> bool:
    """Whether the words before a number date it to a part of its year.

    `number_at`: where in the sentence the number begins. The nearest words decide: 前三季度增长5%，
    全年增长5.7% states a part's value and the year's.
    """
    if rule.split("/")[2:3] == [_RULE]:
        return True
    if not sentence or number_at <= 0:
        return False
    before = sentence[:number_at]
    part = _last(_PART, before)
    return part > _last(_WHOLE, before)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)
