"""The built-in policy terms: what `export keywords` counts when nobody says otherwise."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def policy_terms() -> tuple[str, ...]:
    """The words of data/terms.txt, which is a user dictionary in jieba's format, in its order."""
    text = resources.files("zhibiao.text").joinpath("data", "terms.txt").read_text("utf-8")
    lines = (line.strip() for line in text.splitlines())
    words = (line.split()[0] for line in lines if line and not line.startswith("#"))
    return tuple(dict.fromkeys(words))
