"""The glossary knows every package there is, and speaks Chinese as the console does."""

from __future__ import annotations

import re
from pathlib import Path

from api.console.words import WORDS

ROOT = Path(__file__).parents[2]


def page() -> str:
    return (ROOT / "docs/glossary.md").read_text("utf-8")


def test_the_glossary_lists_the_packages_that_there_are() -> None:
    listed = set(re.findall(r"^\| `([a-z/]+)` \|", page(), re.MULTILINE))
    packages = {
        str(init.parent.relative_to(ROOT))
        for top in ("api", "tasks", "workers", "zhibiao")
        for init in ROOT.glob(f"{top}/**/__init__.py")
    }
    nested = {p for p in packages if p.startswith("zhibiao/") and p.count("/") == 1}
    rooms = {p for p in packages if p.startswith("zhibiao/extract/")}
    assert listed == {"api", "tasks", "workers"} | nested | rooms


def test_the_glossary_has_the_words_of_the_console() -> None:
    def said(kind: str, *names: str) -> str:
        return "、".join(WORDS[kind][name][1] for name in names)

    for row in (
        f"| quarantined | {said('state', 'quarantined')} |",
        f"| outturn, target | {said('status', 'actual', 'target')} |",
        f"| region, region code | {said('field', 'region', 'region_code')} |",
        f"| year, review year | 年份、{said('field', 'review_year')} |",
    ):
        assert row in page()
