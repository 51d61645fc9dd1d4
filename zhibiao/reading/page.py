"""What every format's reader returns: the text of one file, not yet split into reports."""

from __future__ import annotations

from dataclasses import dataclass

from zhibiao.domain import Decoding


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The text of one file and what is known about it."""

    text: str  # lines end in "\n"
    media_type: str
    title: str | None = None  # one that stands outside the text
    decoding: Decoding | None = None
