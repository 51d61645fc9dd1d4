"""Traditional characters and variants read as simplified ones, one by one, so offsets stay."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from zhibiao.language.code_points import Kinds, is_searched_by_code
from zhibiao.language.dates import CENTURIES, YEAR_BEGINS, YEAR_SIGNS, arabic_years
from zhibiao.language.digits import LETTERS, plain_digits
from zhibiao.language.wording import wording

# 19·5%: a decimal point of some prints. Each begins with one character, so that it is fast.
_POINTS: Final = {point: re.compile(f"{point}(?<=[0-9].)(?=[0-9]+[%％])") for point in "·•"}


@cache
def _table() -> dict[int, str]:
    lines = (files("zhibiao.language") / "data" / "traditional.txt").read_text("utf-8").splitlines()
    return {ord(line[0]): line[1] for line in lines if not line.startswith("#")}


_WORDING: Final = wording(__name__)
TRADITIONAL: Final = _WORDING.text("traditional")
SHORT: Final = 300  # characters; a shorter text (a title, a name) may have others
# Letters that are replaced wherever they stand.
WIDE_LETTERS: Final = "".join(chr(c) for c in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)))
_ANY_TRADITIONAL: Final = re.compile(f"[{TRADITIONAL}]")
_NOT_GAN: Final = _WORDING.pattern("not_gan")


def simplified_characters(text: str) -> str:
    """The text in simplified characters; as long as before."""
    if len(text) > SHORT and _ANY_TRADITIONAL.search(text) is None:
        return text
    plain = text.translate(_table())
    for kept in _NOT_GAN.finditer(text) if "乾" in text else ():
        plain = f"{plain[: kept.start()]}乾{plain[kept.end() :]}"
    return plain


def plain_text(text: str) -> str:
    """The text in simplified characters and with years in Arabic digits; as long as before."""
    return arabic_years(simplified_characters(text))


# Full-width letters, digits, ％, ＆ and ．; the Chinese marks stay.
_WIDE: Final = [(chr(c), chr(c - 0xFEE0)) for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B),
                                 *range(0xFF41, 0xFF5B), 0xFF05, 0xFF06, 0xFF0E)]  # fmt: skip

_SCANNED: Final = _WORDING.text("scanned")
_INCOME: Final = _WORDING.text("income")
_RECEIVED: Final = _WORDING.pattern("received")

# "十二五", 「十二五」: the plans are known by their quotation marks
_QUOTES: Final = list(zip("「」『』‘’〝〞＂", '“”“”“”“”"', strict=True))
_QUOTED: Final = re.compile('"([^"\n]{1,30})"')
_PLAN_QUOTED: Final = _WORDING.pattern("plan_quoted")
_SIGNS: Final = "ＧＰＲＣＤ＆０１２５％．"
_ODD_QUOTES: Final = "「『‘〝＂’〞"
# What few texts hold any of, and what years are written with.
_VARIANTS: Final = TRADITIONAL + _SIGNS + _ODD_QUOTES + '"'
_ANY_VARIANT: Final = re.compile(f"[{_VARIANTS}]")
_KINDS: Final = Kinds(
    "0123456789", YEAR_BEGINS, CENTURIES, YEAR_SIGNS, _VARIANTS, "".join(sorted(LETTERS))
)
# as bits
_BEGIN: Final = 2
_VARIANT: Final = 16
_LETTER: Final = 32


def simplified(text: str) -> str:
    """The text with variants of characters, signs, years and digits replaced; as long as before."""
    kinds = _KINDS.of(text) if is_searched_by_code(text) else None
    if kinds is None:
        varies = len(text) <= SHORT or _ANY_VARIANT.search(text) is not None
    else:
        varies = bool((kinds & _VARIANT).any())
    if varies:
        text = _plain(text)
        kinds = None  # of what it was
    for point, pattern in _POINTS.items():
        if point in text:
            text = pattern.sub(".", text)
    if "”十" in text or "五“" in text:
        text = _PLAN_QUOTED.sub("“\\1”", text)
    if _SCANNED in text:
        text = _RECEIVED.sub(_INCOME, text)
    if kinds is None or _may_write_years(kinds):
        text = arabic_years(text)
    if kinds is None or (kinds & _LETTER).any():
        text = plain_digits(text)
    return text.replace("(", "（").replace(")", "）").replace(":", "：")


def _may_write_years(kinds: NDArray[np.uint8]) -> bool:
    """Whether what may be the four signs of a year stands side by side, and not all are digits.

    Each kind of signs is moved to the bit of those that a year begins with.
    """
    first, second, third, last = kinds[:-3], kinds[1:-2], kinds[2:-1], kinds[3:]
    years = first & (second >> 1) & (third >> 2) & (last >> 2) & _BEGIN
    return bool((years & ~((first & second & third & last) << 1)).any())


def _plain(text: str) -> str:
    """Simplified characters, half-width signs and the usual quotation marks."""
    text = simplified_characters(text)
    if any(sign in text for sign in _SIGNS):
        text = _replaced(text, _WIDE)
    if any(mark in text for mark in _ODD_QUOTES):
        text = _replaced(text, _QUOTES)
    return _QUOTED.sub("“\\1”", text)


def _replaced(text: str, signs: list[tuple[str, str]]) -> str:
    # Sign by sign: `translate`, which asks for each character of a text, takes seven times as long.
    for sign, plain in signs:
        text = text.replace(sign, plain)
    return text
