"""What linking a report with the prints of its region and year takes, by how many there are.

`python -m bench.prints [PRINTS] [postgres]`: fills one region and year, in chunks of 16, with cuts
of one report, in random order, and then another one with different reports. Only the linking is
timed, which is done under the store's write lock: processor time of this process, so that on
PostgreSQL the server's own comes on top.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select

from bench.postgres_server import needed_postgres
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.database.print_table import print_hashes
from zhibiao.store.database.schema import clean_texts, documents, runs
from zhibiao.store.outputs import prints
from zhibiao.testing.places import PLACES
from zhibiao.testing.reports import generate
from zhibiao.text.similarity import sketch

_CHUNK = 16
_STEPS = (16, 112, 1_008, 3_008, 10_000)


def cuts(count: int) -> Iterator[str]:
    """Prints of one report that lack up to a tenth of it."""
    rng = random.Random(1)
    text = generate(1).text
    for _ in range(count):
        size = rng.randrange(len(text) // 10)
        start = rng.randrange(len(text) - size)
        yield text[:start] + text[start + size :]


def different(count: int) -> Iterator[str]:
    """Reports of one region and year that share phrases only."""
    for seed in range(count):
        yield generate(seed, region=PLACES[0].name, year=2020).text


def add(connection: Connection, run: int, texts: Iterable[str], *, year: int) -> list[int]:
    """Documents that have been cleaned and not been linked; their ids."""
    ids = []
    for text in texts:
        made = uuid4().hex
        known = {"region_code": "110000", "year": year, "partial": False}
        document = connection.execute(
            insert(documents)
            .values(run_id=run, file=int(made[:7], 16), part=0, name=f"{made}.txt", given={})
            .values(clean_hash=made, created_at=0.0, **known)
            .returning(documents.c.id)
        ).scalar_one()
        connection.execute(
            insert(clean_texts).values(
                document_id=document, hash=made, text="", characters=len(text), offsets=b"",
                sketch=sketch(text), **known,
            )
        )  # fmt: skip
        ids.append(document)
    return ids


def measure(store: Store, name: str, texts: Iterator[str], count: int, *, year: int) -> None:
    with store.write() as connection:
        run = connection.execute(
            insert(runs)
            .values(kind="submission", priority="bulk", label="", options={})
            .values(created_at=0.0, touched_at=0.0)
            .returning(runs.c.id)
        ).scalar_one()
    there, last = 0, list[float]()
    while there < count:
        with store.write() as connection:
            ids = add(connection, run, (next(texts) for _ in range(_CHUNK)), year=year)
        with store.write() as connection:
            began = time.process_time()
            prints.regroup(connection, ids, now=0.0)
            last.append((time.process_time() - began) / _CHUNK * 1000)
        there += _CHUNK
        if there in _STEPS:
            some = last[-16:]
            print(
                f"  {name}, {there:>6} there: {sum(some) / len(some):6.2f} ms a document, "
                f"at most {max(some):6.2f}",
                flush=True,
            )
    with store.read() as connection:
        of = select(documents.c.canonical_id).where(documents.c.year == year).distinct()
        reports = connection.scalar(select(func.count()).select_from(of.subquery()))
        rows = connection.scalar(select(func.count()).select_from(print_hashes))
    print(f"  {name}: {reports} reports, {rows} rows of hashes", flush=True)


def main(count: int = 1_008, database: str = "sqlite") -> None:
    with ExitStack() as ending:
        folder = ending.enter_context(tempfile.TemporaryDirectory(prefix="zhibiao-prints-"))
        url = f"sqlite:///{folder}/store.db"
        if database == "postgres":
            (url,) = ending.enter_context(needed_postgres(Path(folder), "prints"))
        store = Store(url)
        ending.callback(store.close)
        upgrade(store)
        measure(store, "prints of one report", cuts(count + _CHUNK), count, year=2019)
        measure(store, "different reports", different(count + _CHUNK), count, year=2020)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_008, *sys.argv[2:3])
