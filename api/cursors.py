"""Opaque cursors: where a page ended."""

from __future__ import annotations

import base64
import binascii

from api.errors import InvalidCursor


def encode(last_id: int) -> str:
    return base64.urlsafe_b64encode(f"after:{last_id}".encode()).decode().rstrip("=")


def decode(cursor: str | None) -> int:
    """The id that the page before ended with; 0 without a cursor. Raises InvalidCursor."""
    if cursor is None:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        word, _, last = (
            base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(":")
        )
        last_id = int(last)
    except (ValueError, binascii.Error) as error:
        raise InvalidCursor(cursor=cursor) from error
    if word != "after" or not 0 <= last_id < 2**63:
        raise InvalidCursor(cursor=cursor)
    return last_id
