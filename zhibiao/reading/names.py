"""Names of files within archives: decoded as they were meant, and made harmless."""

from __future__ import annotations

import re
import unicodedata

from zhibiao.reading.characters import plausibility

_LONGEST = 400  # characters of a member's whole name
_JUNK = re.compile(
    r"(?:^|/)(?:__MACOSX(?:/|$)|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)
_DRIVE = re.compile(r"^[A-Za-z]:")


def decode_name(packed: bytes) -> str:
    """A name whose encoding nobody wrote down: UTF-8, else GB18030, else CP437."""
    try:
        return packed.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        chinese = packed.decode("gb18030")
    except UnicodeDecodeError:
        return packed.decode("cp437")
    # Western letters pair up to valid GB18030 by chance, but not to common characters.
    return chinese if plausibility(chinese).score > 0 else packed.decode("cp437")


def safe_name(name: str) -> str:
    """The name as a relative path: no .., no drive, no control or direction characters.

    Empty when nothing is left of it.
    """
    visible = "".join(
        character
        for character in name.replace("\\", "/")
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    parts = [part.strip() for part in _DRIVE.sub("", visible).split("/")]
    return "/".join(part for part in parts if part.strip("."))[-_LONGEST:]


def is_junk(name: str) -> bool:
    """Files that systems leave in archives and nobody submits."""
    return bool(_JUNK.search(name.replace("\\", "/")))
