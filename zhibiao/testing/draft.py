"""A report's text as it grows, with the observations that it has stated so far."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from zhibiao.domain import Measure, Status
from zhibiao.testing.figures import Figure, Figures, Unfit, plain, vocabulary
from zhibiao.testing.planted import Planted
from zhibiao.testing.templates import Slot, parse, resolve

_MEASURES = {measure.value: measure for measure in Measure}
_EPOCHS = {"@base": "base", "@goal": "goal", "@plan": "goal", "@span": "span", "@since": "span"}
_Key = tuple[str, Measure, Status, int, int, bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The years that a report speaks of."""

    year: int  # of delivery; the targets' year
    plan_end: int  # the end of the five-year plan that runs

    @property
    def review(self) -> int:
        """The year that is reviewed."""
        return self.year - 1

    @property
    def first(self) -> int:
        """The first of the five years that are reviewed."""
        return self.year - 5

    @property
    def base(self) -> int:
        """The year before those five years."""
        return self.year - 6

    @property
    def goal(self) -> int:
        """The last of the five years to come."""
        return self.year + 4


class Draft:
    """Writes sentences from templates; one that repeats a fact already stated is refused."""

    def __init__(
        self,
        rng: random.Random,
        *,
        figures: Figures,
        calendar: Calendar,
        words: Mapping[str, Sequence[str]],
    ) -> None:
        self.status = Status.ACTUAL  # of what is written next
        self._rng = rng
        self._figures = figures
        self._calendar = calendar
        self._words = words
        self._chunks: list[str] = []
        self._length = 0
        self._planted: list[Planted] = []
        self._stated: set[_Key] = set()

    def __len__(self) -> int:
        """Characters written so far."""
        return self._length

    def literal(self, text: str) -> None:
        """Write text that holds no slots."""
        self._chunks.append(text)
        self._length += len(text)

    def write(self, template: str) -> bool:
        """Write one sentence; False, and nothing written, where it would repeat a fact."""
        sentence = _Sentence(self._rng, self._figures, self._calendar, self._words, self.status)
        try:
            sentence.fill(resolve(parse(template), self._rng), self._stated)
        except Unfit:
            return False
        self._planted += [
            replace(plant, start=plant.start + self._length, end=plant.end + self._length)
            for plant in sentence.plants
        ]
        self._stated |= sentence.keys
        self.literal(sentence.text)
        return True

    def finish(self, finishing: Callable[[str], str]) -> tuple[str, tuple[Planted, ...]]:
        """The whole text after `finishing`, which must keep each character's place."""
        text = finishing("".join(self._chunks))
        if len(text) != self._length:
            raise ValueError("finishing moved characters: the planted spans would be wrong")
        return text, _distinct(
            replace(plant, sentence=text[plant.start : plant.end]) for plant in self._planted
        )


class _Sentence:
    """One sentence being filled in; offsets count from its own start."""

    def __init__(
        self,
        rng: random.Random,
        figures: Figures,
        calendar: Calendar,
        words: Mapping[str, Sequence[str]],
        status: Status,
    ) -> None:
        self.text = ""
        self.plants: list[Planted] = []
        self.keys: set[_Key] = set()
        self._names: dict[str, int] = {}  # indicator -> where its name begins
        self._figure: Figure | None = None  # the one written last
        self._rng = rng
        self._figures = figures
        self._calendar = calendar
        self._words = words
        self._status = status

    def fill(self, parts: Iterable[str | Slot], stated: set[_Key]) -> None:
        for part in parts:
            if isinstance(part, str):
                self.text += part
            elif "." in part.head:
                self._state(part, stated)
            elif part.head == "$":
                end = len(self.text)
                last = self.plants[-1]
                self.plants[-1] = replace(last, end=end)
            elif part.head.startswith("^"):
                for indicator in (part.head[1:], *part.options):
                    self._names[indicator] = len(self.text)
            elif part.head in vocabulary():
                self._names[part.head] = len(self.text)
                self.text += self._pick(vocabulary()[part.head].names)
            else:
                word = self._word(part)
                if "{" in word:
                    self.fill(resolve(parse(word), self._rng), stated)
                else:
                    self.text += word

    def _word(self, slot: Slot) -> str:
        calendar = self._calendar
        if slot.head in ("int", "dec", "dec2"):
            low, high = (float(option) for option in slot.options)
            number = low + (high - low) * self._rng.random()
            places = {"int": 0, "dec": 1, "dec2": 2}[slot.head]
            return plain(Decimal(f"{number:.{places}f}"))
        years = {
            "year": calendar.year,
            "review": calendar.review,
            "first": calendar.first,
            "base": calendar.base,
            "goal": calendar.goal,
            "plan_end": calendar.plan_end,
        }
        if slot.head in years:
            return str(years[slot.head])
        return self._pick(self._words[slot.head])

    def _state(self, slot: Slot, stated: set[_Key]) -> None:
        indicator, _, measure_name = slot.head.partition(".")
        measure = _MEASURES[measure_name]
        style = next((o for o in slot.options if not o.startswith("@")), "free")
        at = next((o for o in slot.options if o.startswith("@")), "")
        start, end = self._period(measure, at)
        key = (indicator, measure, self._status, start, end, style == "hurdle")
        if key in stated or key in self.keys:
            raise Unfit(f"already stated: {key}")
        epoch = _EPOCHS.get(at, "year")
        if style == "same":
            if self._figure is None:
                raise ValueError(f"{slot.head}: no figure before this one to share")
            figure = self._figure
        else:
            figure = self._figures.draw(
                indicator, measure, status=self._status, epoch=epoch, style=style
            )
            self.text += figure.surface
        self._figure = figure
        self.keys.add(key)
        self.plants.append(
            Planted(
                indicator=indicator,
                measure=measure,
                value=figure.value,
                value_high=figure.high,
                unit=figure.unit,
                bound=figure.bound,
                status=self._status,
                period_start=start,
                period_end=end,
                sentence="",  # known when the whole text is
                start=self._names[indicator],
                end=len(self.text),
            )
        )

    def _period(self, measure: Measure, at: str) -> tuple[int, int]:
        calendar = self._calendar
        target = self._status is Status.TARGET
        if not at:
            at = {Measure.AVERAGE_GROWTH: "@span", Measure.RATIO: "@since"}.get(measure, "@year")
        periods = {
            "@base": (calendar.base, calendar.base),
            "@goal": (calendar.goal, calendar.goal),
            "@plan": (calendar.plan_end, calendar.plan_end),
            "@since": (calendar.base, calendar.review),
            "@year": (calendar.year,) * 2 if target else (calendar.review,) * 2,
            "@span": (calendar.year, calendar.goal)
            if target
            else (calendar.first, calendar.review),
        }
        return periods[at]

    def _pick(self, choices: Sequence[str]) -> str:
        return choices[int(self._rng.random() * len(choices))]


def _distinct(plants: Iterable[Planted]) -> tuple[Planted, ...]:
    """Each fact once: 突破千亿元 and 1000亿元 would be one."""
    seen: dict[tuple[object, ...], Planted] = {}
    for plant in plants:
        key = (
            plant.indicator,
            plant.measure,
            plant.value,
            plant.unit,
            plant.status,
            plant.period_start,
            plant.period_end,
        )
        seen.setdefault(key, plant)
    return tuple(seen.values())
