"""What people say of a report's observations, put over what a version of the rules finds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from zhibiao.domain.difference import Stated
from zhibiao.domain.spans import Span


class CorrectionKind(StrEnum):
    """What a person says of an observation."""

    RIGHT = "right"  # confirmed as it is
    WRONG = "wrong"  # the report does not state this
    EDITED = "edited"  # it states something else there
    ADDED = "added"  # it states this, and nothing was found


# What a correction decides. Two observations that agree in them say the same of the report.
DECIDED: Final = (
    "indicator", "measure", "value", "value_high", "unit", "bound", "status", "period_start",
    "period_end", "scope", "stretch",
)  # fmt: skip
# What makes a wrong statement the same wrong statement again.
_CLAIM: Final = (
    "indicator", "measure", "value", "unit", "status", "period_start", "period_end", "scope",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """One correction; observations are by field names, as they are stored."""

    id: int
    kind: CorrectionKind
    found: Stated | None  # what it was made of; None: nothing was there
    meant: Stated | None  # what the report states; None: nothing of the kind
    same_text: bool  # the places of both are those of the text that is looked at


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlay:
    """Corrections over one generation of observations, whose positions are given."""

    confirmed: Mapping[int, int] = field(default_factory=dict)  # position -> correction
    overruled: Mapping[int, int] = field(default_factory=dict)  # position -> correction
    inserted: Sequence[Correction] = ()  # whose meaning is found nowhere: it is added
    agreeing: frozenset[int] = frozenset()  # corrections that the generation agrees with


def overlay(stated: Sequence[Stated], corrections: Iterable[Correction]) -> Overlay:
    """Match corrections with observations: by place, and by what is stated there.

    From the surest likeness to the loosest: what a correction means; what it was made of; the same
    indicator at its place. Another indicator there is left alone: one number may be two's
    (城乡居民收入增长7%). Each observation is one correction's.
    """
    left = list(corrections)
    free = set(range(len(stated)))
    confirmed: dict[int, int] = {}
    overruled: dict[int, int] = {}
    inserted: list[Correction] = []
    agreeing: set[int] = set()
    matched: dict[int, tuple[int, Correction]] = {}
    for likeness in _LIKENESSES:
        found = _matches(stated, sorted(free), left, likeness)
        matched |= {correction.id: (position, correction) for position, correction in found}
        free -= {position for position, _ in found}
        taken = {correction.id for _, correction in found}
        left = [correction for correction in left if correction.id not in taken]
    for position, correction in matched.values():
        if correction.meant is not None and _same(stated[position], correction.meant, DECIDED):
            confirmed[position] = correction.id
            agreeing.add(correction.id)
            continue
        overruled[position] = correction.id
        if correction.meant is not None:
            inserted.append(correction)
    inserted += [correction for correction in left if correction.meant is not None]
    agreeing |= {correction.id for correction in left if correction.meant is None}
    return Overlay(
        confirmed=confirmed,
        overruled=overruled,
        inserted=sorted(inserted, key=lambda correction: correction.id),
        agreeing=frozenset(agreeing),
    )


@dataclass(frozen=True, slots=True)
class _Likeness:
    of: Callable[[Correction], Stated | None]  # which side of a correction is compared
    fields: tuple[str, ...]
    applies: Callable[[Correction], bool] = lambda _correction: True


_LIKENESSES: Final = (
    _Likeness(lambda correction: correction.meant, DECIDED),
    _Likeness(lambda correction: correction.found, _CLAIM),
    # What is wrong is wrong only as it was stated.
    _Likeness(
        lambda correction: correction.found,
        ("indicator",),
        lambda correction: correction.meant is not None,
    ),
)


def _matches(
    stated: Sequence[Stated],
    free: Sequence[int],
    corrections: Iterable[Correction],
    likeness: _Likeness,
) -> list[tuple[int, Correction]]:
    at: dict[Hashable, list[int]] = defaultdict(list)
    for position in free:
        own = _values(stated[position], likeness.fields)
        for same_text in (True, False):
            at[same_text, _place(stated[position], same_text), own].append(position)
    found: list[tuple[int, Correction]] = []
    taken: set[int] = set()
    for correction in corrections:
        side = likeness.of(correction)
        if side is None or not likeness.applies(correction):
            continue
        same_text = correction.same_text
        key = (same_text, _place(side, same_text), _values(side, likeness.fields))
        for position in at.get(key, ()):
            if position not in taken:
                taken.add(position)
                found.append((position, correction))
                break
    return found


def _place(stated: Stated, same_text: bool) -> Hashable:
    if same_text:
        return stated["number_start"], stated["number_end"]
    return "".join(str(stated["evidence"]).split()), _plain(stated["value"])


def _same(one: Stated, other: Stated, fields: tuple[str, ...]) -> bool:
    return _values(one, fields) == _values(other, fields)


def _values(stated: Stated, fields: tuple[str, ...]) -> tuple[Hashable, ...]:
    return tuple(_plain(stated[name]) for name in fields)


def _plain(value: Any) -> Hashable:
    plain: Hashable = value.normalize() if isinstance(value, Decimal) else value
    return plain


def places_of(words: str, text: str) -> list[Span]:
    """Where a text holds words, with any white space in them."""
    solid = "".join(words.split())
    pattern = re.compile(r"\s*".join(map(re.escape, solid)))
    return [Span(*match.span()) for match in pattern.finditer(text)] if solid else []


def moved(stated: Stated, text: str) -> dict[str, Any] | None:
    """An observation with the places that it has in another reading of its report.

    Its evidence is looked for with any white space in it, the nearest to where it stood; None
    where the text does not hold it.
    """
    evidence, begin = str(stated["evidence"]), int(stated["start"])
    found = min(places_of(evidence, text), key=lambda place: abs(place.start - begin), default=None)
    if found is None:
        return None
    number_start = _solid_before(evidence, stated["number_start"] - begin)
    number_end = _solid_before(evidence, stated["number_end"] - begin)
    at = [i for i in range(found.start, found.end) if not text[i].isspace()]
    places = {
        "start": found.start,
        "end": found.end,
        "evidence": text[found.start : found.end],
        "number_start": at[min(number_start, len(at) - 1)],
        "number_end": at[min(max(number_end, 1), len(at)) - 1] + 1,
        "name_start": None,
        "name_end": None,
    }
    return {**stated, **places}


def _solid_before(evidence: str, offset: int) -> int:
    return sum(not character.isspace() for character in evidence[:offset])
