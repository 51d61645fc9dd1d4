"""The embedded Redis heals: a damaged append-only file, a socket that was deleted."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from conftest import short_folder
from waiting import wait_until

from workers.parts import Part, StackError, build_parts
from workers.supervisor import Supervisor
from zhibiao.settings import Settings


class Supervision:
    """The embedded Redis under a supervisor that watches it."""

    def __init__(self, settings: Settings, *more: str) -> None:
        part = redis_part(settings)
        self.supervisor = Supervisor([replace(part, command=(*part.command, *more))])
        self.supervisor.start()
        self.thread = threading.Thread(target=self.supervisor.watch)
        self.thread.start()

    @property
    def pid(self) -> int | None:
        return self.supervisor.pids().get("redis")

    def kill(self) -> None:
        assert self.pid is not None
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> None:
        if self.thread.is_alive():
            self.supervisor.ask_to_end()
            self.thread.join()
            self.supervisor.end()


Start = Callable[..., Supervision]


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("a"))


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Start the embedded Redis under a supervisor that watches it; all of it ends with the test."""
    started: list[Supervision] = []

    def starting(*more: str) -> Supervision:
        started.append(Supervision(settings, *more))
        return started[-1]

    yield starting
    for each in started:
        each.end()


def redis_part(settings: Settings) -> Part:
    return next(p for p in build_parts(settings) if p.name == "redis")


def answer(settings: Settings, *command: str) -> object:
    """None where nobody answers."""
    client = redis.Redis(unix_socket_path=str(settings.redis_socket), decode_responses=True)
    try:
        return client.execute_command(*command)
    except (redis.ConnectionError, OSError):
        return None
    finally:
        client.close()


def files_of(settings: Settings) -> Path:
    return settings.data_dir / "appendonlydir"


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def garble_messages(folder: Path) -> None:
    only(folder, "*.incr.aof").write_bytes(b"*3\r\n$3\r\nSET\r\nthis is no length\r\n" * 9)


def garble_base(folder: Path) -> None:
    base = only(folder, "*.base.*")
    base.write_bytes(b"REDIS0011" + b"\xf9" * 64)


def garble_manifest(folder: Path) -> None:
    only(folder, "*.manifest").write_text("what is this?\n")


def lose_base(folder: Path) -> None:
    only(folder, "*.base.*").unlink()


def overwrite_with_zeros(folder: Path) -> None:
    """What a machine that lost its power may leave of a file."""
    for path in folder.iterdir():
        path.write_bytes(bytes(path.stat().st_size + 100))


def put_a_folder_in_its_place(folder: Path) -> None:
    messages = only(folder, "*.incr.aof")
    messages.unlink()
    messages.mkdir()


DAMAGES = [
    garble_messages,
    garble_base,
    garble_manifest,
    lose_base,
    overwrite_with_zeros,
    put_a_folder_in_its_place,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_append_only_file_is_set_aside_and_redis_starts(
    damage: Callable[[Path], None],
    settings: Settings,
    start: Start,
    capfd: pytest.CaptureFixture[str],
) -> None:
    first = start()
    answer(settings, "SET", "message", "1")
    first.end()
    damage(files_of(settings))
    names = {path.name for path in files_of(settings).iterdir()}
    start()
    assert answer(settings, "PING") is True
    assert answer(settings, "GET", "message") is None
    aside = only(settings.data_dir, "appendonlydir.damaged-*")
    assert {path.name for path in aside.iterdir()} == names
    said = capfd.readouterr().err
    assert f"its append-only file is damaged: set aside as {aside}" in said
    assert "Nothing is lost" in said


def test_a_healthy_append_only_file_is_read_and_stays(settings: Settings, start: Start) -> None:
    running = start()
    answer(settings, "SET", "message", "1")
    running.kill()
    wait_until(lambda: answer(settings, "GET", "message") == "1", seconds=30)
    assert list(settings.data_dir.glob("*damaged*")) == []


def test_a_file_that_is_damaged_while_the_stack_runs_is_set_aside_too(
    settings: Settings, start: Start
) -> None:
    running = start()
    garble_manifest(files_of(settings))
    running.kill()
    wait_until(lambda: list(settings.data_dir.glob("appendonlydir.damaged-*")) != [], seconds=30)
    wait_until(lambda: answer(settings, "PING") is True, seconds=30)


def test_an_append_only_file_that_is_not_to_blame_is_put_back(
    settings: Settings, start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    first = start()
    answer(settings, "SET", "message", "1")
    first.end()
    before = contents(files_of(settings))
    with pytest.raises(StackError, match="redis ended with exit code 1"):
        start("--maxmemory", "plenty")
    assert contents(files_of(settings)) == before
    assert list(settings.data_dir.glob("*damaged*")) == []
    assert "the file was put back" in capfd.readouterr().err


def test_a_redis_that_somebody_ends_while_it_starts_keeps_its_file(
    settings: Settings, start: Start
) -> None:
    running = start()
    answer(settings, "SET", "message", "1")
    pids = set()
    for _ in range(3):
        pids.add(running.pid)
        running.kill()  # the next one often before it has answered anything
        wait_until(lambda: running.pid not in (None, *pids), seconds=30)
    wait_until(lambda: answer(settings, "GET", "message") == "1", seconds=30)
    assert list(settings.data_dir.glob("*damaged*")) == []


def delete(socket: Path) -> None:
    socket.unlink()


def replace_by_a_file(socket: Path) -> None:
    socket.unlink()
    socket.write_text("no socket")


@pytest.mark.parametrize("harm", [delete, replace_by_a_file], ids=lambda harm: harm.__name__)
def test_a_socket_that_is_gone_is_made_again(
    harm: Callable[[Path], None],
    settings: Settings,
    start: Start,
    capfd: pytest.CaptureFixture[str],
) -> None:
    start()
    answer(settings, "SET", "message", "1")
    for _ in range(2):  # not once only
        harm(settings.redis_socket)
        wait_until(lambda: answer(settings, "GET", "message") == "1", seconds=30)
    assert f"its socket {settings.redis_socket} is gone" in capfd.readouterr().err


@pytest.mark.long
def test_a_socket_that_goes_before_anybody_saw_redis_ready_is_made_again(
    settings: Settings,
) -> None:
    supervisor = Supervisor([redis_part(settings)])
    supervisor.start()
    try:
        first = supervisor.pids()["redis"]
        os.kill(first, signal.SIGKILL)
        wait_until(
            lambda: supervisor.tend() or supervisor.pids().get("redis", first) != first, seconds=30
        )
        # And the supervisor has not looked.
        wait_until(lambda: answer(settings, "PING") is True, seconds=30)
        settings.redis_socket.unlink()
        wait_until(lambda: supervisor.tend() or answer(settings, "PING") is True, seconds=30)
    finally:
        supervisor.end()


@pytest.fixture
def short() -> Iterator[Path]:
    with short_folder("zb-redis-") as folder:
        yield folder


def test_a_socket_that_is_cleared_away_with_its_folder_is_made_again(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data dir of a long path has it in the system's temporary folder, which may be tidied."""
    monkeypatch.setenv("TMPDIR", str(short))
    monkeypatch.setattr("tempfile.tempdir", None)
    long = short / ("long" * 30)
    long.mkdir()
    settings = Settings(data_dir=long)
    assert settings.redis_socket.parent.parent == short
    running = Supervision(settings)
    try:
        shutil.rmtree(settings.redis_socket.parent)
        wait_until(lambda: answer(settings, "PING") is True, seconds=30)
    finally:
        running.end()
