"""Word templates: `[a|b]` is an optional part, `(a|b)` a choice; and tries written as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable
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


class _Node:
    __slots__ = ("children", "ends")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.ends = False


def trie_pattern(words: Iterable[str]) -> str:
    """A pattern that matches the longest of the words at a place, without backtracking over words.

    A plain alternation tries every word at every character; a trie tries each character once.
    """
    root = _Node()
    for word in words:
        node = root
        for character in word:
            node = node.children.setdefault(character, _Node())
        node.ends = True
    return _pattern(root)


def _pattern(node: _Node) -> str:
    leaves = sorted(c for c, child in node.children.items() if not child.children)
    branches: list[str] = []
    for character, child in sorted(node.children.items()):
        if child.children:
            branches.append(re.escape(character) + _pattern(child))
    if len(leaves) == 1:
        branches.append(re.escape(leaves[0]))
    elif leaves:
        branches.append("[" + "".join(re.escape(c) for c in leaves) + "]")
    body = branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"
    if node.ends:
        body = f"(?:{body})?"
    return body
