"""The compiled extractor and its Python sources give the same, and stale code never runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from missing_services import missing

from bench.beside import DATA
from zhibiao.compiled import SWITCH

ROOT = Path(__file__).resolve().parents[2]
ENGINE = "from zhibiao import compiled; print(compiled.engine())"
# One line a report with the hashes of all that was extracted from it, and of how it is explained.
OUTPUTS = """
import hashlib, io, sys
from pathlib import Path
from zhibiao import pipeline
from zhibiao.domain import digests
from zhibiao.extract import explain
from zhibiao.reading import expand
from zhibiao.testing.reports import generate_many
from zhibiao.testing.samples import sample_paths

language = pipeline.Language.load()
files = [(p.name, p.read_bytes()) for p in sorted(Path(sys.argv[1]).rglob("*.txt"))]
for path in sample_paths():
    members = expand(path.name, io.BytesIO(path.read_bytes()))
    files += [(m.name, m.content) for m in members if m.content is not None]
files += [(f"{r.name}.txt", r.text.encode()) for r in generate_many(20, seed=4)]
for name, content in files:
    for raw in pipeline.read(content, name):
        described = pipeline.clean(raw, {})
        found = pipeline.extract(described.clean, raw.text, described.metadata, language)
        told = explain(described.clean, raw.text, described.metadata, language.catalogue)
        steps = hashlib.sha256(repr([each.steps for each in told]).encode()).hexdigest()
        print(name, len(found.observations), digests.of_extraction(found), steps)
"""


def run(
    code: str, *arguments: object, root: Path = ROOT, compiled: str | None = None
) -> subprocess.CompletedProcess[str]:
    """A program that ran on the sources under `root`."""
    environment = {name: value for name, value in os.environ.items() if name != SWITCH}
    environment |= {"PYTHONPATH": str(root)} | ({SWITCH: compiled} if compiled else {})
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, check=False, env=environment, cwd=root,
    )  # fmt: skip


def python(code: str, *arguments: object, root: Path = ROOT, compiled: str | None = None) -> str:
    """What a program prints that runs on the sources under `root`."""
    done = run(code, *arguments, root=root, compiled=compiled)
    done.check_returncode()
    return done.stdout


# As in setup.py, but for the C compiler's part, which takes twenty times as long.
TRANSLATES = """
import sys
from mypyc.build import mypycify
from zhibiao import compiled

options = ["--config-file=", "--ignore-missing-imports", f"--cache-dir={sys.argv[1]}"]
mypycify([*options, *compiled.sources()], group_name="zhibiao", target_dir=sys.argv[1])
"""


def test_mypyc_can_translate_every_module_that_is_to_be_compiled(tmp_path: Path) -> None:
    done = run(TRANSLATES, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_compiled_and_python_sources_extract_the_same() -> None:
    if python(ENGINE).strip() != "compiled":
        missing("the compiled extractor", "not built for these sources; `make compiled` does it")
    assert python(ENGINE, compiled="0").strip() == "pure Python"
    expected = python(OUTPUTS, DATA, compiled="0").splitlines()
    assert python(OUTPUTS, DATA).splitlines() == expected
    assert len(expected) > (100 if DATA.exists() else 20)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Sources under a folder of their own, with an empty place for their compiled modules."""
    shutil.copytree(
        ROOT / "zhibiao", tmp_path / "zhibiao", ignore=shutil.ignore_patterns("__pycache__", "*.so")
    )
    at = python("from zhibiao import compiled; print(compiled.folder())", root=tmp_path).strip()
    assert Path(at).is_relative_to(tmp_path / "build")
    Path(at).mkdir(parents=True)
    return tmp_path


FINDS = """
import sys, zhibiao
print(any(type(finder).__name__ == "_Finder" for finder in sys.meta_path))
"""


@pytest.mark.parametrize(
    "source", ["extract/engine.py", "domain/spans.py", "gazetteer/gazetteer.py"]
)
def test_compiled_modules_are_left_alone_once_a_source_has_changed(
    repository: Path, source: str
) -> None:
    assert python(FINDS, root=repository).strip() == "True"
    assert python(FINDS, root=repository, compiled="0").strip() == "False"
    path = repository / "zhibiao" / source
    before = path.read_text("utf-8")
    path.write_text(before + "# another line\n", "utf-8")
    assert python(FINDS, root=repository).strip() == "False"
    path.write_text(before, "utf-8")
    assert python(FINDS, root=repository).strip() == "True"


def wheel(folder: Path, compiled: str) -> Path:
    """A wheel of a copy of the sources, so that nothing is left beside the real ones."""
    copy = folder / "copy"
    copy.mkdir()
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in ("api", "migrations", "tasks", "workers", "zhibiao"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "-w", folder, "."],
        cwd=copy, check=True, env={**os.environ, SWITCH: compiled, "PYTHONPATH": ""},
    )  # fmt: skip
    (made,) = folder.glob("*.whl")
    return made


@pytest.mark.exhaustive
@pytest.mark.parametrize(("compiled", "engine"), [("0", "pure Python"), ("1", "compiled")])
@pytest.mark.timeout(900)
def test_a_wheel_holds_what_was_asked_for(tmp_path: Path, compiled: str, engine: str) -> None:
    if compiled == "1" and shutil.which("gcc") is None and shutil.which("cc") is None:
        missing("a C compiler", "none on PATH")
    made = wheel(tmp_path, compiled)
    assert made.name.endswith("-py3-none-any.whl") == (compiled == "0")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(made) as archive:
        archive.extractall(installed)
    assert (installed / "zhibiao" / "extract" / "engine.py").exists()
    assert any(installed.rglob("*.so")) == (compiled == "1")
    assert python(ENGINE, root=installed).strip() == engine
    told = python("from zhibiao.cli import main; main(['--version'])", root=installed)
    assert told.strip().endswith(f"({engine})")
    assert python(OUTPUTS, tmp_path / "nothing", root=installed) == python(
        OUTPUTS, tmp_path / "nothing", compiled="0"
    )
