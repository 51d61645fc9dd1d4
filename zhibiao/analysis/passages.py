"""The passages of a report that decide: its own targets, and the headline figures of its review.

经济社会发展的主要预期目标是：… names the region's targets; the first paragraph of the review its
outturns. What a later section says of a park or a programme must not take their place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhibiao.language.wording import wording

# Sentences nearer than this to each other go on in one list: 地区生产总值增长8%；财政收入增长9%.
_GAP_CHARACTERS = 40
_FEWEST_INDICATORS = 2  # a single figure is no list
_NAMES_TARGETS = wording(__name__).pattern("names_targets")


def headline(records: Sequence[Mapping[str, Any]]) -> set[int]:
    """Positions of the records that stand in a deciding passage.

    `records` are one document's observations of catalogue indicators, of the years that a panel
    takes from it.
    """
    found: set[int] = set()
    for status in ("target", "actual"):
        own = [
            position
            for position, record in enumerate(records)
            if record["status"] == status and record["scope"] == "region"
        ]
        found.update(_deciding(records, _passages(records, own), status))
    return found


def _passages(records: Sequence[Mapping[str, Any]], own: list[int]) -> list[list[int]]:
    """Records whose sentences follow one another closely, in the order of the text."""
    passages: list[list[int]] = []
    end = -1
    for position in sorted(own, key=lambda each: records[each]["start"]):
        record = records[position]
        start = record["start"] if record["sentence_start"] is None else record["sentence_start"]
        if passages and start - end <= _GAP_CHARACTERS:
            passages[-1].append(position)
        else:
            passages.append([position])
        end = max(end, record["sentence_end"] or record["end"])
    return passages


def _deciding(
    records: Sequence[Mapping[str, Any]], passages: list[list[int]], status: str
) -> list[int]:
    ranked = []
    for passage in passages:
        opens = None
        if status == "target":
            opens = next((at for at, each in enumerate(passage) if _opens(records[each])), None)
        # What is said before 主要预期目标是 is no part of the list.
        listed = passage[opens or 0 :]
        indicators = {records[position]["indicator"] for position in listed}
        if len(indicators) >= _FEWEST_INDICATORS:
            ranked.append((opens is not None, "gdp" in indicators, len(indicators), listed))
    if not ranked:
        return []
    # Of equals the first: a closing summary repeats what the report began with.
    return max(ranked, key=lambda each: each[:3])[3]


def _opens(record: Mapping[str, Any]) -> bool:
    return _NAMES_TARGETS.search(record["sentence"] or "") is not None
