"""What was decided about every number of a report, sentence by sentence, for people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from zhibiao.domain import Extraction, Metadata, Observation, RawDocument, Rejection, Span
from zhibiao.text.context import sentence_around

_BOUNDS = {"eq": "", "ge": "≥ ", "le": "≤ ", "approx": "≈ "}


def explanation(document: RawDocument, metadata: Metadata, found: Extraction) -> str:
    """Each sentence that holds a number, and under it a line a number: what it became and why."""
    decided: list[tuple[Span, Span, str]] = [
        (_sentence(document, observation.number_span), observation.number_span, _kept(observation))
        for observation in found.observations
    ]
    decided += [
        (_sentence(document, rejection.span), rejection.span, _refused(rejection))
        for rejection in found.rejections
    ]
    decided.sort(key=lambda entry: (entry[0], entry[1]))
    return "\n".join(_lines(document, metadata, decided))


def _lines(
    document: RawDocument, metadata: Metadata, decided: list[tuple[Span, Span, str]]
) -> Iterator[str]:
    region = metadata.region if metadata.region is not None else "(region not stated)"
    yield (
        f"# {document.name} [{document.part}]  {region}, delivered {metadata.year or '?'}, "
        f"reviews {metadata.review_year or '?'}"
    )
    for sentence, entries in groupby(decided, key=lambda entry: entry[0]):
        yield ""
        yield " ".join(sentence.of(document.text).split())
        for _, number, decision in entries:
            yield f"    {number.of(document.text)!r} at {number.start}: {decision}"


def _sentence(document: RawDocument, number: Span) -> Span:
    return sentence_around(document.text, number)


def _kept(observation: Observation) -> str:
    value = format(observation.value, "f")
    if observation.value_high is not None:
        value += f"–{observation.value_high:f}"
    ends = (observation.period_start, observation.period_end)
    years = dict.fromkeys(str(year) for year in ends if year is not None)
    words = [
        observation.indicator or f"open quantity “{observation.subject}”",
        str(observation.measure),
        _BOUNDS[observation.bound] + value + observation.unit,
        str(observation.status),
        "–".join(years) or "no year",
        *([f"of a part ({observation.scope})"] if observation.scope != "region" else []),
        *([f"tone {observation.tone}"] if observation.tone else []),
        *observation.flags,
    ]
    return ", ".join(words) + (f"  [{observation.rule}]" if observation.rule else "")


def _refused(rejection: Rejection) -> str:
    return f"no observation: {rejection.reason}"
