"""Words of time that date nothing: a list that has one value a year, a sum that measures others,
a slogan."""

from __future__ import annotations

from typing import Final

from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_MEASURED_BY: Final = _WORDING.pattern("measured_by")
_SUM: Final = _WORDING.pattern("sum")
_SUMMED_UP: Final = _WORDING.words("summed_up")
_STARTS: Final = _WORDING.words("starts")
_ONE_EACH: Final = _WORDING.pattern("one_each")
_SLOGAN: Final = _WORDING.pattern("slogan")
_BARE: Final = _WORDING.pattern("bare")
_QUOTED: Final = 24  # characters of a slogan on either side
_BEFORE: Final = 6  # characters
_WITHIN: Final = 30  # characters of such a phrase


def passed_over(text: str, start: int) -> int:
    """Where the phrase ends that the time at `start` opens and that dates nothing behind it; -1
    where it opens none."""
    if text.endswith(_STARTS, 0, start):
        each = _ONE_EACH.match(text, start)
        if each is not None:
            return each.end()  # 由2020年、2021年分别增长5%、6%，转为下降2%
    quoted = quotation(text, start)
    if quoted is not None and _SLOGAN.fullmatch(text, *quoted) is not None:
        return quoted[1]
    within = text[start : start + _WITHIN]
    if not any(word in within for word in _SUMMED_UP):
        return -1  # as for nearly all
    if _MEASURED_BY.search(text, max(0, start - _BEFORE), start) is None:
        return -1
    whole = _SUM.match(text, start)  # 是1960年到2010年51年的总和
    return -1 if whole is None else whole.end()


def quotation(text: str, start: int) -> tuple[int, int] | None:
    """“三年打基础、五年上台阶”: where the short quotation that holds a count of years at `start`
    stands; None for others, and where nothing else is quoted: “过去五年”."""
    opened = text.rfind("“", max(0, start - _QUOTED), start)
    if opened < 0:
        return None  # as nearly always
    close = text.find("”", opened, start + _QUOTED)
    if close < start or _BARE.fullmatch(text, opened + 1, close) is not None:
        return None
    return opened + 1, close
