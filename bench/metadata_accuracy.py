"""Regions and years found in real reports without the help of their file names.

`python -m bench.metadata_accuracy [FOLDER LABELS]…`: a folder of texts and its labels, a TSV with
`file`, `region` (full or short name) and `year`, or a JSON object `{name: {region, year}}`. By
default the reports in `../shared`. Each text is read under a name that says nothing: whole, its
speech alone from 各位代表 on, and that speech with the place's own names taken out, where every
region that is found is wrong. Prints how many regions and years are right, open and wrong, and
each that is not right. Exits with 1 if a region is wrong.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.beside import DATA, GOLD, SHARED
from zhibiao import pipeline
from zhibiao.domain import Metadata
from zhibiao.gazetteer.gazetteer import Gazetteer
from zhibiao.outline.front_matter import ADDRESS

VERDICTS: Final = ("right", "open", "wrong")
VARIANTS: Final = ("whole", "speech", "nameless")
FRONT: Final = 3000  # characters in which a speech begins


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a reader says of one file."""

    file: Path
    region: str  # full or short name
    year: int  # of delivery


def labels_of(folder: Path, labels: Path) -> Iterator[Label]:
    """The labels whose texts are at hand."""
    if labels.suffix == ".tsv":
        with labels.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                yield Label(file=folder / row["file"], region=row["region"], year=int(row["year"]))
        return
    for name, stated in json.loads(labels.read_text("utf-8")).items():
        file = folder / f"{name}.txt"
        yield Label(file=file, region=stated["region"], year=stated["year"])


def national(folder: Path) -> Iterator[Label]:
    """The national series: each file is called by its year."""
    for file in sorted(folder.glob("*.txt")):
        yield Label(file=file, region="全国", year=int(file.stem))


def described(label: Label, variant: str) -> list[Metadata]:
    """The metadata of each report that a file is read as."""
    documents = pipeline.read(label.file.read_bytes(), "a.txt")
    if variant != "whole":
        longest = max(documents, key=lambda document: len(document.text))
        found = ADDRESS.search(longest.text, 0, FRONT)
        speech = longest.text[found.start() if found else 0 :]
        if variant == "nameless":
            speech = without_names(speech, label.region)
        documents = [replace(longest, text=speech, title=None, given={})]
    return [pipeline.clean(document, {}).metadata for document in documents]


def without_names(text: str, region: str) -> str:
    """The text without any name of a region."""
    places = Gazetteer.load().named(region)
    names = {name for place in places for name in (place.name, *place.usual_names)}
    names |= {name for place in places for name, _ in place.former}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return text


def names_of(metadata: Metadata) -> set[str]:
    """What the region that was found may be called in a list of labels."""
    if metadata.region is None:
        return set()
    region = Gazetteer.load().by_code(metadata.region_code or "")
    known = () if region is None else (region.name, *region.usual_names)
    return {metadata.region, *known, *(name for name, _ in (region.former if region else ()))}


def verdict(found: list[bool | None]) -> str:
    """Of a file that was split: wrong if any of its parts is, right if any is."""
    if any(right is False for right in found):
        return "wrong"
    return "right" if any(found) else "open"


def measure(title: str, labels: list[Label], variant: str) -> Counter[tuple[str, str]]:
    """Print one line for the set and one for each file that is not right."""
    counts: Counter[tuple[str, str]] = Counter()
    remarks = []
    for label in labels:
        found = described(label, variant)
        regions = [
            None if metadata.region is None else label.region in names_of(metadata)
            for metadata in found
        ]
        years = [None if m.year is None else m.year == label.year for m in found]
        for kind, judged, right, said in (
            ("region", verdict(regions), label.region, [(m.region, m.candidates) for m in found]),
            ("year", verdict(years), str(label.year), [(m.year, ()) for m in found]),
        ):
            counts[kind, judged] += 1
            if judged == "wrong" or (judged == "open" and variant != "nameless"):
                by = [metadata.decided_by.get(kind, "") for metadata in found]
                remarks.append(
                    f"    {kind} {judged}: {label.file.name} is {right}, not {said} {by}"
                )
        counts["file", "split"] += len(found) > 1
    figures = [f"{counts[kind, v]:>8}" for kind in ("region", "year") for v in VERDICTS]
    print(f"{title:<12}{variant:<10}{len(labels):>6}{''.join(figures)}{counts['file', 'split']:>8}")
    print("\n".join(remarks), end="\n" if remarks else "")
    return counts


def sets() -> Iterator[tuple[str, list[Label]]]:
    unlabelled = DATA / "unlabelled"
    yield "unlabelled", list(labels_of(unlabelled, unlabelled / "labels.tsv"))
    yield "reports", list(labels_of(DATA / "reports", GOLD / "metadata.json"))
    yield "more", list(labels_of(DATA / "more", GOLD / "more" / "metadata.json"))
    yield "national", list(national(DATA / "national"))


def main(arguments: list[str]) -> int:
    if arguments:
        pairs = zip(arguments[::2], arguments[1::2], strict=True)
        chosen = [(Path(f).name, list(labels_of(Path(f), Path(t)))) for f, t in pairs]
    elif SHARED.exists():
        chosen = list(sets())
    else:
        print(f"skipped: no labelled reports at {SHARED}")
        return 0
    told = "regions right/open/wrong, years right/open/wrong, files split"
    print(f"{'set':<12}{'read':<10}{'files':>6}  {told}")
    wrong = 0
    for title, labels in chosen:
        for variant in VARIANTS if title != "national" else VARIANTS[:1]:
            wrong += measure(title, labels, variant)["region", "wrong"]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
