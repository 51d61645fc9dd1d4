"""Where a document's processor time goes: `python -m bench c`.

By processes of the stack while it works, and within a worker's child by piece: the steps of a child
taken in this process, with a watch around each piece.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from bench.filled_store import steps_of
from bench.ratios import process, texts
from bench.row import Row
from bench.stack import BenchStack, bench_stack
from tasks import outcomes, stage_work
from workers.lifecycle import collect_seldom
from zhibiao import pipeline
from zhibiao.domain import Stage, digests
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.work import queue, window

_ROUNDS = 3
_CHUNK = 16  # as a full message
_STORE_MOST_MS, _CLEAN_MOST_MS = 8.0, 4.0
_HASHES = "hashes"
_STORE = "store and queue"
_WATCHED = (
    *((pipeline, stage.value, stage.value) for stage in Stage),
    *((digests, f"of_{name}", _HASHES) for name in ("raw", "clean", "written_terms", "extraction")),
    (digests, "written_terms", _HASHES),
    *((module, name, _STORE) for module, name in (
        (outcomes, "commit"), (stage_work, "load"), (queue, "claim"), (window, "due"),
    )),
)  # fmt: skip


def rows(*, small: bool) -> list[Row]:
    """(c): shares of a document's time; of cleaning and of the store also the milliseconds."""
    count = 32 if small else 160
    by_part = _by_part(count)
    pieces = _by_piece(count)
    whole = sum(by_part.values())
    found = [
        Row(letter="c", what=f"{name} ÷ whole stack", ratio=spent / whole,
            detail=f"{spent:.2f} of {whole:.1f} ms")
        for name, spent in sorted(by_part.items(), key=lambda each: -each[1])
    ]  # fmt: skip
    child = sum(pieces.values())
    stages = sum(pieces[stage.value] for stage in Stage)
    found.append(
        Row(letter="c", what="all else of a child's steps ÷ its stages",
            ratio=(child - stages) / stages, detail=f"{child - stages:.2f} ÷ {stages:.2f} ms")
    )  # fmt: skip
    bounds = {Stage.CLEAN.value: _CLEAN_MOST_MS, _STORE: _STORE_MOST_MS}
    for name, spent in sorted(pieces.items(), key=lambda each: -each[1]):
        bound = bounds.get(name)
        found.append(
            Row(letter="c", what=f"{name} ÷ a child's steps", ratio=spent / child,
                most=None if bound is None else bound / child,
                detail=f"{spent:.2f} of {child:.1f} ms"
                + ("" if bound is None else f"; at most {bound:g} ms"))
        )  # fmt: skip
    return found


def _by_part(count: int) -> dict[str, float]:
    """Milliseconds a document of each part of the stack, the median of the rounds."""
    reports = texts(count * _ROUNDS + 16)
    taken: dict[str, list[float]] = defaultdict(list)
    with bench_stack(ZHIBIAO_WORKERS="2") as stack, stack.client() as client:
        process(stack, client, reports[:16])
        for number in range(_ROUNDS):
            before = cpu_of_parts(stack)
            process(stack, client, reports[16 + number * count :][:count])
            for name, seconds in cpu_of_parts(stack).items():
                taken[name].append((seconds - before[name]) / count * 1000)
    return {name: statistics.median(each) for name, each in taken.items()}


def cpu_of_parts(stack: BenchStack) -> dict[str, float]:
    """Processor seconds of each part of a stack so far, and of each part's children together."""
    found: dict[str, float] = defaultdict(float)
    for name, pid in stack.parts.items():
        leader = psutil.Process(pid)
        family = [(name, leader)]
        family += [(f"{name}'s children", child) for child in leader.children(recursive=True)]
        for label, each in family:
            times = each.cpu_times()
            found[label] += times.user + times.system
    return found


def _by_piece(count: int) -> dict[str, float]:
    """Milliseconds a document of each piece of a child's steps."""
    reports = texts(count + _CHUNK)
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        store = Store(f"sqlite:///{folder}/store.db")
        upgrade(store)
        steps = steps_of(store, folder, chunk=_CHUNK)
        steps.submit(dict(reports[:_CHUNK]))
        steps.work()
        steps.submit(dict(reports[_CHUNK:]))
        collect_seldom()
        with _watched() as spent:
            began = time.process_time()
            steps.work()
            whole = time.process_time() - began
        store.close()
    found = {name: seconds / count * 1000 for name, seconds in spent.items()}
    return found | {"all else": whole / count * 1000 - sum(found.values())}


@contextmanager
def _watched() -> Iterator[dict[str, float]]:
    spent: dict[str, float] = defaultdict(float)
    genuine = [(module, name, getattr(module, name)) for module, name, _ in _WATCHED]
    for module, name, piece in _WATCHED:
        setattr(module, name, _timed(getattr(module, name), spent, piece))
    try:
        yield spent
    finally:
        for module, name, function in genuine:
            setattr(module, name, function)


def _timed(function: Any, spent: dict[str, float], piece: str) -> Any:
    def called(*arguments: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[piece] += time.process_time() - began

    return called
