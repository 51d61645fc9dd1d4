"""What a synthetic report is, and what it is known to state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhibiao.domain import Bound, Measure, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Planted:
    """One observation that a report's text states about its region as a whole."""

    indicator: str  # one of the catalogue's ids
    measure: Measure
    value: Decimal  # as written, without the unit; signed for growth and change
    value_high: Decimal | None  # upper end of a range
    unit: str  # as written
    bound: Bound
    status: Status
    period_start: int
    period_end: int
    sentence: str  # text[start:end]: from the name through the number, not the whole sentence
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlantedReport:
    """A report, its metadata, and every observation it states."""

    name: str  # a file name without its ending: 2023_邯郸市
    title: str
    region: str  # full official name
    region_code: str  # GB/T 2260, six digits
    province: str
    year: int  # of delivery
    review_year: int
    speaker: str | None  # None where the text does not say
    delivered_on: date | None  # None where the text does not say
    text: str
    planted: tuple[Planted, ...]
