"""去年, 今年, 明年: years told by the one that a report is given in."""

from __future__ import annotations

from typing import Final

from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
THIS_YEAR: Final = _WORDING.words("this_year")
NEXT_YEAR: Final = _WORDING.words("next_year")
COMING_YEAR: Final = _WORDING.text("coming_year")
PAST_YEAR: Final = _WORDING.words("past_year")
# How many years behind that of delivery each of the other words is; ahead of it in NEXT_YEAR.
OFFSETS: Final = {
    **dict.fromkeys(_WORDING.words("last_year"), -1),
    **dict.fromkeys(_WORDING.words("year_before_last"), -2),
    **dict.fromkeys(NEXT_YEAR, 1),
}
