"""Users, keys and the audit log from the command line, and a service that others could reach."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from callers import status_of

from zhibiao.cli.main import run as zhibiao

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def shared(serve: Any) -> Any:
    return serve()


@pytest.fixture
def run(shared: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("ZHIBIAO_URL", shared.url)
    monkeypatch.setenv("ZHIBIAO_DATA_DIR", str(shared.settings.data_dir))

    def call(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = zhibiao(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_a_key_is_made_used_rotated_and_revoked(shared: Any, run: Run) -> None:
    code, made, said = run("keys", "create", "notebook", "-s", "read", "--expires-days", "90")
    key = made.strip()
    assert (code, status_of(shared, key), status_of(shared, key, path="/v1/users")) == (0, 200, 403)
    assert key not in said  # standard output alone has it
    _, rotated, _ = run("keys", "rotate", "notebook", "--grace-hours", "1")
    assert {status_of(shared, each) for each in (key, rotated.strip())} == {200}
    listed = run("keys", "list")[1]
    assert rotated[:11] in listed
    assert rotated.strip() not in listed
    (row,) = [json.loads(line) for line in run("keys", "list", "--json")[1].splitlines()]
    assert row["expires_at"] is not None
    assert run("keys", "revoke", "notebook")[0] == 0
    assert {status_of(shared, each) for each in (key, rotated.strip())} == {401}
    code, _, said = run("keys", "revoke", "notebook")
    assert code == 1
    assert "revoked" in said


def test_a_user_is_made_with_a_typed_password_or_one_that_is_printed_once(
    shared: Any, run: Run
) -> None:
    typed = "a password of mine"
    code, printed, _ = run(
        "users", "create", "李雷", "-s", "read", "-s", "submit", typed=f"{typed}\n"
    )
    assert (code, printed) == (0, "")
    assert logged_in(shared, "李雷", typed)
    _, made, _ = run("users", "rotate", "李雷", "--generate")
    assert logged_in(shared, "李雷", made.strip())
    assert not logged_in(shared, "李雷", typed)
    assert "李雷" in run("users", "list")[1]
    assert run("users", "revoke", "李雷")[0] == 0
    assert not logged_in(shared, "李雷", made.strip())
    code, _, said = run("users", "create", "short", "-s", "read", typed="short\n")
    assert code == 1
    assert "12" in said
    assert run("users", "create", "none", typed="long enough, surely\n")[0] == 2  # no scope


def logged_in(service: Any, name: str, password: str) -> bool:
    form = {"name": name, "password": password}
    return httpx.post(f"{service.url}/login", data=form, trust_env=False).status_code == 303


def test_the_audit_log_tells_who_did_what(shared: Any, run: Run) -> None:
    run("keys", "create", "audited", "-s", "read")
    found = [
        json.loads(line)
        for line in run("audit", "--action", "create key", "--json")[1].splitlines()
    ]
    assert found[0]["caller"] == "token"
    table = run("audit", "--caller", "token", "--limit", "5")[1]
    assert "create key" in table


def test_the_token_is_renewed_while_the_service_runs(serve: Any, run: Run) -> None:
    service = serve()
    before = service.token
    arguments = ("--data-dir", str(service.settings.data_dir))
    renewed = run("token", *arguments, "--renew")[1].strip()
    assert renewed != before
    assert run("token", *arguments)[1].strip() == renewed
    assert (status_of(service, before), status_of(service, renewed)) == (401, 200)
    assert service.settings.token_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("command", "host"),
    [(("-m", "api"), "0.0.0.0"), (("-m", "api"), "::"), (("-m", "workers", "up"), "192.0.2.7")],
)
def test_a_service_that_others_could_reach_does_not_start_with_a_token_to_be_guessed(
    tmp_path: Any, command: tuple[str, ...], host: str
) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ZHIBIAO_")}
    done = subprocess.run(
        [sys.executable, *command],
        env={
            **kept,
            "ZHIBIAO_HOST": host,
            "ZHIBIAO_TOKEN": "s3cret",
            "ZHIBIAO_PORT": "0",
            "ZHIBIAO_FLOWER_PORT": "0",
            "ZHIBIAO_DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode != 0
    assert "24 random" in done.stderr
    assert "s3cret" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
