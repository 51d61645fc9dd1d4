"""The compose file starts what the code has, with variables that the code knows."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.celery import celery as celery_command
from celery.utils.imports import symbol_by_name
from flower.options import options as flower_options
from psycopg import pq

from workers.__main__ import main
from workers.beat import SteadyScheduler
from zhibiao.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "zhibiao"]


def test_every_part_of_the_service_is_there() -> None:
    assert set(SERVICES) == {"redis", "postgres", "migrate", "api", "worker", "beat", "flower"}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    variables = {v for v in SERVICES[name]["environment"] if v.startswith(PREFIX)}
    assert variables
    assert variables <= known


@pytest.mark.parametrize("name", OURS)
def test_every_setting_of_the_env_file_reaches_every_part(name: str) -> None:
    """Also those that the compose file does not know of."""
    assert SERVICES[name]["env_file"] == [{"path": ".env", "required": False}]
    fixed = {v for v in SERVICES[name]["environment"] if v.startswith(PREFIX)}
    # Only what the services decide among themselves is fixed, and the secret that must be given.
    wanted = {"DATABASE_URL", "BROKER_URL", "TOKEN", "DATA_DIR", "HOST", "PORT", "ALLOWED_HOSTS"}
    wanted.add("FLOWER_URL")
    assert fixed == {PREFIX + setting for setting in wanted}


def test_a_password_may_hold_any_character(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = SERVICES["worker"]["environment"]
    assert "$" not in environment["ZHIBIAO_DATABASE_URL"]
    assert environment["PGPASSWORD"].startswith("${POSTGRES_PASSWORD")
    monkeypatch.setenv("PGPASSWORD", "p@ss/w:rd#%")  # libpq takes it from there
    assert ("password", b"p@ss/w:rd#%") in [
        (option.keyword.decode(), option.val) for option in pq.Conninfo.get_defaults()
    ]


def test_a_worker_that_ends_itself_is_started_again() -> None:
    assert SERVICES["worker"]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_commands_are_of_our_app_and_take_their_options(name: str) -> None:
    program, flag, module, command, *options = SERVICES[name]["command"]
    assert (program, flag) == ("celery", "-A")
    assert importlib.util.find_spec(f"{module}.celery") is not None
    known = {o for parameter in celery_command.commands[command].params for o in parameter.opts}
    assert {option.partition("=")[0] for option in options} <= known


def test_flower_takes_its_options() -> None:
    assert SERVICES["flower"]["command"][:4] == ["celery", "-A", "workers", "flower"]
    options = {o.removeprefix("--").partition("=")[0] for o in SERVICES["flower"]["command"][4:]}
    assert options <= {name.replace("-", "_") for name in flower_options._options}
    assert SERVICES["flower"]["ports"] == ["127.0.0.1:8751:8751"]
    assert not any(name.startswith("FLOWER_") for name in SERVICES["flower"]["environment"])


def test_the_api_finds_flower_whose_history_outlives_its_container() -> None:
    assert SERVICES["api"]["environment"]["ZHIBIAO_FLOWER_URL"] == "http://flower:8751"
    assert SERVICES["flower"]["command"][-1] == "--port=8751"
    (volume,) = SERVICES["flower"]["volumes"]
    assert SERVICES["api"]["volumes"] == [volume]  # its password is there
    name, _, folder = volume.partition(":")
    assert name in COMPOSE["volumes"]
    assert folder == SERVICES["flower"]["environment"]["ZHIBIAO_DATA_DIR"]


def test_the_api_and_its_health_check_are_where_the_code_has_them() -> None:
    assert SERVICES["api"]["command"] == ["python", "-m", "api"]
    assert importlib.util.find_spec("api.__main__") is not None
    assert SERVICES["api"]["environment"]["ZHIBIAO_HOST"] == "0.0.0.0"
    assert SERVICES["api"]["environment"]["ZHIBIAO_PORT"] == 8750
    assert "api" in SERVICES["api"]["environment"]["ZHIBIAO_ALLOWED_HOSTS"]
    assert "/healthz" in SERVICES["api"]["healthcheck"]["test"][-1]
    assert SERVICES["api"]["ports"] == ["127.0.0.1:8750:8750"]


def test_the_migration_is_a_command_of_the_cli() -> None:
    from zhibiao.cli import app

    assert SERVICES["migrate"]["command"] == ["zhibiao", "migrate"]
    assert "migrate" in {
        command.name or command.callback.__name__ for command in app.registered_commands
    }


def test_ports_are_published_on_this_machine_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_image_holds_every_package_that_is_installed() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for package in project["tool"]["setuptools"]["packages"]:
        assert f"COPY {package.partition('.')[0]} " in dockerfile


def test_a_worker_is_asked_whether_it_does_its_work() -> None:
    check = SERVICES["worker"]["healthcheck"]
    assert check["test"] == ["CMD", "python", "-m", "workers", "alive"]
    assert main(["alive", "and more"]) == 2  # no other words are taken
    assert importlib.util.find_spec("workers.alive") is not None


def test_beat_goes_by_a_clock_that_does_not_jump_however_it_is_started(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from workers.celery import app; print(app.Beat().scheduler_cls)"],
        env={**os.environ, "ZHIBIAO_BROKER_URL": "memory://", "ZHIBIAO_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert symbol_by_name(told.stdout.strip()) is SteadyScheduler
