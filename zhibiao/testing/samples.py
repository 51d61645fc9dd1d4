"""The bundled samples: synthetic reports in the forms people submit, and what they state.

`python -m zhibiao.testing.make_samples` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("samples")
_PLANTED = Path(__file__).with_name("planted.jsonl")


def sample_paths() -> list[Path]:
    """The files to submit, by name: text, web pages, Word, PDF, a compendium, NDJSON."""
    return sorted(_FOLDER.iterdir())


def planted_reports() -> list[dict[str, Any]]:
    """What each report states: `planted.jsonl` line by line.

    A line has `source` (the file's name), `part` (0-based position in it), the report's
    metadata, and `observations`, each a mapping with the fields of `planted.Planted`.
    """
    lines = _PLANTED.read_text("utf-8").splitlines()
    reports = [json.loads(line) for line in lines]
    for report in reports:
        fields = report.pop("fields")
        report["observations"] = [dict(zip(fields, row, strict=True)) for row in report.pop("rows")]
    return reports
