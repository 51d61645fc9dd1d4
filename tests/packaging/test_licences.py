"""What an install brings along is under licences that ask nothing of those who use it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "licences.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MARK = "<!-- Made from what is installed: REGENERATE=1 pytest tests/packaging/test_licences.py -->"
MADE_ON = (3, 11)
COPYLEFT = re.compile(
    r"GPL|General Public|MPL|Mozilla|EPL|Eclipse|CDDL|EUPL|OSL|SSPL|Reciprocal", re.I
)
# A list of certificates, as data; nothing of it is part of a program.
ALLOWED = {"certifi"}


def closure(roots: list[str]) -> set[str]:
    """The installed packages that these requirements bring along."""
    found: set[str] = set()
    todo = [(Requirement(root), "") for root in roots]
    while todo:
        requirement, extra = todo.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        new = {"", *requirement.extras} if name not in found else requirement.extras
        try:
            needed = distribution(name).requires or []
        except PackageNotFoundError:
            continue  # of an extra that the tests do without
        found.add(name)
        todo += [(Requirement(line), each) for line in needed for each in new]
    return found


def licence_of(name: str) -> str:
    said = distribution(name).metadata
    classifiers = said.get_all("Classifier") or []
    by_classifier = " / ".join(
        each.split(" :: ")[-1] for each in classifiers if each.startswith("License :: ")
    )
    return str(said.get("License-Expression") or by_classifier or said.get("License") or "").strip()


def rows() -> list[tuple[str, str, str]]:
    """Package, licence, and the extra that it comes with."""
    default = closure(PROJECT["dependencies"])
    found = [(name, licence_of(name), "") for name in default]
    for extra, needed in PROJECT["optional-dependencies"].items():
        found += [(name, licence_of(name), extra) for name in closure(needed) - default]
    return sorted(found, key=lambda row: (row[2], row[0]))


def test_the_default_install_has_no_copyleft() -> None:
    default = closure(PROJECT["dependencies"])
    assert len(default) > 50
    assert {"sqlalchemy", "celery", "pandas"} <= default
    bound = {name for name in default if COPYLEFT.search(licence_of(name))}
    assert bound <= ALLOWED
    assert COPYLEFT.search(licence_of("psycopg"))  # else it need not be an extra
    unknown = {name for name in default if not licence_of(name)}
    assert unknown == set()


def test_every_licence_is_listed() -> None:
    made = {f"| {name} | {licence[:80]} | {extra} |" for name, licence, extra in rows()}
    if os.environ.get("REGENERATE"):
        head = PAGE.read_text("utf-8").split(MARK)[0]
        lines = [f"| {n} | {licence[:80]} | {e} |" for n, licence, e in rows()]
        table = "\n".join(["| package | licence | extra |", "|---|---|---|", *lines])
        PAGE.write_text(f"{head}{MARK}\n\n{table}\n", "utf-8")
    listed = set(PAGE.read_text("utf-8").splitlines())
    if sys.version_info[:2] != MADE_ON:  # others' versions may word the same licence otherwise
        made, listed = ({row.split(" | ")[0] for row in each} for each in (made, listed))
    assert made <= listed
    assert not os.environ.get("REGENERATE"), "regenerated: look at the difference, run it again"


@pytest.mark.parametrize("url", ["", "postgresql+psycopg://nobody@127.0.0.1:9/none"])
def test_without_the_extra_sqlite_works_and_postgres_says_what_to_install(
    tmp_path: Path, url: str
) -> None:
    """As where psycopg is not installed."""
    program = (
        "import sys; sys.modules['psycopg'] = None; sys.argv[1:] = ['migrate'];"
        "from zhibiao.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "ZHIBIAO_DATA_DIR": str(tmp_path), "ZHIBIAO_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == (1 if url else 0), done.stderr
    assert ("pip install 'zhibiao[postgres]'" in done.stderr) == bool(url)
    assert "Traceback" not in done.stderr
