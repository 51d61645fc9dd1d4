"""The little language that synthetic sentences are written in.

`[甲|乙|]` is a choice, which may be nested; `{…}` is a slot: `{gdp}` writes the indicator's name,
`{gdp.level}` an amount, `{int 3 90}` any number, `{park}` a made-up place. What a slot means is
`draft.Draft`'s business; here are only the shapes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands between braces: the first word and the words after it."""

    head: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives of which one is written."""

    branches: tuple[Sequence, ...]


Sequence = tuple["str | Slot | Choice", ...]


@cache
def parse(template: str) -> Sequence:
    """The template as literals, slots and choices.

    Raises:
        ValueError: a bracket or brace is left open, or closes nothing.
    """
    sequence, end = _sequence(template, 0, closers="")
    if end != len(template):
        raise ValueError(f"unbalanced at {end}: {template}")
    return sequence


def _sequence(template: str, at: int, *, closers: str) -> tuple[Sequence, int]:
    parts: list[str | Slot | Choice] = []
    literal = at
    while at < len(template) and template[at] not in closers:
        mark = template[at]
        if mark not in "{}[]":
            at += 1
            continue
        if literal < at:
            parts.append(template[literal:at])
        if mark == "{":
            end = template.index("}", at)
            head, *options = template[at + 1 : end].split()
            parts.append(Slot(head, tuple(options)))
            at = end + 1
        elif mark == "[":
            branches: list[Sequence] = []
            at += 1
            while True:
                branch, at = _sequence(template, at, closers="|]")
                branches.append(branch)
                if at == len(template):
                    raise ValueError(f"unclosed choice: {template}")
                at += 1
                if template[at - 1] == "]":
                    break
            parts.append(Choice(tuple(branches)))
        else:
            raise ValueError(f"unbalanced at {at}: {template}")
        literal = at
    if literal < at:
        parts.append(template[literal:at])
    return tuple(parts), at


def resolve(sequence: Sequence, rng: random.Random) -> Iterator[str | Slot]:
    """The sequence with its choices made, left to right."""
    for part in sequence:
        if isinstance(part, Choice):
            branches = part.branches
            yield from resolve(branches[int(rng.random() * len(branches))], rng)
        else:
            yield part
