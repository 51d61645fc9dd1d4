"""The signs of a text: Chinese characters, letters and digits, without marks and white space."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from zhibiao.language.code_points import is_searched_by_code, wide_code_points

_NO_SIGNS: Final = re.compile(r"[^\u3400-\u9fffA-Za-z0-9]+")
# By code point; all beyond the last is none.
_IS_SIGN: Final = np.zeros(0xA001, dtype=np.bool_)
_IS_SIGN[0x3400:0xA000] = True
_IS_SIGN[:128] = [chr(code).isalnum() for code in range(128)]


def signs(text: str) -> str:
    """`text` without all else."""
    if not is_searched_by_code(text):
        return _NO_SIGNS.sub("", text)
    return sign_codes(text).tobytes().decode("utf-32-le")


def sign_codes(text: str) -> NDArray[np.uint32]:
    """The code points of `signs(text)`."""
    codes = wide_code_points(text)
    return codes.take(np.flatnonzero(_IS_SIGN.take(codes, mode="clip")))


class Signs:
    """The signs of a whole text, and those of any stretch of it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._before: NDArray[np.int32] | None = None  # each character, and the end
        if not is_searched_by_code(text):
            self.all = signs(text)
            return
        codes = wide_code_points(text)
        are_signs = _IS_SIGN.take(codes, mode="clip")
        self.all = codes.take(np.flatnonzero(are_signs)).tobytes().decode("utf-32-le")
        self._before = np.zeros(len(text) + 1, dtype=np.int32)
        are_signs.cumsum(out=self._before[1:])

    def of(self, start: int, end: int) -> str:
        """Those of `text[start:end]`."""
        if self._before is None:
            return signs(self._text[start:end])
        return self.all[self._before[start] : self._before[end]]
