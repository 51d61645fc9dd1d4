"""A long text read piece by piece: decoded, its line ends folded, its bytes counted."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from zhibiao.errors import LimitExceeded
from zhibiao.reading.encodings import encoding_of
from zhibiao.reading.members import Budget

_BLOCK = 256 * 1024


class DecodedStream:
    """The characters of a stream that is at its start.

    What fits no character becomes U+FFFD; whoever takes a document out of it counts those.
    """

    def __init__(self, stream: BinaryIO, budget: Budget, name: str) -> None:
        """Raises UndecodableText when no encoding fits the first block."""
        self._stream, self._budget, self._name = stream, budget, name
        head = stream.read(_BLOCK)
        start, encoding, _ = encoding_of(head, name)
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._decoder = io.IncrementalNewlineDecoder(decoder, translate=True)
        self._head: bytes | None = head[start:]

    def read(self) -> str:
        """The next piece, a block long; empty at the end. Raises BudgetSpent."""
        while True:
            block = self._stream.read(_BLOCK) if self._head is None else self._head
            self._head = None
            self._budget.count_bytes(len(block), self._name)
            text = self._decoder.decode(block, final=not block)
            if text or not block:
                return text

    def lines(self, longest: int) -> Iterator[str]:
        """Line by line, with line ends. Raises LimitExceeded at one of more characters."""
        begun: list[str] = []  # a line whose end has not come yet
        size = 0
        while piece := self.read():
            *ended, rest = piece.split("\n")
            for line in ended:
                yield "".join(begun) + line + "\n"
                begun, size = [], 0
            begun.append(rest)
            size += len(rest)
            if size > longest:
                raise LimitExceeded(
                    f"{self._name} has a line of more than {longest} characters. Submit it in "
                    "pieces.",
                    name=self._name,
                    limit=longest,
                )
        if size:
            yield "".join(begun)
