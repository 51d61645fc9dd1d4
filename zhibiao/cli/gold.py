"""Writing what people have checked as a folder of annotations."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.places import connect
from zhibiao.whole_file import whole_file


def export_gold(folder: Path, **wanted: Any) -> int:
    """A NAME.jsonl a checked report, and metadata.json with what was corrected of them."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise typer.BadParameter(
            f"{folder} is there already and not an empty folder.", param_hint="--output"
        )
    with connect() as client:
        reports = client.gold(**wanted)
    folder.mkdir(parents=True, exist_ok=True)
    for report in reports:
        lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in report["observations"])
        _write(folder / f"{report['name']}.jsonl", "".join(lines))
    corrected = {report["name"]: report["metadata"] for report in reports if report["metadata"]}
    if corrected:
        _write(folder / "metadata.json", json.dumps(corrected, ensure_ascii=False, indent=1) + "\n")
    count = sum(len(report["observations"]) for report in reports)
    sys.stderr.write(f"{folder}: {len(reports):,} checked reports, {count:,} observations\n")
    if not reports:
        sys.stderr.write("zhibiao: Mark reports as checked on their pages first.\n")
    return Exit.OK


def _write(path: Path, text: str) -> None:
    with whole_file(path) as partial:
        partial.write_text(text, "utf-8")
