"""Several prints of one report: the same speech from two sites, an excerpt, half a newspaper page.

All are kept; `documents.canonical_id` names the most complete one, which a panel counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from zhibiao.domain import Stage
from zhibiao.store.documents import current
from zhibiao.store.publications import rename_canonical
from zhibiao.store.schema import clean_texts, documents
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


def regroup(connection: Connection, document: int, *, now: float) -> None:
    """Settle which prints of this document's region and year are the same report.

    Also for the prints it was grouped with before, if its region or year has changed since. Call it
    after the document's clean text is committed: of two documents cleaned at the same time, the
    later call sees both.
    """
    row = connection.execute(
        select(documents.c.region_code, documents.c.year, documents.c.canonical_id).where(
            documents.c.id == document
        )
    ).one()
    places = {(row.region_code, row.year)}
    if row.canonical_id is not None:
        places |= {
            (former.region_code, former.year)
            for former in connection.execute(
                select(documents.c.region_code, documents.c.year).where(
                    documents.c.id == row.canonical_id
                )
            )
        }
    moved: list[int] = []
    if None in (row.region_code, row.year) and row.canonical_id is not None:
        connection.execute(
            update(documents).where(documents.c.id == document).values(canonical_id=None)
        )
        moved.append(document)
    for region_code, year in sorted(place for place in places if None not in place):
        moved += _settle(connection, region_code, year)
    if moved:
        rename_canonical(connection, moved, now=now)


def _settle(connection: Connection, region_code: str, year: int) -> list[int]:
    """The documents whose canonical print has changed."""
    query = (
        select(
            documents.c.id,
            documents.c.partial,
            documents.c.canonical_id,
            clean_texts.c.characters,
            clean_texts.c.sketch,
        )
        .join(clean_texts, current(clean_texts, Stage.CLEAN))
        .where(documents.c.region_code == region_code, documents.c.year == year)
    )
    rows = connection.execute(query).all()
    known = {row.id: row.canonical_id for row in rows}
    prints = [
        Print(
            document=row.id,
            characters=row.characters,
            partial=row.partial,
            sketch=row.sketch or b"",
        )
        for row in rows
    ]
    settled = {
        found.document: members[0].document for members in group(prints) for found in members
    }
    moved = [document for document in sorted(settled) if known[document] != settled[document]]
    for document in moved:
        connection.execute(
            update(documents)
            .where(documents.c.id == document)
            .values(canonical_id=settled[document])
        )
    return moved
