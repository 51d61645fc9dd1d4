"""Which character stands for which: replacements one to one, so that offsets stay exact."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import numpy as np

from zhibiao.language.code_points import is_searched_by_code, wide_code_points

HIDDEN: Final = "\x00"  # what invisible characters become; the cleaner deletes it

_LOOK_ALIKES: Final = {
    "%": "﹪℅٪",
    "-": "‐‑‒−﹣",
    "—": "―",
    "~": "∼〜˜",
    ".": "﹒",
    "·": "∙⋅‧・･",
    "，": "﹐",
    "、": "﹑､",
    "；": "﹔",
    "：": "﹕︰",
    "。": "｡",
    "μ": "µ",
    "（": "﹙",
    "）": "﹚",
}


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    # Full-width digits, letters and the signs that numbers are written with. Punctuation that
    # is Chinese in its own right (，：；（）！？) stays as it is.
    for code in range(0xFF01, 0xFF5F):
        narrow = chr(code - 0xFEE0)
        if narrow.isalnum() or narrow in "%+-./=*&@#":
            table[code] = narrow
    # Signs that look alike, as prints and recognised scans mix them.
    for plain, look_alikes in _LOOK_ALIKES.items():
        table.update(dict.fromkeys(map(ord, look_alikes), plain))
    # PDF fonts hand out radicals and compatibility forms in place of the character itself.
    for start, end in ((0x2E80, 0x2FE0), (0xF900, 0xFB00)):
        for code in range(start, end):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and plain != chr(code):
                table[code] = plain
    for code in (0x09, 0x0D, 0xA0, 0x1680, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)):
        table[code] = " "
    for code in (0x0B, 0x0C, 0x85, 0x2028, 0x2029):
        table[code] = "\n"
    hidden = (*range(0x09), *range(0x0E, 0x20), 0x7F, 0xAD, *range(0x200B, 0x2010))
    for code in (*hidden, *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF, 0xFFFC):
        table[code] = HIDDEN
    return table


_PLAIN: Final = {chr(code): plain for code, plain in _table().items()}
# Nearly all characters stand for themselves: a search for the others is faster than translate.
_ODD: Final = re.compile("[" + re.escape("".join(_PLAIN)) + "]")
# 42。74亿元, 270·4亿元: a decimal point, which prints and web pages have turned into another mark.
_POINT: Final = re.compile(
    "[。·](?<=[0-9].)(?=[0-9]{1,3}(?![0-9]) ?"
    "[%‰百千万萬亿億倍元美个個吨噸人户戶家亩畝斤公平头頭天])"
)
# By code point; all beyond the last stand for themselves.
_PLAIN_CODES: Final = np.arange(0x10000, dtype="<u4")
_PLAIN_CODES[[ord(odd) for odd in _PLAIN]] = [ord(plain) for plain in _PLAIN.values()]
_IS_ODD: Final = np.arange(0x10000) != _PLAIN_CODES


def hidden(text: str) -> str:
    """Hidden characters in place of all of it; newlines stay."""
    return "\n".join(HIDDEN * len(line) for line in text.split("\n"))


def hide(found: re.Match[str]) -> str:
    """`hidden`, of a match: what `sub` puts in its place."""
    return hidden(found[0])


def normalise(text: str) -> str:
    """`text` with every character replaced by its plain form; the length stays the same."""
    return _POINT.sub(".", _plain(text))


def _plain(text: str) -> str:
    if not is_searched_by_code(text):
        return _ODD.sub(lambda match: _PLAIN[match[0]], text)
    codes = wide_code_points(text).copy()
    odd = np.flatnonzero(_IS_ODD.take(codes, mode="clip"))
    if not len(odd):
        return text
    codes[odd] = _PLAIN_CODES[codes[odd]]
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
