"""The compose file starts what the code has, with variables that the code knows."""

from __future__ import annotations

import copy
import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import kombu
import pytest
import yaml
from celery.bin.celery import celery as celery_command
from celery.utils.imports import symbol_by_name
from flower.options import options as flower_options
from sqlalchemy.engine import make_url

from workers.__main__ import main
from workers.beat import SteadyScheduler
from zhibiao.settings import PREFIX, SECRET_SETTINGS, Settings, SettingsError, load_settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "zhibiao"]


def test_every_part_of_the_service_is_there() -> None:
    parts = {"redis", "postgres", "migrate", "api", "worker", "beat", "flower"}
    assert set(SERVICES) == parts | {"prometheus", "grafana"}
    optional = {name for name, service in SERVICES.items() if "profiles" in service}
    assert optional == {"prometheus", "grafana"}


def test_the_file_is_one_of_the_compose_specification() -> None:
    schema = json.loads((Path(__file__).parent / "compose_spec" / "compose-spec.json").read_text())
    made = copy.deepcopy(COMPOSE)
    assert made.pop("name") == "zhibiao"  # as `env_file` below: later than this edition
    for service in made["services"].values():
        if "env_file" in service:
            service["env_file"] = [each["path"] for each in service["env_file"]]
    jsonschema.Draft7Validator(schema).validate(made)
    made["services"]["api"]["helthcheck"] = {}
    with pytest.raises(jsonschema.ValidationError, match="helthcheck"):
        jsonschema.Draft7Validator(schema).validate(made)


def test_every_image_is_of_one_version() -> None:
    built = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    images = {*built, *(service["image"] for service in SERVICES.values())} - {"zhibiao"}
    assert len(images) == 5
    for image in images:
        assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+(\.\d+)?(-[a-z-]+)?", image), image


@pytest.mark.parametrize("name", SERVICES)
def test_every_part_is_confined_bounded_and_checked(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert service["mem_limit"]
    assert service["cpus"]
    assert "privileged" not in service
    assert (name == "migrate") or service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    for volume in service.get("volumes", []):
        source, _, target = volume.partition(":")
        assert source in COMPOSE["volumes"] or target.endswith(":ro")


def test_a_worker_is_given_longer_to_end_than_a_task_takes() -> None:
    settings = Settings()
    assert SERVICES["worker"]["stop_grace_period"] == "2m"
    assert settings.task_seconds + settings.grace_seconds < 120
    assert "container_name" not in SERVICES["worker"]  # there may be several
    assert "ports" not in SERVICES["worker"]


def test_secrets_are_files_and_stand_nowhere_else() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert "PASSWORD:" not in text
    assert "TOKEN:" not in text
    for service in SERVICES.values():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        files = [v for v in service.get("environment", {}).values() if "/run/secrets/" in str(v)]
        assert {Path(file).name for file in files} <= set(service.get("secrets", []))
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    known |= {f"{PREFIX}{field.upper()}_FILE" for field in SECRET_SETTINGS}
    variables = {v for v in SERVICES[name]["environment"] if v.startswith(PREFIX)}
    assert variables
    assert variables <= known


@pytest.mark.parametrize("name", OURS)
def test_every_setting_of_the_env_file_reaches_every_part(name: str) -> None:
    """Also those that the compose file does not know of."""
    assert SERVICES[name]["env_file"] == [{"path": ".env", "required": False}]
    fixed = {v for v in SERVICES[name]["environment"] if v.startswith(PREFIX)}
    # Only what the services decide among themselves is fixed, and the secrets that must be given.
    wanted = {"DATABASE_URL", "BROKER_URL", "DATA_DIR", "HOST", "PORT", "ALLOWED_HOSTS"}
    wanted |= {"DATABASE_PASSWORD_FILE", "BROKER_PASSWORD_FILE", "TOKEN_FILE", "LOG_FORMAT"}
    wanted |= {"FLOWER_BASIC_AUTH_FILE", "FLOWER_URL", "WORKER_METRICS_PORT"}
    assert fixed == {PREFIX + setting for setting in wanted}


def test_a_password_may_hold_any_character(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("p@ss/w:rd#%\n")
    settings = load_settings(
        {
            "ZHIBIAO_DATABASE_URL": SERVICES["worker"]["environment"]["ZHIBIAO_DATABASE_URL"],
            "ZHIBIAO_DATABASE_PASSWORD_FILE": str(secret),
            "ZHIBIAO_BROKER_PASSWORD_FILE": str(secret),
        },
        database_url=SERVICES["worker"]["environment"]["ZHIBIAO_DATABASE_URL"],
        broker_url=SERVICES["worker"]["environment"]["ZHIBIAO_BROKER_URL"],
    )
    url = make_url(settings.store_url)
    assert (url.username, url.password, url.host) == ("zhibiao", "p@ss/w:rd#%", "postgres")
    broker = kombu.Connection(settings.celery_broker_url)
    assert (broker.password, broker.hostname) == ("p@ss/w:rd#%", "redis")


def test_a_secrets_file_that_is_missing_empty_or_one_too_many_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    for environment, told in (
        ({"ZHIBIAO_TOKEN_FILE": str(tmp_path / "none")}, "No such file"),
        ({"ZHIBIAO_TOKEN_FILE": str(empty)}, "empty"),
        ({"ZHIBIAO_TOKEN_FILE": str(empty), "ZHIBIAO_TOKEN": "hushhush"}, "both"),
        ({"ZHIBIAO_PORT_FILE": str(empty)}, "Unknown setting"),
    ):
        with pytest.raises(SettingsError, match=told) as refused:
            load_settings(environment)
        assert "hushhush" not in refused.value.message


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
    assert SERVICES["api"]["volumes"] == [volume]
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
