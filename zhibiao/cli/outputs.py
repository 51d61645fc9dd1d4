"""The file that a command writes: its format, and whether it can be there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import typer

Format = TypeVar("Format", bound=str)


def format_of(out: Path, known: Sequence[Format], chosen: Format | None = None) -> Format:
    """The chosen format, else what the file's ending says.

    Raises typer.BadParameter where that is none of the `known` ones, where the two differ, or the
    place is no file's.
    """
    ending = out.suffix.lstrip(".").lower()
    if chosen is not None and ending in known and ending != chosen:
        raise typer.BadParameter(f"the ending of {out.name} says {ending}", param_hint="--format")
    found = next((each for each in known if each == (chosen or ending)), None)
    if found is None:
        *others, last = (f".{each}" for each in known)
        raise _mistake(f"{out.name} does not end in {', '.join(others)} or {last}")
    if not out.absolute().parent.is_dir():
        raise _mistake(f"{out.parent} is no folder")
    if out.is_dir():
        raise _mistake(f"{out} is a folder")
    if out.exists() and not out.is_file():
        raise _mistake(f"{out} is a device or a pipe, not a file")
    return found


def _mistake(message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint="--output")
