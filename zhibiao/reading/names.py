"""Names of files within archives: decoded as they were meant, and made harmless."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from zhibiao.reading.characters import plausibility

_LONGEST = 400  # characters of a member's whole name
_LONGEST_NESTED = 4 * _LONGEST  # with the names of the archives that it is in, and its line
_HARMFUL = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control and direction characters, half characters
# What systems and programs leave beside files, and nobody submits.
_JUNK = re.compile(
    r"(?:^|/)(?:"
    # macOS: resource forks, folder views, indexes, the bin
    r"__MACOSX(?:/|$)|\.DS_Store$|\._[^/]*$|\.(?:Spotlight-V100|Trashes|fseventsd|TemporaryItems"
    r"|AppleDouble|DocumentRevisions-V100)(?:/|$)|\.(?:localized|apdisk)$|Icon\r?$"
    # Windows: thumbnails, folder views, the bin
    r"|(?:eh)?Thumbs\.db(?:$|:)|desktop\.ini$|(?:\$RECYCLE\.BIN|System Volume Information)(?:/|$)"
    # locks and half-saved files of Word, Excel, WPS and LibreOffice
    r"|[~.]~?\$[^/]*$|\.~[^/]*$|~WR[A-Z]\d+\.tmp$|\.~lock\.[^/]*#$|~[^/]*\.tmp$"
    # Linux desktops, NAS boxes, synchronisers, version control
    r"|\.directory$|\.Trash-\d+(?:/|$)|@eaDir(?:/|$)|#recycle(?:/|$)|\.(?:git|svn|hg)(?:/|$)"
    r"|\.nfs[0-9a-f]{8,}$|\.(?:dropbox|sync)[^/]*$"
    r")",
    re.IGNORECASE,
)
_DRIVE = re.compile(r"^[A-Za-z]:")
# How much more like Chinese Big5 must look: most archives without a stated encoding are GB18030.
_BIG5_AHEAD = 0.25
_ENCODINGS = ("utf-8", "gb18030", "big5hkscs")
_UNFIT = -2.0  # below every score
_CHINESE = 0.6
_PLACE = re.compile("[省市县縣区區州盟旗]|[报報]告")
_OF_PLACE = 0.3  # added to a score: the characters of places are as rare as those of chance
# Two characters or more, of those that an encoding counts among the usual ones.
_USUAL = {
    "gb2312": re.compile(
        rb"[\x20-\x7e]*(?:[\xb0-\xd7][\xa1-\xfe]){2}(?:[\xb0-\xf7][\xa1-\xfe]|[\x20-\x7e])*"
    ),
    "big5": re.compile(
        rb"[\x20-\x7e]*(?:[\xa4-\xc5][\x40-\x7e\xa1-\xfe]|\xc6[\x40-\x7e]){2}"
        rb"(?:[\xa4-\xc5][\x40-\x7e\xa1-\xfe]|\xc6[\x40-\x7e]|[\x20-\x7e])*"
    ),
}


def decode_name(packed: bytes, beside: Iterable[bytes] = ()) -> str:
    """A name whose encoding nobody wrote down: UTF-8, else GB18030 or Big5, else CP437.

    `beside` are names that were packed along with it: a few bytes alone prove little.
    """
    if packed.isascii():
        return packed.decode("ascii")
    alone = {encoding: _score(packed, encoding) for encoding in _ENCODINGS}
    # Two or three characters of GB18030 may happen to be valid UTF-8, of other scripts.
    if alone["utf-8"] > _UNFIT and not (alone["utf-8"] <= 0 and alone["gb18030"] >= _CHINESE):
        return packed.decode("utf-8")
    del alone["utf-8"]
    together = b"\n".join((packed, *(name for name in beside if not is_utf_8(name))))
    scores = {
        encoding: max(_score(together, encoding), score)
        for encoding, score in alone.items()
        if score > _UNFIT
    }
    # Western letters pair up to valid GB18030 by chance, but not to common characters.
    if not scores or max(scores.values()) <= 0:
        usual = (name for name, pattern in _USUAL.items() if pattern.fullmatch(packed))
        return packed.decode(next(usual, "cp437"))
    ahead = scores.get("big5hkscs", _UNFIT) - scores.get("gb18030", _UNFIT)
    return packed.decode("big5hkscs" if ahead >= _BIG5_AHEAD else "gb18030")


def _score(packed: bytes, encoding: str) -> float:
    """How much like the name of a Chinese report the bytes look in an encoding."""
    try:
        name = packed.decode(encoding)
    except UnicodeDecodeError:
        return _UNFIT
    return plausibility(name).score + (_OF_PLACE if _PLACE.search(name) else 0.0)


def is_utf_8(packed: bytes) -> bool:
    """Whether bytes are valid UTF-8."""
    try:
        packed.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def safe_name(name: str) -> str:
    """The name as a relative path: no .., no drive, no control or direction characters.

    Empty when nothing is left of it.
    """
    parts = [part.strip() for part in _DRIVE.sub("", visible(name.replace("\\", "/"))).split("/")]
    return "/".join(part for part in parts if part.strip("."))[-_LONGEST:]


def visible(text: str) -> str:
    """The text without control and direction characters, which no message has either."""
    return "".join(each for each in text if unicodedata.category(each) not in _HARMFUL)


def is_harmless(name: str) -> bool:
    """Whether a name, of a member of a member too, can be stored and shown as it is."""
    return len(name) <= _LONGEST_NESTED and visible(name) == name


def is_junk(name: str) -> bool:
    """Whether a file's path is one of those that systems and programs leave behind."""
    return bool(_JUNK.search(name.replace("\\", "/")))
