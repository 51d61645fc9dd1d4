"""Which engine runs: the extractor compiled with mypyc, or its Python sources.

A wheel holds the compiled modules beside their sources, and Python prefers them by itself. In a
repository `make compiled` builds them into `build/compiled/HASH`, where HASH is of the sources.
They are used while the sources have that hash: after any change the Python sources run, so that
stale code never does.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from mypy_extensions import mypyc_attr as mypyc_attr
else:
    _Class = TypeVar("_Class", bound=type)

    def mypyc_attr(**_options: object) -> Callable[[_Class], _Class]:
        """Says something of a class to mypyc alone: `acyclic`, that no circle of objects holds one,
        so that the collector of garbage need not know it, and one is made and freed sooner."""
        return lambda made: made


SWITCH = "ZHIBIAO_COMPILE"  # "0": build nothing, and run the Python sources of a repository
_ROOT = Path(__file__).resolve().parents[1]
# What is compiled: packages, and single modules that the extractor calls often.
_COMPILED = (
    "catalogue/indicators.py",
    "catalogue/units.py",
    "domain/digests.py",
    "domain/observations.py",
    "domain/spans.py",
    "extract",
    "language",
    "outline",
    "store/outputs/observation_rows.py",
    "text/sentences.py",
)
# Seldom run, and a quarter of the time to compile.
_LEFT_OUT = ("zhibiao/extract/table/", "zhibiao/extract/explanation.py")
# What compiled code may have taken in from elsewhere: constants and types.
_READ = ("catalogue", "domain", "errors.py", "extract", "gazetteer", "language", "metadata",
         "outline", "store/outputs/observation_rows.py", "text")  # fmt: skip


def sources() -> list[str]:
    """The modules to compile, relative to the repository. Packages' own modules stay Python."""
    found = [path for path in _files(_COMPILED) if not path.endswith("__init__.py")]
    return [path for path in found if not path.startswith(_LEFT_OUT)]


def _files(places: Sequence[str]) -> list[str]:
    core = _ROOT / "zhibiao"
    found = {p for place in places for p in ((core / place).rglob("*.py") if "." not in place
                                             else [core / place])}  # fmt: skip
    return sorted(path.relative_to(_ROOT).as_posix() for path in found)


def folder() -> Path:
    """Where the compiled modules of these very sources are, if they were built."""
    digest = hashlib.sha256()
    for path in _files(_READ):
        digest.update(path.encode() + b"\0" + (_ROOT / path).read_bytes() + b"\0")
    return _ROOT / "build" / "compiled" / digest.hexdigest()[:16]


def prefer() -> None:
    """Take the compiled modules of a repository, where they are of these very sources."""
    built = _ROOT / "build" / "compiled"
    if os.environ.get(SWITCH) != "0" and built.is_dir() and (at := folder()).is_dir():
        sys.meta_path.insert(0, _Finder(at))


def engine() -> str:
    """ "compiled" or "pure Python": what extraction runs on in this process."""
    spec = find_spec("zhibiao.extract.engine")
    origin = "" if spec is None or spec.origin is None else spec.origin
    return "compiled" if origin.endswith(tuple(EXTENSION_SUFFIXES)) else "pure Python"


class _Finder:
    """Finds the extension modules under a folder, by their full names."""

    def __init__(self, at: Path) -> None:
        suffix = EXTENSION_SUFFIXES[0]
        self._files = {
            path.relative_to(at).as_posix().removesuffix(suffix).replace("/", "."): path
            for path in at.rglob(f"*{suffix}")
        }

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        file = self._files.get(name)
        return None if file is None else spec_from_file_location(name, file)
