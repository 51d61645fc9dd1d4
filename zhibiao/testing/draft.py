"""A report's text as it grows, with the observations that it has stated so far."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from zhibiao.domain import Measure, Status
from zhibiao.testing.figures import Figure, Figures, Unfit, plain, vocabulary
from zhibiao.testing.planted import Planted
from zhibiao.testing.templates import Slot, parse, resolve

_MEASURES = {measure.value: measure for measure in Measure}
_EPOCHS = {
    "@last": "last",
    "@base": "base",
    "@goal": "goal",
    "@plan": "goal",
    "@span": "span",
    "@since": "span",
}
_Key = tuple[str, Measure, Status, int, int, bool]


class _Statement(NamedTuple):
    """An observation while its sentence is written; offsets count from the sentence's start."""

    indicator: str
    measure: Measure
    figure: Figure
    status: Status
    period: tuple[int, int]
    start: int
    end: int

    def planted(self, text: str) -> Planted:
        return Planted(
            indicator=self.indicator,
            measure=self.measure,
            value=self.figure.value,
            value_high=self.figure.high,
            unit=self.figure.unit,
            bound=self.figure.bound,
            status=self.status,
            period_start=self.period[0],
            period_end=self.period[1],
            sentence=text[self.start : self.end],
            start=self.start,
            end=self.end,
        )


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
    def last(self) -> int:
        """The year before the one that is reviewed."""
        return self.year - 2

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
        self._statements: list[_Statement] = []
        self._stated: set[_Key] = set()

    def __len__(self) -> int:
        """Characters written so far."""
        return self._length

    def literal(self, text: str) -> None:
        """Write text that holds no slots."""
        self._chunks.append(text)
        self._length += len(text)

    def write(self, *templates: str) -> bool:
        """Write one sentence, the templates one after the other.

        False, and nothing written, where it would repeat a fact.
        """
        sentence = _Sentence(self._rng, self._figures, self._calendar, self._words, self.status)
        try:
            for template in templates:
                sentence.fill(resolve(parse(template), self._rng), self._stated)
        except Unfit:
            return False
        for statement in sentence.statements:
            start, end = statement.start + self._length, statement.end + self._length
            self._statements.append(statement._replace(start=start, end=end))
        self._stated |= sentence.keys
        self.literal(sentence.text)
        return True

    def finish(self, finishing: Callable[[str], str]) -> tuple[str, tuple[Planted, ...]]:
        """The whole text after `finishing`, which must keep each character's place."""
        text = finishing("".join(self._chunks))
        if len(text) != self._length:
            raise ValueError("finishing moved characters: the planted spans would be wrong")
        return text, _distinct(statement.planted(text) for statement in self._statements)


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
        self.statements: list[_Statement] = []
        self.keys: set[_Key] = set()
        self._names: dict[str, int] = {}  # indicator -> where its name begins
        self._figure: Figure | None = None  # the one written last
        self._hurdle = False  # whether that one is a hurdle
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
                self.statements[-1] = self.statements[-1]._replace(end=len(self.text))
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
            "last": calendar.last,
            "first": calendar.first,
            "base": calendar.base,
            "goal": calendar.goal,
            "plan_end": calendar.plan_end,
        }
        if slot.head in years:
            return str(years[slot.head])
        word = self._pick(self._words[slot.head])
        if word and word in self.text:  # 河阳县、河阳县: another one
            choices = self._words[slot.head]
            word = choices[(choices.index(word) + 1) % len(choices)]
        return word

    def _state(self, slot: Slot, stated: set[_Key]) -> None:
        indicator, _, measure_name = slot.head.partition(".")
        measure = _MEASURES[measure_name]
        style = next((o for o in slot.options if not o.startswith("@")), "free")
        at = next((o for o in slot.options if o.startswith("@")), "")
        start, end = self._period(measure, at)
        self._hurdle = style == "hurdle" or (style == "same" and self._hurdle)
        key = (indicator, measure, self._status, start, end, self._hurdle)
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
        self.statements.append(
            _Statement(
                indicator=indicator,
                measure=measure,
                figure=figure,
                status=self._status,
                period=(start, end),
                start=self._names[indicator],
                end=len(self.text),
            )
        )

    def _period(self, measure: Measure, at: str) -> tuple[int, int]:
        calendar = self._calendar
        target = self._status is Status.TARGET
        if at == "@base":
            return calendar.base, calendar.base
        if at == "@last":
            return calendar.last, calendar.last
        if at == "@goal":
            return calendar.goal, calendar.goal
        if at == "@plan":
            return calendar.plan_end, calendar.plan_end
        if at == "@since" or measure is Measure.RATIO:
            return calendar.base, calendar.review
        if at == "@span" or measure is Measure.AVERAGE_GROWTH:
            if target:
                return calendar.year, calendar.goal
            return calendar.first, calendar.review
        return (calendar.year, calendar.year) if target else (calendar.review, calendar.review)

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
