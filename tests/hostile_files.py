"""Files that take over the reader of a parser that runs with `hostile_path`."""

from __future__ import annotations

import os
from pathlib import Path

_HOSTILE = Path(__file__).parent / "hostile"
MARK = "此处有诈："  # as in hostile/sitecustomize.py
TEXT = "某市政府工作报告。去年生产总值增长6.5%。"


def hostile_path() -> str:
    """PYTHONPATH of a process whose reader does what files tell it to."""
    return os.pathsep.join(filter(None, (str(_HOSTILE), os.environ.get("PYTHONPATH"))))


def attack(name: str, target: object = "") -> bytes:
    """A file that tells its reader to do one of the attacks of hostile/sitecustomize.py."""
    return f"{TEXT}{MARK}{name}：{target}。".encode()
