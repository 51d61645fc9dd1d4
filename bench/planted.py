"""What generated reports state against what is extracted from them: `python -m bench.planted`.

`python -m bench.planted [COUNT] [SEED]`: by default 2,000 reports, about 180,000 planted facts.
Prints precision, recall, and each difference.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from zhibiao import pipeline
from zhibiao.domain import Observation, RawDocument, Scope
from zhibiao.pipeline import Language
from zhibiao.testing.figures import vocabulary
from zhibiao.testing.planted import Planted, PlantedReport
from zhibiao.testing.reports import generate_many

# Two statements that differ in their bound only (近2000亿元, 跨过2000亿元大关) are one fact, as for
# annotators; its bound is then that of either.
Fact = tuple[str, str, Decimal, Decimal | None, str, str, int | None, int | None]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One report's facts: how many are both planted and found, and those that are not."""

    name: str
    hits: int
    missed: tuple[tuple[Fact, str], ...]  # with the sentence that states it
    invented: tuple[tuple[Fact, str], ...]  # with the evidence
    bounds: int  # hits whose bound is right


@cache
def language() -> Language:
    return Language.load()


def key_of(fact: Planted | Observation) -> Fact:
    """What makes two statements the same fact."""
    return (
        str(fact.indicator),
        str(fact.measure),
        fact.value.normalize(),
        None if fact.value_high is None else fact.value_high.normalize(),
        fact.unit,
        str(fact.status),
        fact.period_start,
        fact.period_end,
    )


def compare(report: PlantedReport) -> Compared:
    """Extract from a report as the service does, and hold it against what was planted."""
    raw = RawDocument(name=f"{report.name}.txt", part=0, text=report.text, media_type="text/plain")
    described = pipeline.clean(raw, {})
    extraction = pipeline.extract(described.clean, raw.text, described.metadata, language())
    planted = {key_of(fact): fact.sentence for fact in report.planted}
    known = set(vocabulary())
    stated = [
        found
        for found in extraction.observations
        if found.indicator in known and found.scope is Scope.REGION
    ]
    facts = [key_of(each) for each in stated]
    found = {fact: each.evidence for fact, each in zip(facts, stated, strict=True)}
    bounds = {(fact, str(each.bound)) for fact, each in zip(facts, stated, strict=True)}
    return Compared(
        name=report.name,
        hits=len(planted.keys() & found.keys()),
        missed=tuple((fact, planted[fact]) for fact in planted if fact not in found),
        invented=tuple((fact, found[fact]) for fact in found if fact not in planted),
        bounds=sum((key_of(fact), str(fact.bound)) in bounds for fact in report.planted),
    )


def compared(count: int, seed: int) -> Iterator[Compared]:
    """Compare many reports, a process a core."""
    with ProcessPoolExecutor() as pool:
        yield from pool.map(compare, generate_many(count, seed), chunksize=20)


def main(count: int = 2000, seed: int = 42) -> None:
    hits = missed = invented = bounds = 0
    for report in compared(count, seed):
        hits += report.hits
        bounds += report.bounds
        missed += len(report.missed)
        invented += len(report.invented)
        for kind, facts in (("missed", report.missed), ("invented", report.invented)):
            for fact, sentence in facts:
                print(kind, report.name, *fact, "|", sentence)
    print(f"reports {count} planted {hits + missed} found {hits + invented} both {hits}")
    print(f"precision {hits / (hits + invented):.6f} recall {hits / (hits + missed):.6f}")
    print(f"bound {bounds / hits:.6f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
