"""Print the measured claims, one after the other: `python -m bench.claims [NAME …]`.

The long runs among faults have a command of their own (`make chaos`).
"""

from __future__ import annotations

import importlib
import subprocess
import sys

CLAIMS = (
    "clean_speed",
    "extract_speed",
    "planted",
    "certainty",
    "metadata_accuracy",
    "reading_memory",
    "fuzz_reading",
    "upload_memory",
    "throughput",
    "prints",
    "reprocess",
    "sparing",
    "keyword_speed",
    "search",
    "pages",
)


def main(names: list[str]) -> int:
    """Each in a process of its own, because several measure their own memory."""
    failed = []
    for name in names or CLAIMS:
        module = importlib.import_module(f"bench.{name}")
        print(f"== {name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
        print(flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
