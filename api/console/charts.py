"""A line chart as coordinates; the template draws it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from api.console.pages import number, scale

WIDTH, HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 30, 18, 38
LINES = 6  # more cannot be told apart
_TICKS = 5
_YEAR_WIDTH, _YEAR_WIDTH_ON_PHONE = 48, 72  # of a label


@dataclass(frozen=True, kw_only=True)
class Tick:
    at: float  # pixels
    label: str


@dataclass(frozen=True, kw_only=True)
class Line:
    name: str
    points: list[tuple[float, float, int, float]]  # x, y, year, value
    stretches: list[str]  # of years without a gap, as an SVG polyline takes them
    gaps: list[str]  # from each stretch to the next one


@dataclass(frozen=True, kw_only=True)
class Chart:
    width: int
    height: int
    left: int
    right: int
    bottom: int
    years: list[Tick]
    years_on_phone: int  # of `years`, every so manieth has room on a telephone
    values: list[Tick]
    unit: str  # of their labels
    lines: list[Line]
    left_out: int  # regions beyond the first ones


def chart(
    series: Mapping[str, Mapping[int, float]], years: Sequence[int], unit: str
) -> Chart | None:
    """The longest lines over the years, values in `unit`; None where there is nothing."""
    shown = _longest(series)
    values = [value for line in shown.values() for value in line.values()]
    if not values:
        return None
    factor, shown_in = scale(max(map(abs, values)), unit)
    low, high, step = _range([value / factor for value in values])
    first, last = years[0], years[-1]

    def x(year: int) -> float:
        if first == last:
            return (_LEFT + WIDTH - _RIGHT) / 2
        return round(_LEFT + (year - first) / (last - first) * (WIDTH - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (value - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM), 1)

    def polyline(line: Mapping[int, float], years: Iterable[int]) -> str:
        return " ".join(f"{x(year)},{y(line[year] / factor)}" for year in years)

    def drawn(name: str, line: Mapping[int, float]) -> Line:
        stretches = _without_gaps(sorted(line))
        return Line(
            name=name,
            points=[
                (x(year), y(value / factor), year, value) for year, value in sorted(line.items())
            ],
            stretches=[polyline(line, stretch) for stretch in stretches],
            gaps=[polyline(line, (before[-1], after[0])) for before, after in pairwise(stretches)],
        )

    room = WIDTH - _LEFT - _RIGHT
    every = math.ceil((last - first + 1) * _YEAR_WIDTH / room)
    labels = [Tick(at=x(year), label=str(year)) for year in range(first, last + 1, every)]
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=HEIGHT - _BOTTOM,
        years=labels,
        years_on_phone=math.ceil(len(labels) * _YEAR_WIDTH_ON_PHONE / room),
        values=[
            Tick(at=y(low + step * index), label=number(round(low + step * index, 10)))
            for index in range(round((high - low) / step) + 1)
        ],
        unit=shown_in,
        lines=[drawn(name, line) for name, line in shown.items()],
        left_out=len(series) - len(shown),
    )


def _longest(series: Mapping[str, Mapping[int, float]]) -> dict[str, Mapping[int, float]]:
    """Those with most years; of as many, the first ones."""
    return dict(sorted(series.items(), key=lambda entry: -len(entry[1]))[:LINES])


def _range(values: Sequence[float]) -> tuple[float, float, float]:
    """Lowest and highest of an axis, and the step of its ticks: 1, 2 or 5 times a power of ten."""
    low, high = min(values), max(values)
    room = high - low or abs(high) or 1.0
    rough = room / (_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough)
    bottom = math.floor(low / step) * step
    top = math.ceil(high / step) * step
    return bottom, top if top > bottom else bottom + step, step


def _without_gaps(years: Sequence[int]) -> list[list[int]]:
    stretches: list[list[int]] = []
    for year in years:
        if stretches and stretches[-1][-1] == year - 1:
            stretches[-1].append(year)
        else:
            stretches.append([year])
    return stretches
