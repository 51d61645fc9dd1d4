"""What people see: tables on standard output, progress bars on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from zhibiao.domain import FAILURES, State

_PIPED_WIDTH = 240  # a table that is piped is not cut to eighty columns

Json = Mapping[str, Any]

RESTING = tuple(state.value for state in State if state.at_rest)


def output() -> Console:
    """Standard output; without colour when it is piped."""
    piped = not sys.stdout.isatty()
    return Console(width=_PIPED_WIDTH if piped else None, highlight=False, soft_wrap=False)


def notes() -> Console:
    """Standard error, for progress and remarks."""
    return Console(stderr=True, highlight=False)


def write_json(records: Iterable[Json]) -> None:
    """A JSON object a line on standard output."""
    for record in records:
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on standard error; nothing where that is no terminal."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=notes(),
        transient=False,
        disable=not sys.stderr.isatty(),
    ) as bar:
        yield bar


@contextmanager
def run_progress() -> Iterator[Progress]:
    """A bar of a run's work on standard error, for `watch`; nothing where that is no terminal."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[documents]}"),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        console=notes(),
        transient=False,
        disable=not sys.stderr.isatty(),
    ) as bar:
        yield bar


@contextmanager
def sending(total: int | None, what: str = "sending") -> Iterator[Callable[[int], None]]:
    """A bar of bytes on standard error; call what it gives with each piece's size."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=notes(),
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda size: bar.advance(task, size)


def watch(bar: Progress, runs: Iterable[Json]) -> Json:
    """Move a bar of `run_progress` along with a run until it is finished; the run as it was last.

    The bar shows the work that is done, so that it moves before the first document is at rest.
    """
    task = bar.add_task("processing", total=1.0, documents="", note="", left="")
    last: Json = {}
    for run in runs:
        if run["status"] == "paused" != last.get("status"):
            held = f"zhibiao: run {run['id']} is paused: zhibiao resume {run['id']}"
            bar.console.print(held, markup=False, soft_wrap=True)
        last = run
        counts = run["accounts"]
        at_rest = sum(counts[state] for state in RESTING)
        pace = run.get("documents_per_second")
        note = f"{pace:.1f}/s" if pace else ""
        if not run["finished"] and run["status"] != "running":
            note = run["status"]
        troubled = sum(counts[state] for state in FAILURES)
        if troubled:
            note += f" {troubled} failed"
        bar.update(
            task,
            completed=run.get("progress") or 0.0,
            documents=f"{at_rest}/{counts['submitted']}",
            note=note,
            left=time_left(run),
        )
    return last


def time_left(run: Json) -> str:
    """How long a run still takes, h:mm:ss; "" where that cannot be told."""
    left = run.get("seconds_left")
    if left is None or run["finished"]:
        return ""
    # Tens of seconds where it takes minutes: nobody reads more of it, and it stands still.
    seconds = round(left, -1 if left > 600 else 0)
    return f"{timedelta(seconds=int(seconds))} left"


def run_table(run: Json) -> Table:
    """A run's accounts."""
    title = f"run {run['id']}  {run['status']}" + (f"  {run['label']}" if run["label"] else "")
    table = Table(title=title, title_justify="left")
    counts = run["accounts"]
    shown = ("files", "submitted", "pending", "running", *RESTING)
    for name in shown:
        table.add_column(name, justify="right")
    table.add_row(*(str(counts[name]) for name in shown))
    return table


def pace_line(run: Json) -> str:
    """How fast, and how long still."""
    parts = []
    pace = run.get("documents_per_second")
    if pace:
        parts.append(f"{pace:.1f} documents/s")
    done = run.get("progress")
    if done is not None and not run["finished"]:
        parts.append(f"{done:.0%} done")
    if left := time_left(run):
        parts.append(left)
    stages = {stage: sum(states.values()) for stage, states in (run.get("stages") or {}).items()}
    waiting = ", ".join(f"{count} at {stage}" for stage, count in stages.items() if count)
    if waiting:
        parts.append(waiting)
    return "; ".join(parts)


def documents_table(documents: Iterable[Json]) -> Table:
    """Documents with their states and why."""
    return records_table(
        (
            {
                "id": entry["id"],
                "state": entry["state"],
                "stage": entry["stage"],
                "code": entry["error_code"],
                "attempts": entry["attempts"],
                "region": entry["region"],
                "year": entry["year"],
                "file": entry["source"] + (f" [{entry['part']}]" if entry["part"] else ""),
                "reason": entry["error_message"],
            }
            for entry in documents
        ),
        ("id", "state", "stage", "code", "attempts", "region", "year", "file", "reason"),
    )


def records_table(records: Iterable[Json], columns: Sequence[str], title: str = "") -> Table:
    """Records as rows; numbers stand right."""
    table = Table(title=title or None, title_justify="left")
    rows = [[record[name] for name in columns] for record in records]
    for position, name in enumerate(columns):
        numeric = any(isinstance(row[position], (int, float)) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        # Text, not str: a file name with [brackets] is no markup.
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    return table
