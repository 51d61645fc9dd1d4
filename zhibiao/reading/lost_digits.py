"""Text layers that have lost their numbers: the font has no mapping for its digits.

What is left is 完成亿元，增长左右: units and words of growth that need a number and have none.
"""

from __future__ import annotations

import re
from typing import Final

_UNIT: Final = (
    r"(?:[百千]?[万亿萬億]?(?:元|美元|人次|吨|亩|户|斤|平方米|立方米|平方公里)"
    r"|[万亿萬億]人|公里|个百分点)"
)
_NUMERAL: Final = r"0-9０-９〇零一二三四五六七八九十百千万亿萬億两兩几餘数多余半来Oo"
_NUMBERED: Final = re.compile(rf"(?<=[{_NUMERAL}])\s*{_UNIT}|[{_NUMERAL}]\s*[%％]")
_LOST: Final = re.compile(
    # 亿元以上项目 and 万元生产总值能耗 need no number: the unit has to end its phrase.
    rf"(?<![{_NUMERAL}每美欧日港\s])\s*{_UNIT}(?=\s*[，。；、：,;（])"
    r"|(?:增长|下降|提高|达到|降低|控制在)\s*[%％]?(?:以上|左右|以内|以下|个百分点)"
    r"|(?:^|[、—])\s*年(?:工作|政府工作|经济社会|国民经济)|年\s*月\s*日"
)
_NO_CHARACTER: Final = re.compile("[\ufffd\ue000-\uf8ff]+")
_LEAST: Final = 3  # places; two alone may be misprints
_SHARE: Final = 0.2  # of all numbers: so many are lost only by a font


def digits_are_lost(text: str) -> bool:
    """Whether the units of a report stand without their numbers."""
    text = _NO_CHARACTER.sub("", text)
    lost = sum(1 for _ in _LOST.finditer(text))
    if lost < _LEAST:
        return False
    return lost >= _SHARE * (lost + sum(1 for _ in _NUMBERED.finditer(text)))
