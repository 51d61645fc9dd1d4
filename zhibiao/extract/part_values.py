"""Values of a part of the year that are none of the year: 一季度增长4.1%，…，全年增长5.2%.

Reports that are given before the year ends tell its first months for it, and theirs stay. Where the
year's own value is told, or that of more of it in the same sentence, they are steps on the way.
"""

from __future__ import annotations

import itertools

from zhibiao.domain import Observation, rules_part_of_year
from zhibiao.language.part_years import of_part_of_year


def passed_parts(stated: list[Observation | None]) -> list[int]:
    """Which of the observations of a report, in order, those are."""
    told: dict[tuple[object, ...], list[int]] = {}
    for i, observation in enumerate(stated):
        if observation is None or observation.indicator is None:
            continue
        fact = (
            observation.indicator, observation.measure, observation.status,
            observation.period_start, observation.period_end, observation.scope,
        )  # fmt: skip
        told.setdefault(fact, []).append(i)
    found: list[int] = []
    for places in told.values():
        if len(places) > 1:  # as of few
            found += _passed([(i, each) for i in places if (each := stated[i]) is not None])
    return found


def _passed(told: list[tuple[int, Observation]]) -> list[int]:
    """The same of what is told of one fact."""
    parts = [(i, each) for i, each in told if _of_part(each)]
    if len(parts) < len(told):
        return [i for i, _ in parts]
    return [
        i
        for (i, each), (_, later) in itertools.pairwise(parts)
        if each.sentence_span == later.sentence_span
    ]


def _of_part(observation: Observation) -> bool:
    number_at = observation.number_span.start - observation.sentence_span.start
    return rules_part_of_year(observation.rule) or of_part_of_year(observation.sentence, number_at)
