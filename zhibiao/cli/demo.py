"""`zhibiao demo`: the main job from end to end, on a stack and in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from rich.text import Text

from zhibiao.cli.exits import Exit
from zhibiao.cli.showing import (
    documents_table,
    notes,
    output,
    records_table,
    run_progress,
    run_table,
    watch,
)
from zhibiao.client import Client
from zhibiao.domain import FAILURES
from zhibiao.errors import ZhibiaoError
from zhibiao.places import ADDRESS_FILE
from zhibiao.testing.samples import sample_paths

_START_SECONDS = 400.0  # the stack itself gives up earlier
_END_SECONDS = 15.0
_ROWS = 20
_HEADLINES = (
    "gdp",
    "budget_revenue",
    "fixed_asset_investment",
    "retail_sales",
    "urban_income",
    "rural_income",
    "urban_new_jobs",
)
_COLUMNS = ("region", "year", "indicator", "measure", "value", "unit", "what")


class DemoFailed(ZhibiaoError):
    """The embedded stack did not start."""

    code = "stack_failed"


def run_demo() -> int:
    began = time.monotonic()
    remarks = notes()
    with tempfile.TemporaryDirectory(prefix="zhibiao-demo-") as folder:
        data_dir = Path(folder)
        remarks.print("Starting Redis, workers, API and Flower in a temporary folder …")
        with _stack(data_dir) as url:
            remarks.print(f"Ready after {time.monotonic() - began:.1f} s.")
            token = (data_dir / "token").read_text().strip()
            with Client(url, token) as client:
                code = _main_job(client)
    remarks.print(f"The stack has ended. All of it took {time.monotonic() - began:.1f} s.")
    remarks.print("Next: make up (zhibiao up) starts one that stays; zhibiao extract needs none.")
    return code


def _main_job(client: Client) -> int:
    paths = sample_paths()
    run = client.submit(paths, label="demo")
    with run_progress() as bar:
        run = dict(watch(bar, client.watch(run["id"])))
    out = output()
    out.print(run_table(run))
    troubled = list(client.documents(run=run["id"], state=list(FAILURES)))
    if troubled:
        out.print(documents_table(troubled))
    found = list(client.observations(run=run["id"], indicator=list(_HEADLINES)))
    out.print("The samples are invented: real places, no real figures.")
    out.print(records_table(_spread(found), _COLUMNS, title="what the reports state (a part)"))
    _show_evidence(found)
    return Exit.FAILURES if troubled or not found else Exit.OK


def _spread(observations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One outturn and one target of each report rather than all that the first one states."""
    by_document: dict[int, list[dict[str, Any]]] = {}
    for entry in observations:
        by_document.setdefault(entry["document_id"], []).append(entry)
    chosen: list[dict[str, Any]] = []
    for entries in by_document.values():
        for status in ("actual", "target"):
            of_status = [entry for entry in entries if entry["status"] == status]
            chosen += sorted(of_status, key=_prominence)[:1]
    return [_row(entry) for entry in chosen[:_ROWS]]


def _prominence(entry: dict[str, Any]) -> int:
    return _HEADLINES.index(entry["indicator"])


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    bound = {"eq": "", "ge": "≥ ", "le": "≤ ", "approx": "≈ "}[entry["bound"]]
    high = "" if entry["value_high"] is None else f"–{entry['value_high']}"
    return {
        "region": entry["region"],
        "year": entry["period_end"],
        "indicator": entry["indicator"],
        "measure": entry["measure"],
        "value": f"{bound}{entry['value']}{high}",
        "unit": entry["unit"],
        "what": "target" if entry["status"] == "target" else "outturn",
    }


def _show_evidence(observations: list[dict[str, Any]]) -> None:
    """One observation with its sentence; the evidence and its number stand out."""
    if not observations:
        return
    entry = min(observations, key=_prominence)
    stated, begin = entry["sentence"], entry["sentence_start"]
    start, end = entry["start"] - begin, entry["end"] - begin
    out = output()
    if out.is_terminal:
        sentence = Text(stated)
        sentence.stylize("bold", start, end)
        sentence.stylize("reverse", entry["number_start"] - begin, entry["number_end"] - begin)
    else:
        sentence = Text(f"{stated[:start]}【{stated[start:end]}】{stated[end:]}")
    out.print(f"\n{entry['indicator']} of {entry['document']} ({entry['source']}):")
    out.print(sentence, soft_wrap=True)
    out.print(f"evidence: {entry['evidence']!r}", markup=False)


@contextmanager
def _stack(data_dir: Path) -> Iterator[str]:
    """The embedded stack; its URL. Raises DemoFailed with the end of its log."""
    log = data_dir / "stack.log"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ZHIBIAO_")},
        "ZHIBIAO_DATA_DIR": str(data_dir),
        "ZHIBIAO_PORT": "0",
        "ZHIBIAO_FLOWER_PORT": "0",
    }
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "workers", "up"],
            env=environment,
            cwd=data_dir,  # a .env where the person stands is not the demo's
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _await_address(process, data_dir, log)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_address(process: subprocess.Popen[bytes], data_dir: Path, log: Path) -> str:
    address = data_dir / ADDRESS_FILE
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if address.exists():  # written when everything is ready
            return str(json.loads(address.read_text())["url"])
        time.sleep(0.1)
    last = "\n".join(islice(reversed(log.read_text(errors="replace").splitlines()), 15))
    raise DemoFailed(f"The embedded stack did not start. The end of its log, last first:\n{last}")
