"""Folders at places where other users of the machine could have made them first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import short_folder

from workers import pulse
from workers.folders import UnsafeFolder, make_private, runtime_folder
from workers.names import take_name
from workers.parts import build_parts
from workers.pulse import Sign
from zhibiao.settings import Settings

SIGN = Sign(pid=os.getpid(), at=1.0, received_at=1.0, busy=0, connected=True)


@pytest.fixture(autouse=True)
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this user's processes leave notes for each other."""
    with short_folder("zb-base-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
        yield folder


def test_a_folder_that_others_can_write_to_is_refused() -> None:
    runtime_folder().mkdir()
    runtime_folder().chmod(0o777)
    with pytest.raises(UnsafeFolder, match="only this user"):
        make_private(runtime_folder())
    with pytest.raises(UnsafeFolder):
        pulse.signs()
    pulse.write_sign("one@host", SIGN)
    assert list(runtime_folder().iterdir()) == []
    assert not take_name("one@host", "sqlite://")


def test_a_link_to_a_folder_is_refused(base: Path) -> None:
    elsewhere = base / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    runtime_folder().symlink_to(elsewhere)
    with pytest.raises(UnsafeFolder):
        make_private(runtime_folder())


def test_a_planted_link_is_replaced_and_not_followed(base: Path) -> None:
    precious = base / "precious"
    precious.write_text("precious")
    make_private(runtime_folder())
    (runtime_folder() / f".one@host.{os.getpid()}").symlink_to(precious)
    pulse.write_sign("one@host", SIGN)
    assert precious.read_text() == "precious"
    assert pulse.signs() == {"one@host": SIGN}


def test_the_embedded_redis_listens_in_no_folder_of_another_user(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(base))
    deep = base / ("d" * 100)
    settings = Settings(data_dir=deep, broker_url="")
    assert settings.redis_socket.parent.parent == base
    settings.redis_socket.parent.mkdir()
    settings.redis_socket.parent.chmod(0o777)
    redis = next(part for part in build_parts(settings) if part.name == "redis")
    with pytest.raises(UnsafeFolder):
        redis.prepare()


BEARER = """
import sys, time
from workers.names import take_name
print(take_name("one@host", sys.argv[1]), flush=True)
time.sleep(60)
"""


def bearer(store_url: str) -> tuple[subprocess.Popen[str], str]:
    """A worker's parent with the node's name, and whether it is the only one."""
    process = subprocess.Popen(
        [sys.executable, "-c", BEARER, store_url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        return process, process.stdout.readline().strip()


def test_a_name_is_borne_by_one_living_process_at_a_time_as_long_as_it_lives() -> None:
    first, alone = bearer("sqlite:///a")
    assert alone == "True"
    elsewhere, alone = bearer("sqlite:///b")  # of another store: no namesake
    assert alone == "True"
    second, alone = bearer("sqlite:///a")
    assert alone == "False"
    first.send_signal(signal.SIGKILL)
    first.wait()
    third, alone = bearer("sqlite:///a")
    assert alone == "False"  # the second one lives
    for process in (second, third, elsewhere):
        process.send_signal(signal.SIGKILL)
        process.wait()
    fourth, alone = bearer("sqlite:///a")
    assert alone == "True"
    fourth.kill()
    fourth.wait()
