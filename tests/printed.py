"""Prints without texts: each stands for a set of shingles, whose hashes are drawn. Invented."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from zhibiao.store.database.schema import clean_texts, documents, runs
from zhibiao.text.prints import SAME_REPORT, Print, contained

CODE, YEAR = "110000", 2020


@dataclass(frozen=True, kw_only=True)
class Text:
    """What is known of a text whose sketch is asked for."""

    hashes: Sequence[int]
    partial: bool = False

    @property
    def sketch(self) -> bytes:
        return b"".join(each.to_bytes(4, "little") for each in sorted(set(self.hashes))[:512])


def drawn(rng: random.Random, characters: int) -> list[int]:
    return [rng.getrandbits(32) for _ in range(characters)]


def reports(rng: random.Random, count: int, characters: int = 1500) -> list[Text]:
    """Different ones, which share a sixth of their text, as generated reports do."""
    stock = drawn(rng, characters // 6)
    return [Text(hashes=stock + drawn(rng, characters - len(stock))) for _ in range(count)]


def prints_of(rng: random.Random, report: Text, count: int) -> list[Text]:
    """Copies with cuts, excerpts of any length, some of them partial, some with text around."""
    made = []
    for _ in range(count):
        size = rng.randrange(len(report.hashes) // 8, len(report.hashes))
        start = rng.randrange(len(report.hashes) - size)
        around = drawn(rng, rng.choice((0, 0, size // 10, size // 2)))
        kept = [*report.hashes[start : start + size], *around]
        made.append(Text(hashes=kept, partial=rng.random() < 0.2))
    return made


def expected(prints: Iterable[Print]) -> dict[int, int]:
    """Each print compared with every canonical one, from the fullest on: what grouping means."""
    canonical: list[Print] = []
    found = {}
    for each in sorted(prints, key=lambda found: found.rank):
        home = next((c for c in canonical if contained(c, each) >= SAME_REPORT), None)
        if home is None:
            canonical.append(each)
        found[each.document] = (home or each).document
    return found


def add(connection: Connection, texts: Iterable[Text], *, year: int = YEAR) -> list[int]:
    """Documents that have been cleaned and not been linked; their ids."""
    run = connection.execute(
        insert(runs)
        .values(kind="submission", priority="bulk", label="", options={})
        .values(created_at=0.0, touched_at=0.0)
        .returning(runs.c.id)
    ).scalar_one()
    ids = []
    for file, text in enumerate(texts):
        known = {"region_code": CODE, "year": year, "partial": text.partial}
        document = connection.execute(
            insert(documents)
            .values(run_id=run, file=file, part=0, name=f"{file}.txt", given={}, created_at=0.0)
            .values(**known)
            .returning(documents.c.id)
        ).scalar_one()
        clean(connection, document, text, year=year)
        ids.append(document)
    return ids


def clean(connection: Connection, document: int, text: Text, *, year: int = YEAR) -> None:
    """A document's clean text is this one from now on."""
    known = {"region_code": CODE, "year": year, "partial": text.partial}
    made = uuid4().hex
    connection.execute(
        insert(clean_texts).values(
            document_id=document, hash=made, text="", characters=len(text.hashes), offsets=b"",
            sketch=text.sketch, **known,
        )
    )  # fmt: skip
    connection.execute(
        update(documents).where(documents.c.id == document).values(clean_hash=made, **known)
    )


def stored(connection: Connection, *, year: int = YEAR) -> tuple[list[Print], dict[int, int]]:
    """The prints of a year, and the canonical one of each."""
    rows = connection.execute(
        select(documents, clean_texts.c.characters, clean_texts.c.sketch)
        .join(
            clean_texts,
            (clean_texts.c.document_id == documents.c.id)
            & (clean_texts.c.hash == documents.c.clean_hash),
        )
        .where(documents.c.year == year)
    ).all()
    prints = [
        Print(document=row.id, characters=row.characters, partial=row.partial, sketch=row.sketch)
        for row in rows
    ]
    return prints, {row.id: row.canonical_id for row in rows}
