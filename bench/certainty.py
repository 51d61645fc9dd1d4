"""How often certain and uncertain observations are wrong, on annotated reports.

A set is a folder of annotations (`NAME.jsonl`, in the form of an annotation guide) and the folder
that holds its texts (`NAME.txt`): `python -m bench.certainty ANNOTATIONS TEXTS …`. Without any, the
sets in `../shared/gold` beside the repository. A wrong observation is one that the annotators do
not have; lines that they marked optional do not count either way.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from bench.beside import DATA, GOLD
from zhibiao import pipeline
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.catalogue.units import in_base_unit
from zhibiao.domain import Observation, Scope
from zhibiao.extract import extract

BESIDE = (
    (GOLD / "observations", DATA / "reports"),
    (GOLD / "more" / "observations", DATA / "more"),
    (GOLD / "more" / "further", DATA / "more"),
)
LEAST_RATIO = 5.0
MOST_UNCERTAIN = 0.2

Fact = tuple[Any, ...]


class Judged(NamedTuple):
    """One observation that counts, and whether the annotators have it."""

    doubts: tuple[str, ...]
    wrong: bool


def judged(annotations: Path, texts: Path, catalogue: Catalogue) -> Iterator[Judged]:
    """The observations of one set's reports, of the indicators that the set knows."""
    sets = {path: _lines(path) for path in sorted(annotations.glob("*.jsonl"))}
    known = {line["indicator"] for lines in sets.values() for line in lines}
    for path, lines in sets.items():
        right = {_annotated(line, catalogue) for line in lines if not line.get("optional")}
        optional = {_annotated(line, catalogue) for line in lines if line.get("optional")} - right
        source = texts / f"{path.stem}.txt"
        for document in pipeline.read(source.read_bytes(), source.name):
            described = pipeline.clean(document, {})
            found = extract(described.clean, document.text, described.metadata, catalogue)
            yield from _compared(found.observations, known, right, optional)


def _compared(
    observations: Iterable[Observation], known: set[str], right: set[Fact], optional: set[Fact]
) -> Iterator[Judged]:
    seen: set[Fact] = set()
    for observation in observations:
        fact = _fact(observation)
        counts = observation.indicator in known and observation.scope is Scope.REGION
        if counts and fact not in optional and fact not in seen:
            seen.add(fact)
            yield Judged(tuple(map(str, observation.doubts)), fact not in right)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _fact(observation: Observation) -> Fact:
    value = observation.base_value if observation.base_value is not None else observation.value
    return (
        observation.indicator, observation.measure.value, value.normalize(),
        observation.status.value, observation.period_start, observation.period_end,
    )  # fmt: skip


def _annotated(line: dict[str, Any], catalogue: Catalogue) -> Fact:
    value = Decimal(str(line["value"]))
    indicator = catalogue.indicators.get(line["indicator"])
    if indicator is not None:
        based = in_base_unit(value, line["unit"], indicator.base_unit, indicator.units)
        value = based[0] if based else value
    return (
        line["indicator"], line["measure"], value.normalize(), line["status"],
        line["period_start"], line["period_end"],
    )  # fmt: skip


def report(name: str, found: list[Judged]) -> tuple[float, float]:
    """Print one line; the ratio of the shares of wrong ones, and the share of uncertain ones."""
    uncertain = [each for each in found if each.doubts]
    certain = [each for each in found if not each.doubts]
    shares = [sum(each.wrong for each in part) / max(1, len(part)) for part in (uncertain, certain)]
    ratio = shares[0] / shares[1] if shares[1] else float("inf")
    share = len(uncertain) / max(1, len(found))
    print(
        f"{name:40} {len(found):5} observations, {share:6.1%} uncertain; "
        f"wrong: {shares[0]:6.1%} of the uncertain, {shares[1]:6.2%} of the certain; "
        f"ratio {ratio:.1f}"
    )
    return ratio, share


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="ANNOTATIONS TEXTS, in pairs")
    folders = parser.parse_args().folders
    sets = list(zip(folders[::2], folders[1::2], strict=True)) if folders else list(BESIDE)
    if not all(folder.is_dir() for pair in sets for folder in pair):
        print("skipped: the annotated reports are not beside the repository")
        return 0
    catalogue = load_catalogue()
    everything: list[Judged] = []
    for folder, texts in sets:
        found = list(judged(folder, texts, catalogue))
        report("/".join(folder.parts[-2:]), found)
        everything += found
    ratio, share = report("all", everything)
    counts = Counter(doubt for each in everything for doubt in each.doubts)
    wrong = Counter(doubt for each in everything if each.wrong for doubt in each.doubts)
    for doubt, count in counts.most_common():
        print(
            f"  {doubt:20} {count:4}, of which wrong {wrong[doubt]:4} ({wrong[doubt] / count:.0%})"
        )
    return 0 if ratio >= LEAST_RATIO and share <= MOST_UNCERTAIN else 1


if __name__ == "__main__":
    sys.exit(main())
