"""Whether a stack stays as quick and as small while it fills: `python -m bench d`.

`python -m bench.scale [REPORTS] [CHARACTERS]` takes so many reports, of each only its beginning:
what grows with the store shows sooner beside less work on each text.

The reports are the real ones at hand again and again, each with a sentence of its own: so a place
has many prints of each report, which is the dear case. One stack is filled; then it and one that
has only begun, with a print of each report, take the same reports in turns, when the full-text
index of both knows all texts.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack
from functools import partial

from bench.ratios import Taken, process, ratio, texts, timed
from bench.row import Row, show
from bench.stack import BenchStack, bench_stack
from zhibiao.store import Store
from zhibiao.store.outputs import text_index

_BEGUN = 200  # reports of a stack that has only begun: more than there are different ones
_PART = 200  # reports that each stack takes in a turn
_ROUNDS = 3
_INDEXED_SECONDS = 1200.0  # at most, until the full-text index knows all texts
_BATCH = 1000  # reports of one request while a stack is filled


def rows(*, small: bool) -> list[Row]:
    """(d)."""
    return _rows(texts(1200 if small else 20_000), part=50 if small else _PART)


def _rows(reports: list[tuple[str, str]], *, part: int = _PART) -> list[Row]:
    top = len(reports) - part * _ROUNDS
    taken: dict[str, list[Taken]] = {"begun": [], "filled": []}
    with ExitStack() as ending:
        sides = {}
        for name in taken:
            stack = ending.enter_context(bench_stack(ZHIBIAO_WORKERS="2"))
            sides[name] = (stack, ending.enter_context(stack.client()))
            process(*sides[name], reports[:_BEGUN])
        for begin in range(_BEGUN, top, _BATCH):
            process(*sides["filled"], reports[begin : min(begin + _BATCH, top)])
        for stack, _ in sides.values():
            _await_index(stack)
            stack.peak_bytes.clear()
        for begin in range(top, len(reports), part):
            for name, (stack, client) in sides.items():
                batch = reports[begin : begin + part]
                run = partial(process, stack, client, batch)
                taken[name].append(timed(list(stack.parts.values()), run))
        peaks = {name: stack.peak_bytes for name, (stack, _) in sides.items()}
    # Flower remembers tasks up to its bound; see `bench.soak`.
    grown = {
        name: peaks["filled"][name] / peak
        for name, peak in peaks["begun"].items()
        if name in peaks["filled"] and not name.startswith("flower")
    }
    most = max(grown, key=lambda name: grown[name])
    of = f"{part} reports, {_ROUNDS} times, behind {top} ÷ behind {_BEGUN}"
    filled, begun = taken["filled"], taken["begun"]
    cost = "; {:.1f}, {:.1f} ms a report".format(
        *(statistics.median(each.cpu for each in side) / part * 1000 for side in (filled, begun))
    )
    return [
        Row(letter="d", what="processor time a report: filled ÷ begun", most=1.1,
            ratio=ratio(filled, begun, "cpu"), detail=of + cost),
        Row(letter="d", what="documents a second: filled ÷ begun",
            ratio=ratio(begun, filled, "seconds"), detail=of),
        Row(letter="d", what="memory: filled ÷ begun, the part that differs most",
            most=1.25, ratio=grown[most], detail=f"{most}; {of}"),
    ]  # fmt: skip


def _await_index(stack: BenchStack) -> None:
    """What the full-text index owes is paid for before, on both sides."""
    store = Store(f"sqlite:///{stack.data_dir / 'zhibiao.db'}")
    deadline = time.monotonic() + _INDEXED_SECONDS
    while True:
        with store.read() as connection:
            if text_index.knows_all(connection):
                break
        if time.monotonic() > deadline:
            raise SystemExit("the full-text index does not come to know all texts")
        time.sleep(1)
    store.close()


def main(count: int = 6000, characters: int = 1500) -> None:
    show(_rows([(name, _shortened(text, characters)) for name, text in texts(count)]))


def _shortened(text: str, characters: int) -> str:
    *lines, own = text.split("\n")  # the last line makes it different from all others
    return "\n".join(lines)[:characters] + "\n" + own


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
