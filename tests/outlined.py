"""What an outline says of a place in a text."""

from __future__ import annotations

from zhibiao.outline.frames import Frame, Years
from zhibiao.outline.tree import read_outline


def frame_at(text: str, words: str, years: Years) -> Frame:
    """The frame that holds where `words` stand first."""
    at = text.index(words)
    return next(f for f in reversed(read_outline(text, years).frames) if f.start <= at)
