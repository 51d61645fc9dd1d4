"""What every format's reader returns: the text of one file, not yet split into reports."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhibiao.domain import Decoding


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The text of one file and what is known about it."""

    text: str  # lines end in "\n"
    media_type: str
    title: str | None = None  # one that stands outside the text
    decoding: Decoding | None = None


_NO_TITLE = re.compile(
    r"\(?(?:untitled|无标题|未命名|document|word document|文档|幻灯片)\)?\s*\d*", re.I
)
_ORIGIN = re.compile(r"^Microsoft (?:Office )?Word - |\.(?:docx?|wps|rtf|pdf|html?|txt)$", re.I)


def stated_title(stated: str | None) -> str | None:
    """A title out of a file's properties, without what programs fill in; None when none is left."""
    title = _ORIGIN.sub("", _ORIGIN.sub("", (stated or "").strip().strip("\0"))).strip()
    return None if not title or _NO_TITLE.fullmatch(title) else title
