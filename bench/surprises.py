"""The last lines of what tries inputs at random."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 50


def tell(surprises: Sequence[str]) -> int:
    """Print the surprises; the exit code, 1 when there was one."""
    for surprise in surprises[:_SHOWN]:
        print(f"SURPRISE {surprise}")
    print(f"{len(surprises)} surprises")
    return 1 if surprises else 0
