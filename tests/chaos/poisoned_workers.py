"""The ordinary workers, but for texts that do to their process what broken libraries do.

For tests: `celery -A poisoned_workers`. The line of production stays as it is; what is put in its
place here is what a stage calls.
"""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workers.celery import app as app  # Celery looks for it here
from zhibiao import pipeline
from zhibiao.domain import RawDocument

MARK = "此处有毒："


def _abort(_name: str) -> None:
    os.abort()


def _fill_the_memory(_name: str) -> None:
    kept = []
    while True:
        kept.append(bytearray(20_000_000))


def _loop_in_python(_name: str) -> None:
    while True:
        pass


def _loop_in_c(_name: str) -> None:
    deque(itertools.repeat(0), maxlen=0)  # runs no bytecode: no signal is ever looked at


def _fail_while_something_is_missing(_name: str) -> None:
    if not (Path(os.environ["ZHIBIAO_DATA_DIR"]) / "cure").exists():
        raise RuntimeError("something is missing")


def _have_a_defect(name: str) -> None:
    _note_attempt(name)
    raise IndexError("list index out of range")


def _be_refused_by_the_system(name: str) -> None:
    _note_attempt(name)
    raise PermissionError(1, "Operation not permitted")


def _note_attempt(name: str) -> None:
    with (Path(os.environ["ZHIBIAO_DATA_DIR"]) / f"{name}.attempts").open("a") as attempts:
        attempts.write(f"{os.getpid()}\n")


POISONS: dict[str, Callable[[str], None]] = {
    "abort": _abort,
    "memory": _fill_the_memory,
    "python": _loop_in_python,
    "c": _loop_in_c,
    "curable": _fail_while_something_is_missing,
    "defect": _have_a_defect,
    "system": _be_refused_by_the_system,
}

_clean = pipeline.clean


def _clean_or_die(document: RawDocument, *known: Mapping[str, object] | None) -> Any:
    _, mark, rest = document.text.partition(MARK)
    if mark:
        POISONS[rest.split("。")[0]](document.name)
    return _clean(document, *known)  # type: ignore[arg-type]


pipeline.clean = _clean_or_die
