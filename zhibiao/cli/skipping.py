"""Saying which files were left out."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_SHOWN = 5  # names


def tell_skipped(names: Sequence[str], count: int | None = None) -> None:
    """Name the files that were skipped; `count` is given where `names` are only the first ones."""
    count = len(names) if count is None else count
    if count:
        shown = ", ".join(names[:_SHOWN]) + (", …" if count > len(names[:_SHOWN]) else "")
        files = "file that programs leave" if count == 1 else "files that programs leave"
        sys.stderr.write(f"zhibiao: {count} {files} behind skipped: {shown}\n")
