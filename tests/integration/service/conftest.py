"""The API as people reach it: a real server on a real port, a real SQLite file, no broker."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx
import pytest
import uvicorn
from callers import browser_of
from invented import REPORT

from api.app import create_app
from api.protocol import Protocol
from tasks import outcomes, stage_work
from tasks.context import Context, files_of
from zhibiao import pipeline
from zhibiao.client import Client
from zhibiao.domain import Stage, State
from zhibiao.domain.verdict import Verdict
from zhibiao.errors import ZhibiaoError
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.reprocessing import sparing
from zhibiao.store.work import progress, queue, window
from zhibiao.store.work.runs import PRIORITIES
from zhibiao.watching import LanguageFiles, WatchedLanguage


@dataclass
class Running:
    """A service with its store, and a stand-in for its workers."""

    settings: Settings
    store: Store
    url: str
    token: str
    http: httpx.Client

    @property
    def client(self) -> Client:
        return Client(self.url, self.token)

    def submit(self, files: Mapping[str, bytes], **form: str) -> httpx.Response:
        return self.http.post(
            "/v1/runs",
            data=form,
            files=[("files", (name, content)) for name, content in files.items()],
        )

    def work(self) -> None:
        """Do all that waits, as workers would, in this process."""
        language = _watched(files_of(self.settings)).current()
        here = Context(
            settings=self.settings,
            store=self.store,
            language=language,
            versions=pipeline.versions(language),
        )
        with self.store.write() as connection:
            progress.remember_versions(
                connection, here.versions, pipeline.inputs(language), now=time.time()
            )
            sparing.remember_catalogues(connection, pipeline.catalogue_texts(language))
        while True:
            with self.store.write() as connection:
                chunks = [
                    chunk
                    for priority in PRIORITIES
                    for chunk in window.due(
                        connection,
                        priority=priority,
                        window=1000,
                        chunk=100,
                        now=time.time(),
                        resend_at=0,
                    )
                ]
            if not chunks:
                return
            for chunk in chunks:
                _work_on(here, chunk)


@cache
def _watched(files: LanguageFiles) -> WatchedLanguage:
    return WatchedLanguage(files, segments=False)


def _work_on(here: Context, chunk: queue.Chunk) -> None:
    now, lease = time.time(), "test/1"
    with here.store.write() as connection:
        claims = queue.claim(
            connection,
            chunk.work_ids,
            chunk.stage,
            lease=lease,
            lease_until=now + 60,
            max_attempts=3,
            max_losses=3,
            now=now,
        )
    stage = Stage(chunk.stage)
    materials = stage_work.load(here, stage, claims, on=False)
    for held in claims:
        try:
            made = stage_work.process(here, stage, held, materials[held.document_id])
        except ZhibiaoError as error:
            with here.store.write() as connection:
                queue.put_back(
                    connection,
                    held,
                    lease,
                    Verdict(state=State.QUARANTINED, code=error.code, message=error.message),
                    now=now,
                )
            continue
        outcome = outcomes.Outcome(held=held, made=(made,))
        outcomes.commit(here, lease, held.run, [outcome], time.monotonic())


@dataclass
class Started:
    """A server's thread, to be ended with the others."""

    server: uvicorn.Server
    thread: threading.Thread
    running: Running


@pytest.fixture(scope="module")
def serve(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Callable[..., Running]]:
    """Starts services, each with settings and a store of its own; ends them all at once."""
    started: list[Started] = []

    def start(**settings: object) -> Running:
        data_dir = tmp_path_factory.mktemp("service")
        if "database_url" in settings:
            elsewhere = Store(str(settings["database_url"]))
            upgrade(elsewhere)
            elsewhere.close()
        else:
            shutil.copy(sqlite_template, data_dir / "zhibiao.db")
        chosen = Settings(
            data_dir=data_dir,
            broker_url=f"redis+socket://{data_dir}/no-redis.sock",
            **settings,  # type: ignore[arg-type]
        )
        started.append(_start(chosen))
        return started[-1].running

    yield start
    for each in started:
        each.running.http.close()
        each.server.should_exit = True
    for each in started:
        each.thread.join(10)
        each.running.store.close()


def _start(settings: Settings) -> Started:
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            host="127.0.0.1",
            port=0,
            http=Protocol,
            ws="none",
            log_level="critical",
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.01)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    token = settings.token_file.read_text().strip()
    http = httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False
    )
    running = Running(
        settings=settings, store=Store(settings.store_url), url=url, token=token, http=http
    )
    return Started(server=server, thread=thread, running=running)


@pytest.fixture(scope="module")
def shared(serve: Callable[..., Running]) -> Running:
    """A service with a finished run of the token's, for all tests of a file."""
    running = serve(logins_per_minute=0)
    assert running.submit({"清河.txt": REPORT.encode()}).status_code == 202
    running.work()
    return running


@pytest.fixture
def browser(shared: Running) -> Iterator[httpx.Client]:
    """A browser that has logged in to the service of the file's tests."""
    with browser_of(shared) as logged_in:
        yield logged_in


@pytest.fixture
def service(serve: Callable[..., Running]) -> Running:
    return serve()
