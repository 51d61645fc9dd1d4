"""Bytes to characters, with a record of how it was decided.

Order of evidence: a byte order mark; valid UTF-8, whatever it holds; what the head of the file
declares (`gb2312` and `gbk` widened to `gb18030`, their superset); and over all of them a
score of how Chinese the result looks, which overrules a declaration that lies. No byte is ever
replaced silently: each one that fits no character is counted, and past a small share the file is
refused.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from zhibiao.domain import Decoding
from zhibiao.errors import UndecodableText
from zhibiao.reading.characters import Plausibility, plausibility

UNDECODABLE_SHARE = 0.005  # of a file's bytes; more than that is another encoding or damage

_BOMS = (
    # UTF-32's mark begins with UTF-16's: the longer ones first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""(?:charset\s*=|encoding\s*=)\s*["']?\s*([A-Za-z][\w.:-]{1,30})""", re.IGNORECASE
)
_DECLARED_WITHIN = 4096  # bytes from the head; browsers look at the first 1,024
_WIDENED = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "utf-8": "utf-8",
    "utf8": "utf-8",
}
# The likelier one first: it wins a tie.
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_NOT_BY_CHANCE = 9  # characters beyond ASCII; a shorter text proves little either way
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE_BYTES = 8_192
_TRUST_IN_DECLARATION = 0.1  # added to a declared encoding's score
_LEAST_SCORE = 0.2  # of an encoding that nothing but its score speaks for
_BLOCK = 4096
_TAIL = 3  # a character cut off at the end of a file is at most this long


@dataclass(frozen=True, kw_only=True, slots=True)
class _Candidate:
    encoding: str
    measured: Plausibility
    declared: bool

    @property
    def score(self) -> float:
        return self.measured.score + (_TRUST_IN_DECLARATION if self.declared else 0.0)


def decode(content: bytes, name: str) -> tuple[str, Decoding]:
    """Decode a text file; the mark at its start is dropped, nothing else.

    Raises UndecodableText when no encoding fits, or when too many bytes fit none.
    """
    start, encoding, decided_by = encoding_of(content, name)
    return _decoded(content, start, encoding, decided_by, name)


def encoding_of(content: bytes, name: str) -> tuple[int, str, str]:
    """The length of the mark at the start, the codec, and what decided it.

    The head of a file is enough. Raises UndecodableText when no encoding fits.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return len(mark), encoding, "bom"
    if content.isascii() and not _BINARY.search(content):
        return 0, "utf-8", "utf-8"
    return 0, *_decide(content, name)


def declared_encoding(content: bytes) -> str | None:
    """The codec that the head of a file declares, widened; None when it declares none we know."""
    found = _DECLARED.search(content[:_DECLARED_WITHIN])
    return _WIDENED.get(found[1].decode("ascii").lower()) if found else None


def _decide(content: bytes, name: str) -> tuple[str, str]:
    sample = _sample(content)
    # Many valid multi-byte sequences are hardly chance, whatever language they are; few are
    # none either, where the whole file is valid.
    if not _BINARY.search(sample) and (
        _multi_byte_characters(sample) >= _NOT_BY_CHANCE or _is_utf_8(content)
    ):
        return "utf-8", "utf-8"
    declared = declared_encoding(content)
    candidates = [
        _Candidate(
            encoding=encoding,
            measured=plausibility(_sample_text(sample, encoding, whole=sample == content)),
            declared=encoding == declared,
        )
        for encoding in _CANDIDATES
        if not (encoding.startswith("utf-16") and len(content) % 2)
    ]
    candidates = [
        candidate
        for candidate in candidates
        if candidate.measured.controls <= candidate.measured.length // 50
    ]
    if not candidates:
        raise UndecodableText(
            f"{name} is no text: its bytes hold control characters in every encoding tried. "
            "Submit text, HTML, PDF or Word.",
            name=name,
        )
    best = max(candidates, key=lambda candidate: candidate.score)
    if best.encoding == "utf-8":
        return "utf-8", "utf-8"
    least = _LEAST_SCORE if best.measured.foreign >= _NOT_BY_CHANCE else 0.0
    if best.score < least:
        raise UndecodableText(
            f"{name} gives Chinese text in none of UTF-8, GB18030, Big5 and UTF-16 (best: "
            f"{best.encoding}, score {best.score:.2f}). Save it as UTF-8 and submit it again.",
            name=name,
            best=best.encoding,
            score=round(best.score, 3),
        )
    return best.encoding, "declared" if best.declared else "score"


def _sample(content: bytes) -> bytes:
    """The head, or a stretch that begins where an ASCII head (markup, scripts) ends."""
    if len(content) <= _SAMPLE_BYTES or b"\0" in content[:_SAMPLE_BYTES]:
        return content[:_SAMPLE_BYTES]
    first = re.search(rb"[\x80-\xff]", content)
    start = (first.start() & ~1) if first else 0  # even, for UTF-16
    return content[start : start + _SAMPLE_BYTES]


def _sample_text(sample: bytes, encoding: str, *, whole: bool) -> str:
    # A character that the end of the sample cuts is no evidence against an encoding.
    return codecs.getincrementaldecoder(encoding)("replace").decode(sample, whole)


def _multi_byte_characters(sample: bytes) -> int:
    """Characters beyond ASCII in valid UTF-8, at least; -1 when it is no valid UTF-8."""
    try:
        text = codecs.getincrementaldecoder("utf-8")("strict").decode(sample, False)
    except UnicodeDecodeError:
        return -1
    return (len(sample) - len(text)) // 3


def _is_utf_8(content: bytes) -> bool:
    """Whether all of it is valid; the last character of a long one, maybe a head, may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(
            content, len(content) <= _SAMPLE_BYTES
        )
    except UnicodeDecodeError:
        return False
    return True


def _decoded(
    content: bytes, start: int, encoding: str, decided_by: str, name: str
) -> tuple[str, Decoding]:
    undecodable = 0
    try:
        text = str(memoryview(content)[start:], encoding) if start else content.decode(encoding)
    except UnicodeDecodeError:
        text, undecodable = _decode_counting(content, start, encoding, name)
    return text, Decoding(encoding=encoding, decided_by=decided_by, undecodable=undecodable)


def _decode_counting(content: bytes, start: int, encoding: str, name: str) -> tuple[str, int]:
    """Decode block by block; put U+FFFD for each undecodable sequence and count its bytes."""
    allowed = int(len(content) * UNDECODABLE_SHARE)
    incremental = codecs.getincrementaldecoder(encoding)
    pieces: list[str] = []
    undecodable = 0
    first_at: int | None = None
    at = start
    while at < len(content):
        block = content[at : at + _BLOCK]
        decoder = incremental("strict")
        try:
            pieces.append(decoder.decode(block, at + _BLOCK >= len(content)))
            at += len(block) - len(decoder.getstate()[0])
            continue
        except UnicodeDecodeError as error:
            pieces.append(str(block[: error.start], encoding))
            pieces.append("\ufffd")
            first_at = at + error.start if first_at is None else first_at
            undecodable += error.end - error.start
            at += error.end
        cut_at_end = first_at >= len(content) - _TAIL
        if undecodable > allowed and not cut_at_end:
            raise UndecodableText(
                f"{name}: read as {encoding}, more than {UNDECODABLE_SHARE:.1%} of its bytes fit "
                f"no character (the first at byte {first_at}). It may be damaged or mix "
                "encodings; save it as UTF-8 and submit it again.",
                name=name,
                encoding=encoding,
                undecodable=undecodable,
                first_at=first_at,
            )
    return "".join(pieces), undecodable
