"""What a heading, or how a section begins, says of it: back or ahead, and which years.

Every piece of evidence is a vote; `Reading` is what they come to, with the reasons.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Final, NamedTuple

from zhibiao.language.alternatives import any_of
from zhibiao.language.wording import wording
from zhibiao.outline.frames import Years
from zhibiao.outline.spans import Phrase, YearsSaid, covered, phrases, with_whole_years

_WORDING: Final = wording(__name__)
_PROMISED: Final = _WORDING.pattern("promised")
_EXACT: Final = _WORDING.pattern("exact")
_MEMBERS: Final = _WORDING.pattern("members")
_ENOUGH: Final = 0.5  # weight from which a reading is sure of its direction
_WORD, _REVIEW, _YEARS = 1.0, 3.0, 2.0


class Reading(NamedTuple):
    """What the evidence says of a part."""

    direction: int  # -1 back, 1 ahead, 0 not told
    first: int | None
    last: int | None
    weight: float  # of the direction, against what speaks for the other
    dated: bool  # whether a phrase named the years
    evidence: tuple[str, ...]

    @property
    def several(self) -> int:
        """How many years it names; 0 for none."""
        return 0 if self.first is None or self.last is None else self.last - self.first + 1


NOTHING: Final = Reading(0, None, None, 0.0, False, ())


class _Words(NamedTuple):
    back: re.Pattern[str]
    ahead: re.Pattern[str]
    back_style: re.Pattern[str]
    ahead_style: re.Pattern[str]
    review: re.Pattern[str]
    problems: re.Pattern[str]
    body_back: re.Pattern[str]
    body_ahead: re.Pattern[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    text = resources.files("zhibiao.outline").joinpath("data", "evidence.toml").read_text("utf-8")
    told = tomllib.loads(text)
    heading, body = (
        {kind: re.compile(any_of(words)) for kind, words in told[part].items()}
        for part in ("heading", "body")
    )
    return _Words(**heading, body_back=body["back"], body_ahead=body["ahead"])


def names_problems(heading: str) -> bool:
    """Whether a heading opens the part on what went wrong."""
    return _words().problems.search(heading) is not None


def read_phrase(said: str, years: Years, *, styled: bool = False) -> Reading:
    """What a heading says, or a sentence that opens a part.

    Of several members the first decides the direction; those that look the same way are taken
    together where they look back: 2021年和本届政府工作回顾 is of the whole term. `styled`: the
    wording counts as well, as it does for a numbered part.
    """
    said = with_whole_years(said)
    found = list(phrases(said))
    whole = _read_member(said, found, years, styled)
    if not found:
        return whole
    cuts = [0, *(cut.end() for cut in _MEMBERS.finditer(said)), len(said)]
    members: list[Reading] = []
    for begin, end in pairwise(cuts):
        own = [p for p in found if begin <= p.start < end]
        if own:
            members.append(
                _read_member(
                    said[begin:end],
                    [p._replace(start=p.start - begin, end=p.end - begin) for p in own],
                    years,
                    styled,
                )
            )
    if len(members) < 2:
        return whole
    # a member without a word of its own goes with the one behind it: 2021年和五年工作回顾
    directions = [
        m.direction or _next_direction(members[i + 1 :], whole) for i, m in enumerate(members)
    ]
    first = directions[0]
    alike = [
        _read_member_as(own, years, first)
        for own, direction in zip(_groups(found, cuts), directions, strict=True)
        if direction == first
    ]
    if first >= 0:
        return whole._replace(
            direction=first or whole.direction,
            first=alike[0][0],
            last=alike[0][1],
            weight=max(whole.weight, members[0].weight),
        )
    starts = [a for a, _b in alike if a is not None]
    ends = [b for _a, b in alike if b is not None]
    if not starts or not ends:
        return whole
    return whole._replace(
        direction=-1, first=min(starts), last=max(ends), weight=max(whole.weight, members[0].weight)
    )


def _groups(found: Sequence[Phrase], cuts: list[int]) -> list[list[Phrase]]:
    groups = [[p for p in found if begin <= p.start < end] for begin, end in pairwise(cuts)]
    return [group for group in groups if group]


def _next_direction(later: list[Reading], whole: Reading) -> int:
    return next((reading.direction for reading in later if reading.direction), whole.direction)


def _read_member_as(
    found: Sequence[Phrase], years: Years, direction: int
) -> tuple[int | None, int | None]:
    spans = [covered(phrase, years, direction) for phrase in found]
    # a heading of review knows better than the metadata what lies behind
    spans = [
        span
        for span, phrase in zip(spans, found, strict=True)
        if span.last is not None
        and (span.direction in (0, direction) or phrase.kind is YearsSaid.YEARS)
    ]
    if not spans:
        return None, None
    if direction >= 0:
        return spans[0].first, spans[0].last
    return min(s.first for s in spans if s.first is not None), max(
        s.last for s in spans if s.last is not None
    )


def _read_member(said: str, found: Sequence[Phrase], years: Years, styled: bool) -> Reading:
    words = _words()
    score, reasons = 0.0, []
    review = words.review.search(said)
    back, ahead = words.back.search(said), words.ahead.search(said) or _PROMISED.search(said)
    if review is not None:
        score -= _REVIEW
        reasons.append(review[0])
        back = None
    if back is not None:
        score -= _WORD
        reasons.append(back[0])
    if ahead is not None:
        score += _WORD
        reasons.append(ahead[0])
    if back is not None and ahead is not None:
        # the one that stands first speaks of the part
        score += 0.5 if ahead.start() < back.start() else -0.5
    if styled:
        for style, sign in ((words.back_style, -0.5), (words.ahead_style, 0.5)):
            told = style.search(said)
            if told is not None:
                score += sign
                reasons.append(told[0])
    for phrase in found:
        reasons.append(said[phrase.start : phrase.end])
        score += _YEARS * covered(phrase, years, 0).direction
    direction = (score > 0) - (score < 0)
    first, last = _read_member_as(found, years, direction)
    return Reading(direction, first, last, abs(score), last is not None, tuple(reasons))


def several_named(said: str, years: Years, direction: int) -> tuple[int, int] | None:
    """The last of the several years that a heading names, and how many they are, where only what
    follows tells whether it looks back (-1) or ahead (1): 本届政府主要工作."""
    first, last = _read_member_as(list(phrases(with_whole_years(said))), years, direction)
    return None if first is None or last is None or first == last else (last, last - first + 1)


def read_body(body: str) -> float:
    """How much a section speaks for a plan (above 0) or a review (below 0); 0 if it says nothing.

    Told by the words of both kinds, and by exact amounts with their growth, as outturns have them.
    """
    words = _words()
    ahead = len(words.body_ahead.findall(body))
    back = len(words.body_back.findall(body)) + len(_EXACT.findall(body))
    return 0.0 if not ahead + back else (ahead - 2 * back) / (ahead + 2 * back)


def sure(reading: Reading) -> bool:
    """Whether the words alone decide the direction."""
    return reading.direction != 0 and reading.weight >= _ENOUGH
