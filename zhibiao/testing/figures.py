"""Values for one synthetic report, and the words that say how exact they are.

Within one report an indicator keeps one unit and one outturn, from which earlier values and
targets follow: a target is not below the outturn and a rate stays a rate.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from zhibiao.domain import Bound, Measure, Status

T = TypeVar("T")

_NUMERALS = "零一二三四五六七八九"
_HURDLES = (10, 20, 50, 100, 200, 300, 500, 600, 800)
_HURDLE_NAMES = {10: "十", 100: "百", 1000: "千", 10000: "万"}


class Unfit(Exception):
    """A sentence cannot be written with this report's figures; another one can."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A value as it is written."""

    value: Decimal  # as written, signed for growth and change
    high: Decimal | None = None  # upper end of a range
    unit: str
    bound: Bound = Bound.EQ
    surface: str  # verb, number, unit and bound words


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """A unit with the range of a prefecture's values in it."""

    unit: str
    low: float
    high: float
    places: int
    county: float  # a county's share of the range


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One indicator of `phrases/indicators.toml`."""

    names: tuple[str, ...]
    units: tuple[Scale, ...] = ()
    adds: tuple[Scale, ...] = ()
    grow: tuple[float, float] = (1, 9)
    grow_aims: tuple[float, float] = (4, 9)
    points: tuple[float, float] = (0.3, 2.4)
    aims: tuple[Decimal, ...] = ()
    trend: str = "scale"
    flow: bool = False
    small: bool = False
    rise: str = "增长"


@cache
def vocabulary() -> Mapping[str, Words]:
    """The words of each indicator id."""
    source = resources.files("zhibiao.testing") / "phrases" / "indicators.toml"
    return {name: _words(entry) for name, entry in tomllib.loads(source.read_text("utf-8")).items()}


def _words(entry: dict[str, Any]) -> Words:
    fields: dict[str, Any] = dict(entry)
    for ranges in ("units", "adds"):
        fields[ranges] = tuple(
            Scale(
                unit=scale["unit"],
                low=scale["range"][0],
                high=scale["range"][1],
                places=scale["places"],
                county=scale.get("county", 1),
            )
            for scale in entry.get(ranges, ())
        )
    for pair in ("grow", "grow_aims", "points", "names"):
        if pair in entry:
            fields[pair] = tuple(entry[pair])
    fields["aims"] = tuple(Decimal(aim) for aim in entry.get("aims", ()))
    return Words(**fields)


def plain(value: Decimal) -> str:
    """A number as reports write it: no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Figures:
    """Draws the values of one report."""

    def __init__(self, rng: random.Random, *, county: bool) -> None:
        self._rng = rng
        self._county = county
        self._scales: dict[tuple[str, bool], Scale] = {}
        self._outturns: dict[str, Decimal] = {}

    def draw(
        self, indicator: str, measure: Measure, *, status: Status, epoch: str, style: str
    ) -> Figure:
        """A value of the indicator.

        `epoch` is "year", "last" (the year before), "base" (five years before), "goal" (five
        years after) or "span" (all of five years). `style` is "free" (any verb and bound), "num"
        (the number with its unit alone), "num~", "num+" and "num-" (the same where the sentence
        itself says 左右, 以上, 以内), "down" (the number of a fall that the sentence names),
        "hurdle" (千亿元大关) or "tenths" (八成以上).

        Raises:
            Unfit: a hurdle is asked for and the outturn is below the lowest.
        """
        if style == "hurdle":
            return self._hurdle(self._outturn(indicator), self._scale(indicator).unit)
        if style == "tenths":
            return self._tenths()
        if measure is Measure.LEVEL:
            return self._level(indicator, status, epoch, style)
        if measure is Measure.GROWTH:
            return self._growth(indicator, status, epoch, style)
        if measure is Measure.CHANGE:
            return self._change(indicator, status, epoch, style)
        if measure is Measure.RATIO:
            value = self._number(1.2, 2.4, 1)
            return Figure(value=value, unit="倍", surface=f"{plain(value)}倍")
        free = style == "free"
        chosen = self._pick(("num", "num", "num~", "num+")) if free else style
        return self._bare(self._number(4.2, 12.4, 1), "%", chosen, spoken=free, verb="")

    # -- levels

    def _level(self, indicator: str, status: Status, epoch: str, style: str) -> Figure:
        words = vocabulary()[indicator]
        scale = self._scale(indicator)
        ceiling = words.trend == "ceiling"
        if status is Status.TARGET:
            value = self._aim(indicator, epoch)
        else:
            value = self._outturn(indicator)
            if epoch in ("last", "base"):
                value = self._earlier(words, scale, value, recent=epoch == "last")
            elif epoch == "span":
                value = self._exact(float(value) * self._between(4.2, 5.3), scale.places)
        if style != "free":
            return self._bare(value, scale.unit, style, spoken=False, verb="")
        if ceiling:
            return self._kept_below(value, scale.unit, status)
        verb = self._pick(
            ("完成", "实现", "达", "达到", "") if words.flow else ("达", "达到", "为", "")
        )
        if status is Status.TARGET:
            chosen = self._pick(("num", "num+", "num+", "num~", "突破", "超过", "不低于"))
            if chosen.startswith("num"):
                firm = "稳定在" if indicator.startswith("grain") else "达到"
                return self._bare(
                    value, scale.unit, chosen, spoken=True, verb=self._pick(("", firm, "达到"))
                )
            return self._bounded(value, scale.unit, chosen)
        if epoch == "year" and self._rng.random() < 0.16:
            return self._bounded(
                self._rounded(value), scale.unit, self._pick(("突破", "超过", "超", "近"))
            )
        return self._bare(value, scale.unit, "num", spoken=False, verb=verb)

    def _outturn(self, indicator: str) -> Decimal:
        if indicator not in self._outturns:
            scale = self._scale(indicator)
            self._outturns[indicator] = self._number(scale.low, scale.high, scale.places)
        return self._outturns[indicator]

    def _aim(self, indicator: str, epoch: str) -> Decimal:
        words = vocabulary()[indicator]
        scale = self._scale(indicator)
        if words.aims:
            return self._pick(words.aims)
        value = float(self._outturn(indicator))
        if words.trend == "add":
            shift = self._between(3, 6) if epoch == "goal" else self._between(0.2, 1.5)
            shift *= 0.15 if words.small else 1
            ceiling = 99.0 if scale.unit == "%" else 360.0
            places = min(scale.places, 2 if words.small else 1)
            return self._exact(min(value + shift, ceiling), places)
        value *= self._between(1.3, 1.6) if epoch == "goal" else self._between(1.03, 1.1)
        if value >= 10_000:
            return self._exact(value / 100, 0) * 100
        return self._exact(value, 0 if value >= 30 else min(scale.places, 1))

    def _earlier(self, words: Words, scale: Scale, value: Decimal, *, recent: bool) -> Decimal:
        if words.trend == "scale":
            share = self._between(0.9, 0.97) if recent else self._between(0.52, 0.82)
            return self._exact(float(value) * share, scale.places)
        shift = self._between(0.4, 1.6) if recent else self._between(2, 6)
        shift *= 0.08 if words.small else 1
        if words.trend == "ceiling":
            shift *= -3 if scale.unit != "%" else -0.1
        return self._exact(float(value) - shift, scale.places)

    def _kept_below(self, value: Decimal, unit: str, status: Status) -> Figure:
        if status is Status.ACTUAL:
            verb = self._pick(("为", "", "降至"))
            return self._bare(value, unit, "num", spoken=False, verb=verb)
        before, after, bound = self._pick(
            (
                ("控制在", "以内", Bound.LE),
                ("控制在", "左右", Bound.APPROX),
                ("不超过", "", Bound.LE),
                ("控制在", "以下", Bound.LE),
            )
        )
        surface = f"{before}{plain(value)}{unit}{after}"
        return Figure(value=value, unit=unit, bound=bound, surface=surface)

    def _rounded(self, value: Decimal) -> Decimal:
        """The value cut to a rounder one: 326.35 to 320, 35021 to 35000, 2.71 to 2.7."""
        step = Decimal(10) ** (value.adjusted() - 1)
        cut = value // step * step
        return Decimal(plain(cut))

    def _hurdle(self, value: Decimal, unit: str) -> Figure:
        passed = [
            step * power for power in (1, 10, 100) for step in _HURDLES if step * power < value
        ]
        if not passed:
            raise Unfit("no hurdle lies below so small a value")
        reached = Decimal(max(passed))
        numeral = _HURDLE_NAMES.get(int(reached), plain(reached))
        ending = "大关" if numeral.isalpha() or self._rng.random() < 0.5 else ""
        surface = f"{self._pick(('突破', '首次突破', '迈上', '跨过'))}{numeral}{unit}"
        if surface.startswith("迈上"):
            ending = "台阶"
        return Figure(value=reached, unit=unit, bound=Bound.GE, surface=surface + ending)

    def _tenths(self) -> Figure:
        tens = self._pick((7, 8))
        value, numeral = Decimal(tens * 10), f"{_NUMERALS[tens]}成"
        if self._rng.random() < 0.3:
            value, numeral = value + 5, f"{numeral}五"
        before, after, bound = self._pick(
            (("", "以上", Bound.GE), ("超", "", Bound.GE), ("近", "", Bound.APPROX))
        )
        return Figure(value=value, unit="%", bound=bound, surface=f"{before}{numeral}{after}")

    # -- growth and change

    def _growth(self, indicator: str, status: Status, epoch: str, style: str) -> Figure:
        words = vocabulary()[indicator]
        if status is Status.TARGET:
            value = self._exact(self._between(*words.grow_aims) * 2, 0) / 2
        else:
            value = self._number(*words.grow, 1) * (3 if epoch == "span" else 1)
        if value == 0:
            value = Decimal("0.6")
        if style.startswith("num"):
            return self._bare(abs(value), "%", style, spoken=False, verb="")
        if style == "down":
            number = plain(abs(value))
            return Figure(value=-abs(value), unit="%", surface=f"{number}%")
        if value < 0:
            verb = self._pick(
                ("下降", "降低")
                if words.grow[1] < 0
                else ("下降", "下降", "同比下降", "降幅收窄至", "比上年下降")
            )
            after, bound = "", Bound.EQ
            if status is Status.TARGET:
                after, bound = self._pick(
                    (("", Bound.EQ), ("左右", Bound.APPROX), ("以上", Bound.GE))
                )
            surface = f"{verb}{plain(-value)}%{after}"
            return Figure(value=value, unit="%", bound=bound, surface=surface)
        if status is Status.TARGET:
            return self._growth_aim(value, words.rise)
        if words.rise == "增长" and self._rng.random() < 0.06:
            verb = self._pick(("增速达", "增幅达", "增速为", "同比增速"))
            return Figure(value=value, unit="%", surface=f"{verb}{plain(value)}%")
        compared = self._pick(("", "", "", "同比", "比上年", "较上年"))
        if value > 3 and self._rng.random() < 0.08:
            before, bound = self._pick((("超", Bound.GE), ("近", Bound.APPROX)))
            value = value // 1
            surface = f"{compared}{words.rise}{before}{plain(value)}%"
            return Figure(value=value, unit="%", bound=bound, surface=surface)
        return Figure(value=value, unit="%", surface=f"{compared}{words.rise}{plain(value)}%")

    def _growth_aim(self, value: Decimal, rise: str) -> Figure:
        style = self._pick(("num", "num", "num~", "num~", "num+", "num+", "range"))
        if style != "range":
            verb = rise
            if style == "num+" and rise == "增长":
                verb = self._pick((rise, rise, f"力争{rise}", "增速达到", "增速保持在"))
            return self._bare(value, "%", style, spoken=True, verb=verb)
        high = value + self._pick((Decimal("0.5"), Decimal(1)))
        low_end, high_end = plain(value), plain(high)
        between = self._pick(
            (f"{low_end}%—{high_end}%", f"{low_end}%-{high_end}%", f"{low_end}%至{high_end}%",
             f"{low_end}—{high_end}%", f"{low_end}%～{high_end}%")
        )  # fmt: skip
        return Figure(value=value, high=high, unit="%", surface=f"{rise}{between}")

    def _change(self, indicator: str, status: Status, epoch: str, style: str) -> Figure:
        words = vocabulary()[indicator]
        if words.adds:
            scale = self._scale(indicator, adds=True)
            low, high, unit, places = scale.low, scale.high, scale.unit, scale.places
            if unit == self._scale(indicator).unit:  # what is added is a part of what there is
                high = min(high, 0.2 * float(self._outturn(indicator)))
                low = min(low, high / 2)
        else:
            (low, high), unit, places = words.points, "个百分点", 2 if words.small else 1
        years = self._between(3.4, 5.2) if epoch == "span" else 1
        value = self._number(low * years, high * years, places)
        if words.adds and status is Status.TARGET:
            value = self._rounded(value)
        if style == "down":
            return Figure(value=-value, unit=unit, surface=f"{plain(value)}{unit}")
        if style != "free":
            return self._bare(value, unit, style, spoken=False, verb="")
        if status is Status.TARGET:
            chosen = self._pick(("num", "num", "num+", "num~"))
            return self._bare(value, unit, chosen, spoken=True, verb="")
        if value >= 100 and self._rng.random() < 0.15:
            value = self._rounded(value)
            more = self._pick(("余", "多"))
            surface = f"{plain(value)}{more}{unit}"
            return Figure(value=value, unit=unit, bound=Bound.GE, surface=surface)
        return self._bare(value, unit, "num", spoken=False, verb="")

    # -- shapes

    def _bare(self, value: Decimal, unit: str, style: str, *, spoken: bool, verb: str) -> Figure:
        """A number whose bound word stands in the sentence, or here when `spoken`."""
        bound, after = {
            "num": (Bound.EQ, ""),
            "num~": (Bound.APPROX, "左右"),
            "num+": (Bound.GE, "以上"),
            "num-": (Bound.LE, "以内"),
        }[style]
        surface = f"{verb}{plain(value)}{unit}{after if spoken else ''}"
        return Figure(value=value, unit=unit, bound=bound, surface=surface)

    def _bounded(self, value: Decimal, unit: str, before: str) -> Figure:
        bound = Bound.APPROX if before == "近" else Bound.GE
        return Figure(value=value, unit=unit, bound=bound, surface=f"{before}{plain(value)}{unit}")

    def _scale(self, indicator: str, *, adds: bool = False) -> Scale:
        known = self._scales.get((indicator, adds))
        if known is None:
            words = vocabulary()[indicator]
            scales = words.adds if adds else words.units
            other = self._scales.get((indicator, not adds))
            alike = [scale for scale in scales if other is not None and scale.unit == other.unit]
            known = self._pick(alike or scales)
            if self._county and known.county != 1:
                known = Scale(
                    unit=known.unit,
                    low=known.low * known.county,
                    high=known.high * known.county,
                    places=known.places,
                    county=1,
                )
            self._scales[(indicator, adds)] = known
        return known

    def _pick(self, choices: Sequence[T]) -> T:
        return choices[int(self._rng.random() * len(choices))]

    def _between(self, low: float, high: float) -> float:
        return low + (high - low) * self._rng.random()

    def _number(self, low: float, high: float, places: int) -> Decimal:
        return self._exact(self._between(low, high), places)

    def _exact(self, value: float, places: int) -> Decimal:
        step = Decimal(1).scaleb(-places)
        return Decimal(plain(Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP)))
