"""The API as people reach it: a real server on a real port, a real SQLite file, no broker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.app import create_app
from tasks import stage_work
from tasks.context import Context
from zhibiao import pipeline
from zhibiao.client import Client
from zhibiao.domain import Stage, State
from zhibiao.errors import ZhibiaoError
from zhibiao.settings import Settings
from zhibiao.store import Store, queue
from zhibiao.store.migrate import upgrade


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
        here = Context(
            settings=self.settings,
            store=self.store,
            language=_language(),
            versions=pipeline.versions(_language()),
        )
        while True:
            with self.store.write() as connection:
                chunks = [
                    chunk
                    for priority in ("interactive", "bulk")
                    for chunk in queue.due(
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


_loaded: list[pipeline.Language] = []


def _language() -> pipeline.Language:
    if not _loaded:
        _loaded.append(pipeline.Language.load())
    return _loaded[0]


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
            now=now,
        )
    inputs = stage_work.load(here, chunk.stage, claims)
    for held in claims:
        try:
            save = stage_work.process(here, Stage(chunk.stage), held, inputs)
        except ZhibiaoError as error:
            with here.store.write() as connection:
                queue.put_back(
                    connection,
                    held,
                    lease,
                    state=State.QUARANTINED,
                    not_before=0,
                    code=error.code,
                    message=error.message,
                    now=now,
                )
            continue
        with here.store.write() as connection:
            if queue.advance(
                connection, held, lease, to=Stage(chunk.stage).following, now=now, sent=0
            ):
                save(connection, now, 0)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts services, each with settings of its own; ends them after the test."""
    ends: list[Callable[[], None]] = []

    def start(**settings: object) -> Running:
        chosen = Settings(
            data_dir=tmp_path / f"service-{len(ends)}",
            broker_url=f"redis+socket://{tmp_path}/no-redis.sock",
            **settings,  # type: ignore[arg-type]
        )
        store = Store(chosen.store_url)
        upgrade(store)
        server = uvicorn.Server(
            uvicorn.Config(create_app(chosen), host="127.0.0.1", port=0, log_level="critical")
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        token = chosen.token_file.read_text().strip()
        http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False
        )

        def end() -> None:
            http.close()
            server.should_exit = True
            thread.join(10)
            store.close()

        ends.append(end)
        return Running(settings=chosen, store=store, url=url, token=token, http=http)

    yield start
    for end in ends:
        end()


@pytest.fixture
def service(serve: Callable[..., Running]) -> Running:
    return serve()
