"""Opaque cursors: where a page ended."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Literal

from api.errors import InvalidCursor

Word = Literal["after", "behind"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page of observations ended: with one, or behind a document that held none."""

    after: int = 0
    behind: int = 0


def encode(last_id: int, word: Word = "after") -> str:
    return base64.urlsafe_b64encode(f"{word}:{last_id}".encode()).decode().rstrip("=")


def decode(cursor: str | None) -> int:
    """The id that the page before ended with; 0 without a cursor. Raises InvalidCursor."""
    return 0 if cursor is None else _decoded(cursor, ("after",))[1]


def decode_place(cursor: str | None) -> Place:
    """Of a page of observations. Raises InvalidCursor."""
    if cursor is None:
        return Place()
    word, last_id = _decoded(cursor, ("after", "behind"))
    return Place(**{word: last_id})


def _decoded(cursor: str, words: tuple[Word, ...]) -> tuple[str, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        word, _, last = (
            base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(":")
        )
        last_id = int(last)
    except (ValueError, binascii.Error) as error:
        raise InvalidCursor(cursor=cursor) from error
    if word not in words or not 0 <= last_id < 2**63:
        raise InvalidCursor(cursor=cursor)
    return word, last_id
