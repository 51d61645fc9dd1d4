"""Text that was read in a wrong encoding before it came here, and saved that way.

The characters are valid, so no decoder objects. Where every byte can be had back, the text is
repaired, and the decoding says so; where bytes were lost on the way, it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Final, NamedTuple

from zhibiao.errors import UndecodableText
from zhibiao.reading.characters import least_plausible, plausibility
from zhibiao.reading.encodings import UNDECODABLE_SHARE
from zhibiao.text.chinese import CHINESE

# U+FFFD in UTF-8, read as GBK; what C fills memory with.
_GARBAGE: Final = re.compile(r"锟斤拷?|斤拷|(?:烫){3,}|(?:屯){3,}|ï¿½|\ufffd")
_HINTS: Final = ("锟斤", "斤拷", "烫烫烫", "屯屯屯", "ï¿½", "\ufffd")  # one is in any garbage
_LOST: Final = re.compile(r"\?{2,}")
_MOST_LOST: Final = 0.25  # of a text's characters; blanks that became ? are fewer
_LEAST: Final = 8  # characters beyond ASCII; fewer tell nothing
_SUSPECT: Final = 0.35  # plausibility below which another reading is tried
_CHINESE_AGAIN: Final = 0.5  # plausibility of what a wrong reading can be undone to
_MOST_LAYERS: Final = 3
_MOST_BYTES: Final = 16  # Latin letters that stand for one character, over several layers
_MOST_STRANGE: Final = 20  # pieces that look misread and are not, before all else is left alone
_REACH: Final = 4_000  # characters of a piece: a line, or a part of a long one
_SHORT: Final = 1_000_000  # characters; of a longer text all lines at once take too much memory
# Windows' Latin letters where ISO 8859-1 has control characters; both are met, mixed.
_LATIN: Final = {
    **{code: code for code in range(256)},
    **{
        ord(bytes([code]).decode("cp1252")): code
        for code in range(0x80, 0xA0)
        if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    },
}
_RIGHT: Final = ("utf-8", "gb18030", "big5hkscs")
_WRONG: Final = ("gb18030", "big5hkscs", "cp949", "cp932", "cp1251", "koi8-r", "mac_roman")


class Repair(NamedTuple):
    """A text, and the encodings that were mixed up in it; None when nothing was."""

    text: str
    encoding: str | None  # "utf-8 read as gb18030"


class _Reading(NamedTuple):
    text: str
    right: str
    wrong: str
    exact: bool  # no byte is missing
    score: float


def repair(text: str, name: str) -> Repair:
    """The text as it was meant. Raises UndecodableText when too much of it is lost."""
    garbage = _garbage(text)
    if garbage and not _reading(text[:_REACH]):
        raise _garbled(name, garbage)
    lost = sum(len(found[0]) for found in _LOST.finditer(text)) if "??" in text else 0
    if lost > _MOST_LOST * len(text) and lost > 2 * len(CHINESE.findall(text)):
        raise _refused(name, f"{lost} of its characters are question marks")
    if len(text) <= _SHORT and least_plausible(text, _REACH) >= _SUSPECT:
        return Repair(text, None)  # nearly every text; the following takes several times as long
    pieces, mixed, broken, example, strange = [], None, 0, "", 0
    for piece, suspect in _pieces(text):
        reading = _reading(piece) if suspect else None
        if reading is not None and reading.exact:
            mixed = mixed or f"{reading.right} read as {reading.wrong}"
            piece = reading.text
        elif reading is not None:
            broken += len(piece)
            example = example or f"{reading.right} read as {reading.wrong}"
        elif suspect and mixed is None and not broken and _is_suspect(piece):
            strange += 1
            if strange == _MOST_STRANGE:
                return Repair(text, None)  # another language
        pieces.append(piece)
    if broken > UNDECODABLE_SHARE * len(text):
        raise _refused(name, f"it is {example}, and bytes were lost on the way")
    if mixed is None:
        return Repair(text, None)
    repaired = "".join(pieces)
    garbage = _garbage(repaired)
    if garbage:
        raise _garbled(name, garbage)
    return Repair(repaired, mixed)


def _garbage(text: str) -> int:
    """How many characters stand for lost ones, where they are too many; else 0."""
    if not any(hint in text for hint in _HINTS):
        return 0
    count = sum(len(found[0]) for found in _GARBAGE.finditer(text))
    return count if count > max(2, UNDECODABLE_SHARE * len(text)) else 0


def _garbled(name: str, garbage: int) -> UndecodableText:
    return _refused(name, f"{garbage} of its characters stand for lost ones (\ufffd, 锟斤拷)")


def _refused(name: str, why: str) -> UndecodableText:
    return UndecodableText(
        f"{name} was read in a wrong encoding and saved that way: {why}. Submit the file it was "
        "made from.",
        name=name,
    )


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Lines, each with its end; neighbours that look alike together, for short ones tell little.

    With each whether it may have been misread: of lines that look fine, the whole does, too.
    """
    lines = re.findall(rf"[^\n]{{1,{_REACH}}}\n?|\n", text)
    groups = groupby(lines, key=_looks)
    return [(piece, looks == "suspect") for looks, group in groups for piece in _bounded(group)]


def _bounded(lines: Iterable[str]) -> list[str]:
    pieces: list[str] = []
    for line in lines:
        if pieces and len(pieces[-1]) + len(line) <= _REACH:
            pieces[-1] += line
        else:
            pieces.append(line)
    return pieces


def _looks(line: str) -> str:
    measured = plausibility(line)
    if measured.foreign == 0:
        return "ascii"
    return "suspect" if measured.score < _SUSPECT else "fine"


def _reading(piece: str) -> _Reading | None:
    """What a piece was before it was misread; None where it looks as it was meant."""
    if not _is_suspect(piece):
        return None
    measured = plausibility(piece)
    found = [reading for wrong in ("latin-1", *_WRONG) for reading in _undone(piece, wrong)]
    good = [r for r in found if r.score >= max(_CHINESE_AGAIN, measured.score + 0.3)]
    return max(good, key=lambda reading: (reading.score, reading.exact), default=None)


def _is_suspect(piece: str) -> bool:
    measured = plausibility(piece)
    return measured.foreign >= _LEAST and measured.score < _SUSPECT


def _undone(piece: str, wrong: str) -> list[_Reading]:
    to_bytes: Callable[[str], tuple[bytes, bool]] = _latin if wrong == "latin-1" else _coded(wrong)
    packed, whole = to_bytes(piece)
    foreign = plausibility(piece).foreign
    readings = []
    for right in _RIGHT:
        if right == wrong:
            continue
        exact = whole
        try:
            text = packed.decode(right)
        except UnicodeDecodeError:
            text, exact = packed.decode(right, "ignore"), False
        if wrong == "latin-1" and right == "utf-8":
            text = _further(text)
        measured = plausibility(text)
        chinese = len(CHINESE.findall(text))
        # Ignored bytes may leave a few good characters of any text.
        if chinese >= max(4, foreign // (_MOST_BYTES if wrong == "latin-1" else 5)):
            readings.append(_Reading(text, right, wrong, exact, measured.score))
    return readings


def _further(text: str) -> str:
    """The same after the further layers, where a text was misread several times."""
    for _ in range(_MOST_LAYERS):
        packed, whole = _latin(text)
        if not whole or text.isascii():
            break
        try:
            text = packed.decode("utf-8")
        except UnicodeDecodeError:
            break
    return text


def _latin(text: str) -> tuple[bytes, bool]:
    codes = [_LATIN.get(ord(character)) for character in text]
    return bytes(code for code in codes if code is not None), None not in codes


def _coded(wrong: str) -> Callable[[str], tuple[bytes, bool]]:
    def to_bytes(text: str) -> tuple[bytes, bool]:
        kept = text.replace("\ufffd", "")
        try:
            return kept.encode(wrong), len(kept) == len(text)
        except UnicodeEncodeError:
            return kept.encode(wrong, "ignore"), False

    return to_bytes
