"""The five-year plans, and counts of years as they are written."""

from __future__ import annotations

from typing import Final

from zhibiao.language.wording import wording

PLANS: Final = {
    "一五": (1953, 1957), "二五": (1958, 1962), "三五": (1966, 1970), "四五": (1971, 1975),
    "五五": (1976, 1980), "六五": (1981, 1985), "七五": (1986, 1990), "八五": (1991, 1995),
    "九五": (1996, 2000), "十五": (2001, 2005), "十一五": (2006, 2010), "十二五": (2011, 2015),
    "十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030),
}  # fmt: skip
YEARS: Final = {
    "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}  # fmt: skip
_WORDING: Final = wording(__name__)
ANY_PLAN: Final = _WORDING.text("any_plan")
_PLAN_NAME: Final = _WORDING.pattern("plan_name")


def plan_years(text: str) -> tuple[int, int] | None:
    """First and last year of the five-year plan that a phrase names: 十四五期间 -> 2021, 2025."""
    match = _PLAN_NAME.search(text)
    if match is None:
        return None
    return PLANS.get(match["short"] or match["ordinal"] + "五")


def plan_over(year: int) -> tuple[int, int] | None:
    """First and last year of the five-year plan that a year is of; None between two plans."""
    return next((plan for plan in PLANS.values() if plan[0] <= year <= plan[1]), None)


def plan_ending(year: int) -> tuple[int, int] | None:
    """First and last year of the five-year plan that ends with a year."""
    return next((plan for plan in PLANS.values() if plan[1] == year), None)


def counted(digit: str) -> int:
    """How many years 五 or 5 says."""
    return int(digit) if digit.isdigit() else YEARS[digit]
