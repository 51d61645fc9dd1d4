"""The token is made once, whole, and for its owner alone."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from zhibiao.settings import Settings
from zhibiao.tokens import NoToken, ensure_token, find_token


def test_a_token_is_made_with_mode_0600_and_stays_the_same(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    token = ensure_token(settings)
    assert len(token) >= 32
    assert stat.S_IMODE(settings.token_file.stat().st_mode) == 0o600
    assert ensure_token(settings) == find_token(settings) == token
    assert [path.name for path in settings.data_dir.iterdir()] == ["token"]


def test_many_processes_that_start_at_once_agree_on_one_token(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(16) as pool:
        tokens = set(pool.map(lambda _: ensure_token(settings), range(64)))
    assert len(tokens) == 1


def test_a_token_in_the_settings_goes_first_and_writes_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, token="given")
    assert ensure_token(settings) == find_token(settings) == "given"
    assert list(tmp_path.iterdir()) == []


def test_a_client_without_a_token_is_told_where_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(NoToken, match="zhibiao up"):
        find_token(Settings(data_dir=tmp_path))


def test_an_empty_token_file_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n")
    with pytest.raises(NoToken, match="empty"):
        ensure_token(Settings(data_dir=tmp_path))


@pytest.mark.parametrize("token", ["密码", "a\tb", "a\nb", " a"])
def test_a_token_that_no_header_can_carry_is_refused_where_it_is_set(
    tmp_path: Path, token: str
) -> None:
    for find in (find_token, ensure_token):
        with pytest.raises(NoToken, match="ZHIBIAO_TOKEN"):
            find(Settings(data_dir=tmp_path, token=token))


def test_a_token_file_that_holds_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes("密码".encode("gbk"))
    with pytest.raises(NoToken, match=str(tmp_path / "token")):
        find_token(Settings(data_dir=tmp_path))
