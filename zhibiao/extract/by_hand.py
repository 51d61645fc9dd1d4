"""An observation as a person states it: checked against the catalogue and the report's text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, Final

from zhibiao.catalogue.indicators import Catalogue, Indicator
from zhibiao.catalogue.units import FOREIGN, POINTS, TIMES, dimension, in_base_unit, known_unit
from zhibiao.domain import Bound, Measure, Scope, Span, Status
from zhibiao.errors import InvalidCorrection
from zhibiao.extract.number.quantities import read_numbers
from zhibiao.language.dates import FIRST_YEAR, LAST_YEAR
from zhibiao.text.sentences import enclosing, sentences, within_reach

FIELDS: Final = (
    "indicator", "measure", "value", "value_high", "unit", "bound", "status", "period_start",
    "period_end", "scope", "stretch", "start", "end",
)  # fmt: skip
# What is true of an added one where nothing else is said.
_USUAL: Final[Mapping[str, Any]] = {
    "measure": Measure.LEVEL.value, "value_high": None, "unit": "", "bound": Bound.EQ.value,
    "status": Status.ACTUAL.value, "scope": Scope.REGION.value, "stretch": False, "tone": None,
    "period_start": None,
}  # fmt: skip
_NEEDED: Final = ("indicator", "value", "period_end", "start", "end")
_CHOICES: Final = {"measure": Measure, "bound": Bound, "status": Status, "scope": Scope}
_LONGEST: Final = 1000  # characters of evidence
_RATES: Final = frozenset(("%", *TIMES))
_SHOWN: Final = 5


def stated_by_hand(
    said: Mapping[str, Any], *, found: Mapping[str, Any] | None, text: str, catalogue: Catalogue
) -> dict[str, Any]:
    """All that is stored of an observation: what was said, and the rest as it was found.

    `said` holds FIELDS, `found` the observation that is edited; None: one is added. Places are
    half-open offsets into `text`, the raw text. Raises InvalidCorrection.
    """
    known = {**(_USUAL if found is None else found), **said}
    for field in _NEEDED:
        if known.get(field) is None:
            raise _wrong(field, "is missing")
    for field, choice in _CHOICES.items():
        if known[field] not in {each.value for each in choice}:
            raise _wrong(field, f"is {known[field]!r}: one of {', '.join(choice)}")
    value = _decimal("value", known["value"])
    high = None if known["value_high"] is None else _decimal("value_high", known["value_high"])
    if high is not None and high <= value:
        raise _wrong("value_high", f"is {high}, which is not above the value {value}")
    indicator = _indicator(catalogue, known["indicator"])
    unit = _unit(str(known["unit"]), indicator, known["measure"])
    based = in_base_unit(value, unit, indicator.base_unit, indicator.units)
    stated = {
        **known,
        "value": value,
        "value_high": high,
        "unit": unit,
        "stretch": bool(known["stretch"]),
        "base_value": None if based is None else based[0],
        "base_unit": None if based is None else based[1],
        **_period(known),
    }
    if known["status"] != Status.TARGET:
        stated |= {"tone": None, "stretch": False}
    moved = found is None or (known["start"], known["end"]) != (found["start"], found["end"])
    if moved or value != found["value"]:  # type: ignore[index]
        stated |= _place(text, known["start"], known["end"], value)
    return stated


def _wrong(field: str, says: str, **details: Any) -> InvalidCorrection:
    return InvalidCorrection(f"{field} {says}.", field=field, **details)


def _decimal(field: str, written: Any) -> Decimal:
    try:
        value = Decimal(str(written))
    except InvalidOperation:
        raise _wrong(field, f"is {written!r}, which is no number") from None
    if not value.is_finite() or abs(value) >= Decimal("1e18") or len(format(value, "f")) > 38:
        raise _wrong(field, f"is {written!r}, which no report states")
    return value


def _indicator(catalogue: Catalogue, wanted: str) -> Indicator:
    known = catalogue.indicators.get(wanted)
    if known is not None:
        return known
    ids = {name: each.id for each in catalogue.indicators.values() for name in _names(each)}
    nearest = list(dict.fromkeys(ids[n] for n in get_close_matches(wanted, ids, n=_SHOWN)))
    meant = f"; did you mean {' or '.join(nearest)}?" if nearest else ""
    raise _wrong("indicator", f"is {wanted!r}, which the catalogue has not{meant}", nearest=nearest)


def _names(indicator: Indicator) -> tuple[str, ...]:
    return (indicator.id, indicator.name, indicator.name_zh, *indicator.aliases)


def _unit(unit: str, indicator: Indicator, measure: str) -> str:
    """The unit, where the measure of the indicator can have it."""
    if indicator.measures and measure not in indicator.measures:
        measures = ", ".join(sorted(indicator.measures))
        raise _wrong("measure", f"is {measure}: of {indicator.id} it is {measures}")
    rates = measure in (Measure.GROWTH, Measure.AVERAGE_GROWTH, Measure.RATIO)
    fitting = ["%", "倍"] if rates else list(indicator.units)
    if measure == Measure.CHANGE:
        fitting.append(POINTS)
    counted = dimension(unit)
    kinds = {kind[0] for each in fitting if (kind := dimension(each)) is not None}
    fits = counted is not None and (
        counted[0] in (_RATES if rates else kinds)
        or (not rates and in_base_unit(Decimal(1), unit, indicator.base_unit, indicator.units)
            == (counted[1], indicator.base_unit))
        or (not rates and "元" in kinds and counted[0] in FOREIGN)
    )  # fmt: skip
    if not unit or not known_unit(unit) or not fits:
        raise _wrong(
            "unit",
            f"is {unit!r}; {measure} of {indicator.id} is in {', '.join(fitting[:_SHOWN])} or the "
            "like (亿元, 万人)",
        )
    return unit


def _period(known: Mapping[str, Any]) -> dict[str, int]:
    last = known["period_end"]
    first = last if known["period_start"] is None else known["period_start"]
    for field, year in (("period_start", first), ("period_end", last)):
        if not isinstance(year, int) or not FIRST_YEAR - 100 <= year <= LAST_YEAR:
            raise _wrong(field, f"is {year!r}, which is no year")
    if first > last:
        raise _wrong("period_start", f"is {first}, after period_end {last}")
    return {"period_start": first, "period_end": last}


def _place(text: str, start: int, end: int, value: Decimal) -> dict[str, Any]:
    """Evidence, number, name and sentence of text[start:end]."""
    if not 0 <= start < end <= len(text):
        raise _wrong("start", f"and end, {start}-{end}, are no place in {len(text)} characters")
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if not start < end <= start + _LONGEST:
        raise _wrong("end", f"leaves no evidence: from 1 to {_LONGEST} characters are")
    numbers = [each for each in read_numbers(text[:end], start, end) if not each.reason]
    if not numbers:
        raise _wrong("start", f"and end hold no number: {text[start:end]!r}")
    exact = (each for each in numbers if abs(each.value) == abs(value))
    number = next(exact, numbers[-1])
    sentence = within_reach(text, enclosing(sentences(text), start, end), Span(start, end))
    subject = text[start : number.number_start].strip(" ，、：（）“”\n") or text[start:end]
    return {
        "start": start,
        "end": end,
        "evidence": text[start:end],
        "number_start": number.number_start,
        "number_end": number.number_end,
        "name_start": None,
        "name_end": None,
        "subject": subject,
        "sentence_start": sentence.start,
        "sentence_end": sentence.end,
    }
