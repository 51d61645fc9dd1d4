"""One table of ratios: `python -m bench [--small] [LETTER …]`; `make bench` prints all of it.

Each row is measured in one run, its sides in turns, the median of three. Processor time where the
clock would tell of the neighbours on a shared machine. `--small` takes fewer reports.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from pathlib import Path

from bench import databases, growing, interactive, pieces, ratios, scale, submission
from bench.row import show
from zhibiao.compiled import engine

_MEASURES = {
    "ab": ratios.rows,
    "c": pieces.rows,
    "d": scale.rows,
    "e": submission.rows,
    "f": databases.rows,
    "g": growing.rows,
    "h": interactive.rows,
}


def main(arguments: list[str]) -> int:
    small = "--small" in arguments
    letters = "".join(each for each in arguments if not each.startswith("-")) or "abcdefgh"
    print(
        f"{_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; Python "
        f"{platform.python_version()}, extractor {engine()}{'; small sizes' if small else ''}",
        flush=True,
    )
    held = True
    for of, measure in _MEASURES.items():
        if set(of) & set(letters):
            began = time.monotonic()
            rows = measure(small=small)
            show(rows)
            held = held and all(row.holds for row in rows)
            print(f"    {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return 0 if held else 1


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
