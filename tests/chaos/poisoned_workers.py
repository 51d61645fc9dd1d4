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


def _abort() -> None:
    os.abort()


def _fill_the_memory() -> None:
    kept = []
    while True:
        kept.append(bytearray(20_000_000))


def _loop_in_python() -> None:
    while True:
        pass


def _loop_in_c() -> None:
    deque(itertools.repeat(0), maxlen=0)  # runs no bytecode: no signal is ever looked at


def _fail_while_something_is_missing() -> None:
    if not (Path(os.environ["ZHIBIAO_DATA_DIR"]) / "cure").exists():
        raise RuntimeError("something is missing")


POISONS: dict[str, Callable[[], None]] = {
    "abort": _abort,
    "memory": _fill_the_memory,
    "python": _loop_in_python,
    "c": _loop_in_c,
    "curable": _fail_while_something_is_missing,
}

_clean = pipeline.clean


def _clean_or_die(document: RawDocument, given: Mapping[str, object]) -> Any:
    _, mark, rest = document.text.partition(MARK)
    if mark:
        POISONS[rest.split("。")[0]]()
    return _clean(document, given)


pipeline.clean = _clean_or_die
