"""Whether a stack stays as quick and as small while it fills: `python -m bench d`.

`python -m bench.scale [REPORTS] [CHARACTERS]` takes so many reports, of each only its beginning:
what grows with the store shows sooner beside less work on each text.

The reports are the real ones at hand again and again, each with a sentence of its own: so a place
has many prints of each report, which is the dear case.
"""

from __future__ import annotations

import sys

from bench.ratios import Taken, process, texts, timed
from bench.row import Row, show
from bench.stack import bench_stack

_WARMING = 16  # reports before the first that count
_SHARE = 20  # of all reports: what is measured at the start, and at the end
_BATCH = 1000  # reports of one request in between


def rows(*, small: bool) -> list[Row]:
    """(d)."""
    return _rows(texts((1000 if small else 20_000) + _WARMING))


def _rows(reports: list[tuple[str, str]]) -> list[Row]:
    top = len(reports) - _WARMING
    part = top // _SHARE
    with bench_stack(ZHIBIAO_WORKERS="2") as stack, stack.client() as client:

        def run(batch: list[tuple[str, str]]) -> Taken:
            stack.peak_bytes.clear()
            pids = list(stack.parts.values())
            return timed(pids, lambda: process(stack, client, batch))

        run(reports[:_WARMING])
        filled = reports[_WARMING:]
        first = run(filled[:part])
        peaks = dict(stack.peak_bytes)
        for begin in range(part, top - part, _BATCH):
            run(filled[begin : min(begin + _BATCH, top - part)])
        last = run(filled[top - part :])
        # Flower remembers tasks up to its bound; see `bench.soak`.
        grown = {
            name: stack.peak_bytes[name] / peak
            for name, peak in peaks.items()
            if name in stack.peak_bytes and not name.startswith("flower")
        }
    most = max(grown, key=lambda name: grown[name])
    of = f"{part} reports behind {top - part} ÷ the first {part}"
    return [
        Row(letter="d", what="processor time a report: at the end ÷ at the start", most=1.1,
            ratio=last.cpu / first.cpu, detail=of),
        Row(letter="d", what="documents a second: at the end ÷ at the start",
            ratio=first.seconds / last.seconds, detail=of),
        Row(letter="d", what="memory: at the end ÷ at the start, the part that grew most",
            most=1.25, ratio=grown[most], detail=f"{most}; {of}"),
    ]  # fmt: skip


def main(count: int = 6000, characters: int = 1500) -> None:
    show(_rows([(name, _shortened(text, characters)) for name, text in texts(count + _WARMING)]))


def _shortened(text: str, characters: int) -> str:
    *lines, own = text.split("\n")  # the last line makes it different from all others
    return "\n".join(lines)[:characters] + "\n" + own


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
