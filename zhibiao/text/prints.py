"""Which texts of one region and year are prints of the same report.

A print joins the fullest report that holds it: prints are looked at from the fullest to the least,
and each is compared with the canonical prints only (leader clustering). Which prints there are
decides, and not in which order they came; a print that is new moves only those that it holds.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from zhibiao.text.similarity import hashes, similarity

# Of one region and year: how much of the shorter text stands in the longer one. Two prints of a
# report share nearly all, an excerpt's own sentences little less; two different texts of one
# government share stock phrases only.
SAME_REPORT = 0.6

# Canonical prints of one region and year that are all compared.
FEW: Final = 32
# Where there are more: of those that share a hash with a print which no more than so many of them
# hold (what more hold is a stock phrase), so many are compared, which share most such hashes.
RARE: Final = 4
_COMPARED: Final = 16
# An excerpt that belongs to two reports has most of its text in both, so these share it. A tenth
# of the excerpt must be shared, which allows for the error of sketches.
_SHARED_BY_TWO: Final = 0.1
_MEMBERS_COMPARED: Final = 64


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


class Groups(Protocol):
    """The prints of one region and year that have been grouped."""

    def candidates(self, found: Print) -> Collection[Print]:
        """Canonical prints that may share text with a print."""

    def members(self, canonical: Sequence[Print], limit: int | None = None) -> Iterable[Print]:
        """The other prints of these reports, or some. Those assigned meanwhile may lack."""

    def open(self, canonical: Print) -> None:
        """A print is the canonical one of a new group."""

    def dissolve(self, canonical: Print) -> None:
        """A print is not a canonical one any more."""


class GroupsInMemory:
    """Groups whose canonical prints are all at hand; no print has been assigned to them before."""

    def __init__(self, canonical: Iterable[Print] = ()) -> None:
        self.canonical: dict[int, Print] = {found.document: found for found in canonical}
        self._holders: dict[int, list[int]] = {}  # of a hash; filled where there are many prints

    def candidates(self, found: Print) -> Collection[Print]:
        if len(self.canonical) <= FEW:
            return list(self.canonical.values())
        if not self._holders:
            for each in self.canonical.values():
                self._hold(each)
        return [
            self.canonical[document]
            for document in most_shared(self._holders.get(each, ()) for each in hashes_of(found))
            if document in self.canonical
        ]

    def members(self, canonical: Sequence[Print], limit: int | None = None) -> Iterable[Print]:
        return ()

    def open(self, canonical: Print) -> None:
        self.canonical[canonical.document] = canonical
        if self._holders:
            self._hold(canonical)

    def dissolve(self, canonical: Print) -> None:
        del self.canonical[canonical.document]

    def _hold(self, canonical: Print) -> None:
        for each in hashes_of(canonical):
            holders = self._holders.setdefault(each, [])
            if len(holders) <= RARE:
                holders.append(canonical.document)


def hashes_of(found: Print) -> list[int]:
    """What its sketch holds, the smallest first."""
    made: list[int] = hashes(found.sketch).tolist()
    return made


def most_shared(holders: Iterable[Sequence[int]]) -> list[int]:
    """Of the documents that hold each hash of a print: those that share most, and no stock."""
    shared = Counter(document for some in holders if len(some) <= RARE for document in some)
    return [document for document, _ in shared.most_common(_COMPARED)]


def contained(a: Print, b: Print) -> float:
    """Estimated share of the shorter text that stands in the longer one, 0 to 1."""
    return _contained(a, b, _shared_characters(a, b))


def _contained(a: Print, b: Print, shared: float) -> float:
    shorter = min(a.characters, b.characters)
    return min(1.0, shared / shorter) if shorter else 0.0


def _shared_characters(a: Print, b: Print) -> float:
    jaccard = similarity(a.sketch, b.sketch)
    return jaccard / (1 + jaccard) * (a.characters + b.characters)


def group(prints: Sequence[Print]) -> list[list[Print]]:
    """The reports among them, each with its canonical print first."""
    groups: dict[int, list[Print]] = {}
    canonical_of = assign(prints, GroupsInMemory())
    for found in sorted(prints, key=lambda found: found.rank):
        groups.setdefault(canonical_of[found.document], []).append(found)
    return list(groups.values())


def assign(loose: Iterable[Print], groups: Groups) -> dict[int, int]:
    """Find the report that each loose print is of: {document: its canonical print's document}.

    Prints that lose their group to a loose one become loose themselves, and are in the answer too.
    """
    canonical_of: dict[int, int] = {}
    waiting = [(found.rank, found) for found in loose]
    known = {found.document for _, found in waiting}
    heapq.heapify(waiting)

    def loosen(prints: Iterable[Print]) -> None:
        for each in prints:
            if each.document not in known:
                known.add(each.document)
                heapq.heappush(waiting, (each.rank, each))

    while waiting:
        rank, found = heapq.heappop(waiting)
        near = sorted(groups.candidates(found), key=lambda each: each.rank)
        shared = {each.document: _shared_characters(found, each) for each in near}
        same = [
            each for each in near if _contained(found, each, shared[each.document]) >= SAME_REPORT
        ]
        canonical = same[0] if same and same[0].rank < rank else found
        canonical_of[found.document] = canonical.document
        if canonical is not found:
            continue
        if same:
            loosen(groups.members(same))
            loosen(same)
            for each in same:
                groups.dissolve(each)
        beside = [each for each in near if each.rank > rank and each not in same]
        reach = max((shared[each.document] for each in beside), default=0.0) / _SHARED_BY_TWO
        if reach:
            further = groups.members(beside, _MEMBERS_COMPARED)
            loosen(each for each in further if each.characters <= reach)
        groups.open(found)
    return canonical_of
