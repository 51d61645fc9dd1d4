"""Word templates: `[a|b]` is an optional part, `(a|b)` a choice."""

from __future__ import annotations

import re
from itertools import product

_PARTS = re.compile(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)|([^\[\]()]+)")


def expand(template: str) -> list[str]:
    """All words that a template stands for.

    Raises ValueError when its brackets do not match or nest.
    """
    choices: list[list[str]] = []
    at = 0
    for part in _PARTS.finditer(template):
        if part.start() != at:
            break
        at = part.end()
        optional, choice, literal = part.groups()
        if optional is not None:
            choices.append(["", *optional.split("|")])
        elif choice is not None:
            choices.append(choice.split("|"))
        else:
            choices.append([literal])
    if at != len(template) or not template:
        raise ValueError(f"brackets do not match or nest in {template!r}")
    return sorted({"".join(parts) for parts in product(*choices)} - {""})
