"""How alike two texts are, judged from sketches of a fixed size.

A sketch holds the smallest hashes of a text's shingles (a "bottom-k" MinHash): the share of
common hashes among the smallest of both estimates the Jaccard similarity of the shingle sets,
with a standard error of about 0.02.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from zhibiao.text.signs import sign_codes

_SHINGLE: Final = 6  # characters; shorter ones are shared by any two reports
_SIZE: Final = 512  # hashes kept, four bytes each
_PRIME: Final = np.uint64(0x9E3779B97F4A7C15)
_TRUE: Final = np.array([True])


def sketch(text: str) -> bytes:
    """At most 2 KB that stand for the text. White space and punctuation do not count."""
    codes = sign_codes(text).astype(np.uint64)
    count = len(codes) - _SHINGLE + 1
    if count <= 0:
        return b""
    with np.errstate(over="ignore"):
        hashes = np.zeros(count, dtype=np.uint64)
        for offset in range(_SHINGLE):
            hashes = (hashes ^ codes[offset : offset + count]) * _PRIME
            hashes ^= hashes >> np.uint64(29)
    return smallest((hashes >> np.uint64(32)).astype(np.uint32), _SIZE).astype("<u4").tobytes()


def smallest(hashes: NDArray[np.uint32], count: int) -> NDArray[np.uint32]:
    """The `count` smallest different ones, ascending, without sorting all of them."""
    reach = 2 * count
    while reach < len(hashes):
        # Whatever is among the smallest in number is among the smallest in value.
        found: NDArray[np.uint32] = np.partition(hashes, reach)[:reach]
        found.sort()  # `np.unique` of so few takes five times as long
        found = found[np.concatenate((_TRUE, found[1:] != found[:-1]))]
        if len(found) >= count:
            return found[:count]
        reach *= 2  # many repeats
    return np.unique(hashes)[:count]


def similarity(a: bytes, b: bytes) -> float:
    """Estimated Jaccard similarity of two sketched texts, 0 to 1.

    The same report with other page chrome or a few cuts scores 0.8 or more, two reports of one
    city from different years less than 0.5. Texts too short for a shingle score 0.
    """
    first, second = hashes(a), hashes(b)
    if not len(first) or not len(second):
        return 0.0
    # Each is ascending and has no hash twice, so that equal neighbours are what both have.
    both = np.concatenate((first, second))
    both.sort(kind="stable")
    twice = both[1:] == both[:-1]
    union = len(both) - int(twice.sum())
    if union > _SIZE:
        starts = np.flatnonzero(np.concatenate((_TRUE, ~twice)))
        union, twice = _SIZE, twice[: starts[_SIZE] - 1]
    return int(twice.sum()) / union


def hashes(packed: bytes) -> NDArray[np.uint32]:
    """Of a sketch, ascending."""
    return np.frombuffer(packed, dtype="<u4")
