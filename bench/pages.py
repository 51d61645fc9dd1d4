"""Time to the first byte of each page of the console, and to its last: 100,000 documents to 1,000.

`python -m bench.pages [DOCUMENTS] [OBSERVATIONS] [postgres]`; OBSERVATIONS a document, fifty unless
said otherwise. Both services answer in turns, so that whatever else runs on the machine
meets both. The median of seven each, by the clock, which the bounds are for, and in processor time
of this process: service and client, and all of SQLite, but not PostgreSQL's server. The first byte
is held to three times, the whole page too, but for those that look for what is nowhere: these say
so at once, and end with their time.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from sqlalchemy import update

from api.app import create_app
from bench.postgres_server import needed_postgres
from bench.rows import fill, vacuum
from zhibiao.pipeline import Language, versions
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.database.schema import documents
from zhibiao.store.outputs import text_index

SMALL = 1000
MOST = 3.0
ROUNDS = 7
PAGES = (
    *("/", "/submit", "/runs", "/runs/1", "/runs/20", "/runs/20/changes"),
    "/runs/20/changes?counted=true",
    *("/documents", "/documents/500", "/documents?state=failed", "/documents?region_code=1101"),
    *("/documents?region=示例7市", "/documents?run=20", "/documents?barren=true"),
    *("/documents?unplaced=true", "/documents?unplaced=true&run=20"),
    *("/documents?year_from=1990", "/documents?name=500", "/documents?name=不存在"),
    *("/observations", "/observations?document=500", "/observations?region_code=1101"),
    *("/observations?run=20", "/observations?period=1990", "/observations?period=1900"),
    *("/observations?certain=false", "/observations?measure=level", "/observations?scope=part"),
    *("/observations?indicator=gdp", "/observations?indicator=gdp&certain=false"),
    *("/observations?indicator=gdp&measure=level", "/observations?indicator=gdp&period=1900"),
    *("/panel", "/panel?measure=level", "/panel?run=20", "/panel?region_code=1101"),
    *("/panel?next=1105", "/coverage?next=1105"),
    *("/coverage", "/coverage?region_code=1101", "/keywords", "/keywords?terms=不存在"),
    *("/search?text=地区生产总值", "/search?text=不存在", "/search?text=全县&region_code=1101"),
    *("/search?of=quantities&text=地区生产总值", "/search?of=quantities&text=不存在"),
    *("/reprocess", "/reprocess?run=20", "/failures", "/system", "/access", "/audit"),
)


# These look for what is nowhere, or count all of it: whole, they end with their time.
TIMED = (
    *("/runs/20/changes?counted=true", "/observations?period=1900"),
    "/search?of=quantities&text=不存在",
    *("/observations?indicator=gdp&measure=level", "/observations?indicator=gdp&period=1900"),
)
MOST_SECONDS = 4.0


OUTDATED = "/reprocess"  # asked for once more when a new extractor has made all of them outdated
_TEXTS_AT_ONCE = 1000  # nobody waits for it here
_FORMER = "0" * 16  # a version of the extractor


@dataclass(frozen=True)
class Served:
    """A service over a store of so many documents."""

    documents: int
    http: httpx.Client
    store_url: str

    def asked(self, page: str) -> tuple[float, float, float]:
        """Seconds from the question to the answer's first byte, and to its last.

        To the last of processor time, too.
        """
        started, cpu = time.perf_counter(), time.process_time()
        with self.http.stream("GET", page) as answer:
            pieces = answer.iter_raw()
            next(pieces)
            first = time.perf_counter() - started
            answer.raise_for_status()
            for _ in pieces:
                pass
        return first, time.perf_counter() - started, time.process_time() - cpu


def main(most: int = 100_000, stated: int = 50, database: str = "sqlite") -> None:
    with contextlib.ExitStack() as stack:
        urls = stack.enter_context(_databases(database))
        small, large = (stack.enter_context(served(next(urls), n, stated)) for n in (SMALL, most))
        print(
            f"{database}, {stated} observations a document: ms to the first byte "
            f"with {SMALL:,} and {most:,} documents, ratio; the same to the last byte, "
            "and in processor time"
        )
        slow = [page for page in PAGES if not _holds(page, small, large)]
        for each in (small, large):
            outdate(each.store_url)
        print("a new extractor: all of them are outdated")
        slow += [] if _holds(OUTDATED, small, large) else [f"{OUTDATED} of all"]
    if slow:
        raise SystemExit(f"take too long: {', '.join(slow)}")


def _holds(page: str, small: Served, large: Served) -> bool:
    """Whether the page takes no longer than it may; prints what it takes."""
    for each in (small, large):
        each.asked(page)
    taken = [(small.asked(page), large.asked(page)) for _ in range(ROUNDS)]
    few, many = (_medians(each) for each in zip(*taken, strict=True))
    times = [much / little for little, much in zip(few, many, strict=True)]
    shown = (
        f"{little * 1000:7.1f} {much * 1000:7.1f} {ratio:6.2f}"
        for little, much, ratio in zip(few, many, times, strict=True)
    )
    print(f"{page:42}", *shown, flush=True)
    first, last, _ = times
    return first <= MOST and (many[1] <= MOST_SECONDS if page in TIMED else last <= MOST)


def outdate(url: str) -> None:
    """As if another version of the extractor had made all there is."""
    store = Store(url)
    with store.write() as connection:
        connection.execute(update(documents).values(extract_version=_FORMER))
    vacuum(store)
    store.close()


def _medians(taken: tuple[tuple[float, float, float], ...]) -> list[float]:
    return [statistics.median(each) for each in zip(*taken, strict=True)]


@contextlib.contextmanager
def served(url: str, count: int, stated: int) -> Iterator[Served]:
    """A service over a store that is made for it."""
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        settings = Settings(
            data_dir=Path(folder),
            database_url=url.format(folder=folder),
            broker_url=f"redis+socket://{folder}/no-redis.sock",
        )
        store = Store(settings.store_url)
        upgrade(store)
        started = time.monotonic()
        fill(store, count, stated=stated, versions=versions(Language.load()))
        text_index.fill(store, at_once=_TEXTS_AT_ONCE)
        vacuum(store)
        store.close()
        print(f"{count:,} documents made in {time.monotonic() - started:.0f} s", flush=True)
        config = uvicorn.Config(create_app(settings), port=0, ws="none", log_level="critical")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        token = settings.token_file.read_text().strip()
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {token}", "Accept": "text/html"},
            timeout=120,
            trust_env=False,
        ) as http:
            yield Served(documents=count, http=http, store_url=settings.store_url)
        server.should_exit = True
        thread.join(10)


@contextlib.contextmanager
def _databases(kind: str) -> Iterator[Iterator[str]]:
    """URLs of empty databases; `{folder}` in them is the service's own."""
    if kind == "sqlite":
        yield iter(["sqlite:///{folder}/zhibiao.db"] * 2)
        return
    with (
        tempfile.TemporaryDirectory(prefix="zb-pg-", dir="/tmp") as folder,
        needed_postgres(Path(folder), "small", "large") as urls,
    ):
        yield iter(urls)


if __name__ == "__main__":
    main(*(int(each) if each.isdecimal() else each for each in sys.argv[1:]))
