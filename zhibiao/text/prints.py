"""Which texts of one region and year are prints of the same report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhibiao.text.similarity import similarity

# Of one region and year: how much of the shorter text stands in the longer one. Two prints of a
# report share nearly all, an excerpt's own sentences little less; two different texts of one
# government share stock phrases only.
SAME_REPORT = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class Print:
    """One document of a region and year."""

    document: int
    characters: int  # of its clean text
    partial: bool
    sketch: bytes

    @property
    def rank(self) -> tuple[bool, int, int]:
        """The smallest is the canonical one: whole before partial, longest, first stored."""
        return (self.partial, -self.characters, self.document)


def contained(a: Print, b: Print) -> float:
    """Estimated share of the shorter text that stands in the longer one, 0 to 1."""
    jaccard = similarity(a.sketch, b.sketch)
    shorter = min(a.characters, b.characters)
    if not shorter:
        return 0.0
    shared = jaccard / (1 + jaccard) * (a.characters + b.characters)
    return min(1.0, shared / shorter)


def group(prints: Sequence[Print]) -> list[list[Print]]:
    """The reports among them, each with its canonical print first."""
    groups: list[list[Print]] = []
    for candidate in sorted(prints, key=lambda found: found.rank):
        home = next((g for g in groups if contained(g[0], candidate) >= SAME_REPORT), None)
        if home is None:
            groups.append([candidate])
        else:
            home.append(candidate)
    return groups
