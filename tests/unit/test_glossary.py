"""The glossary knows every package, and every package of it exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_glossary_lists_the_packages_that_there_are() -> None:
    page = (ROOT / "docs/glossary.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([a-z/]+)` \|", page, re.MULTILINE))
    packages = {
        str(init.parent.relative_to(ROOT))
        for top in ("api", "tasks", "workers", "zhibiao")
        for init in ROOT.glob(f"{top}/**/__init__.py")
    }
    nested = {p for p in packages if p.startswith("zhibiao/") and p.count("/") == 1}
    rooms = {p for p in packages if p.startswith("zhibiao/extract/")}
    assert listed == {"api", "tasks", "workers"} | nested | rooms
