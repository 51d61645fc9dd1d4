"""What the parts of the stack write, where a person or a journal reads it.

A terminal shows what went wrong and what the supervisor does; all of it is in a file of the data
dir. Anything else, a journal or a pipe, gets every line.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

LOG_FILE = Path("logs", "stack.log")
_LOG_BYTES = 10_000_000
_OLDER_LOGS = 2
_WENT_WRONG = re.compile(r"\b(?:ERROR|CRITICAL|FATAL)\b|^\[E |^Traceback ")

Show = Callable[[str, str], None]  # the part's name, and a line


def to_stream(stream: TextIO) -> Show:
    """Every line, behind the name of its part."""

    def show(name: str, line: str) -> None:
        with contextlib.suppress(BrokenPipeError, ValueError):
            stream.write(f"{name:<6} | {line}\n")
            stream.flush()

    return show


@contextlib.contextmanager
def to_terminal(stream: TextIO, path: Path) -> Iterator[Show]:
    """What went wrong to a terminal, and every line to the file at `path`, which rotates."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    kept = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=_OLDER_LOGS, encoding="utf-8")
    shown = to_stream(stream)

    def show(name: str, line: str) -> None:
        text = f"{name:<6} | {line}"
        kept.handle(logging.LogRecord(name, logging.INFO, "", 0, text, None, None))
        if _WENT_WRONG.search(line):
            shown(name, line)

    try:
        yield show
    finally:
        kept.close()
