"""Files that take over the reader of a parser that runs with `hostile_path`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from zhibiao.sandbox.parser import Parser

_HOSTILE = Path(__file__).parent / "hostile"
MARK = "此处有诈："  # as in hostile/sitecustomize.py
TEXT = "某市政府工作报告。去年生产总值增长6.5%。"


def hostile_path() -> str:
    """PYTHONPATH of a process whose reader does what files tell it to."""
    return os.pathsep.join(filter(None, (str(_HOSTILE), os.environ.get("PYTHONPATH"))))


def attack(name: str, target: object = "") -> bytes:
    """A file that tells its reader to do one of the attacks of hostile/sitecustomize.py."""
    return f"{TEXT}{MARK}{name}：{target}。".encode()


@contextmanager
def hostile_parser(**environment: str) -> Iterator[Parser]:
    """A parser whose reader does what files tell it to, started where these variables are set."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"PYTHONPATH": hostile_path(), **environment}.items():
            patch.setenv(name, value)
        with Parser(memory_bytes=400 << 20, file_bytes=4 << 20, seconds=60) as parser:
            yield parser
