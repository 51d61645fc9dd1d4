"""Processes of our own that do not run the caller's program a second time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any


def spawn_context() -> SpawnContext:
    """A context for pools whose work is all in modules of this package.

    Python's own runs the main script again in every new process, so that a script which calls us
    without `if __name__ == "__main__"` would start pools without end.
    """
    return _Context()


class _Process(SpawnProcess):
    @staticmethod
    def _Popen(process_obj: BaseProcess) -> Any:  # noqa: N802 (the standard library's name)
        with _no_main_script():
            return SpawnProcess._Popen(process_obj)


class _Context(SpawnContext):
    Process = _Process


@contextmanager
def _no_main_script() -> Iterator[None]:
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
