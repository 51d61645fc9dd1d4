"""Numbers in Arabic digits with Chinese multiples between them: 3亿5千万元, 12万5000人."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from zhibiao.catalogue.units import multiple_value
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_PART: Final = _WORDING.pattern("part")
_RUN: Final = _WORDING.pattern("run")
_SIGNS: Final = frozenset(_WORDING.text("signs"))
_LARGE: Final = _WORDING.pattern("large")


class Mixed(NamedTuple):
    """A number in parts; `value` counts its first 万 or 亿, `multiple`, or ones."""

    end: int  # of the last part with its multiple
    value: Decimal | None  # None where the parts do not add up: 3万5人
    multiple: str
    over: bool  # 3亿5千多万


def read_mixed(text: str, start: int, end: int, limit: int) -> Mixed | None:
    """The number that begins with text[start:end], digits; None where no further part follows."""
    behind = end
    while behind < limit and text[behind] in _SIGNS:
        behind += 1
    if behind == limit or not "0" <= text[behind] <= "9":
        return None  # as nearly always
    run = _RUN.match(text, start, limit)
    if run is None:
        return None
    tail = run["tail"] or ""
    value = _sum(run[0] + tail)
    large = _LARGE.search(run[0] + tail)
    multiple = large[0] if large else ""
    end = run.end() + len(run["more"] or "") + len(tail) if tail else run.end()
    if value is not None:
        value /= multiple_value(multiple)
    return Mixed(end, value, multiple, bool(run["more"]))


def _sum(run: str) -> Decimal | None:
    """3亿5千万 -> 350000000; None where a part is not smaller than the one before it."""
    total, section, last, lower = Decimal(0), Decimal(0), 0, Decimal(10**5)
    parts = list(_PART.finditer(run))
    for index, part in enumerate(parts):
        zero, digits, small, large = part.groups()
        bare = not small and not large
        if bare and len(digits) == 1 and not zero:
            return None  # 3万5人: thirty-five thousand, or a digit too many
        term = Decimal(digits) * multiple_value(small)
        if index and term >= lower:
            return None
        section += term
        lower = Decimal(multiple_value(small) if small else 1) if not large else Decimal(10**4)
        for sign in large:
            unit = multiple_value(sign)
            if last and unit >= last:
                total = (total + section) * unit
            else:
                total += section * unit
            section, last = Decimal(0), unit
    return total + section
