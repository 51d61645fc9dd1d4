"""A data dir of any name and length holds a database and a Redis that everybody finds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import RedisServer, short_folder

from tasks.broker import connected
from workers.parts import build_parts
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade


@pytest.fixture
def base() -> Iterator[Path]:
    """Short enough for a socket beside the data."""
    with short_folder("zb-dirs-") as folder:
        yield folder


NAMES = ["a b", "100% sure", "a%20b", "a?b=c", "a#b", "a;b", "a@b:c", "a'b\"c", "a&b+c", "数据"]


@pytest.mark.parametrize("name", [*NAMES, "d" * 120, "/".join(["数据 2024"] * 12)])
def test_whatever_a_data_dir_is_called(base: Path, name: str) -> None:
    data_dir = base / name
    data_dir.mkdir(parents=True)
    settings = Settings(data_dir=data_dir, database_url="", broker_url="")
    redis = next(part for part in build_parts(settings) if part.name == "redis")
    redis.prepare()  # makes the socket's folder
    server = RedisServer(data_dir, settings.redis_socket)
    try:
        server.start()
        with connected(settings, seconds=10) as connection:
            assert connection.connected
        store = Store(settings.store_url)
        upgrade(store)
        store.close()
    finally:
        server.kill()
        if settings.redis_socket.parent != data_dir:
            shutil.rmtree(settings.redis_socket.parent)
    assert (data_dir / "zhibiao.db").exists()


def test_a_socket_finds_room_where_the_temporary_folder_is_deep_too(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(base / ("t" * 90)))
    one, other = (Settings(data_dir=base / (name * 90), broker_url="") for name in "ab")
    assert len(str(one.redis_socket)) < 100
    assert one.redis_socket != other.redis_socket
