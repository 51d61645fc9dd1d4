"""Whether a repeated submission is the same one.

By what it says and not by its bytes: the boundary of a form is another one each time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from api.intake import Upload

_PIECE_BYTES = 1_000_000


class Fingerprint:
    """Of files with their names and order, of the label and the metadata."""

    def __init__(self) -> None:
        self._parts: list[Any] = []

    def of_passing(self, uploads: Iterable[Upload]) -> Iterator[Upload]:
        """The uploads, each counted as it passes."""
        for upload in uploads:
            content = hashlib.sha256()
            while piece := upload.content.read(_PIECE_BYTES):
                content.update(piece)
            upload.content.seek(0)
            self._parts.append([upload.name, upload.size, content.hexdigest()])
            yield upload

    def finished(self, *, label: str, metadata: Iterable[str]) -> str:
        """`metadata`: JSON as it was written, valid."""
        known = [json.loads(written) for written in metadata]
        whole = json.dumps([self._parts, label, known], sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()
