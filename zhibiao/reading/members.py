"""The members of a source, and what they may cost together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from zhibiao.errors import BrokenFile, LimitExceeded, ReadError
from zhibiao.reading.limits import Limits

_CHUNK = 1024 * 1024


class Readable(Protocol):
    """A stream of bytes, as far as it is needed here."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One file of a source: its bytes, or why there are none."""

    name: str  # "archive.zip/folder/name.txt"; the source's own name when it is no archive
    content: bytes | None  # None with an error
    error: ReadError | None = None
    given: Mapping[str, object] = field(default_factory=dict)  # what else a list's entry holds

    @classmethod
    def failed(cls, name: str, error: ReadError) -> Self:
        """One that cannot be read."""
        return cls(name=name, content=None, error=error)


def broken(name: str, part: str, why: object) -> BrokenFile:
    """What is said of a file or an archive whose packed bytes cannot be unpacked."""
    said = str(why) or type(why).__name__
    return BrokenFile(
        f"{name} is damaged in {part} ({said[:200]}). Pack it anew and submit it again.",
        name=name,
        part=part,
    )


class BudgetSpent(Exception):
    """The source as a whole is beyond a limit: nothing further of it is read."""

    def __init__(self, error: LimitExceeded) -> None:
        self.error = error
        super().__init__(error.message)


class Budget:
    """Counts what a source unfolds into, over all its archives."""

    def __init__(self, limits: Limits, skipped: Callable[[str], None] | None = None) -> None:
        self.limits = limits
        self._skipped = skipped
        self._members = 0
        self._skips = 0
        self._bytes = 0

    def skip(self, name: str) -> None:
        """Tell of a file that is no member. Raises BudgetSpent when there are too many."""
        self._skips += 1
        if self._skips > self.limits.members:
            raise self.spent(name, "files that programs leave behind", self.limits.members)
        if self._skipped is not None:
            self._skipped(name)

    def spent(self, name: str, what: str, limit: int) -> BudgetSpent:
        return BudgetSpent(
            LimitExceeded(
                f"{name} is where the source exceeds its limit on {what} ({limit}); nothing more "
                "is read. Submit it in pieces.",
                name=name,
                what=what,
                limit=limit,
            )
        )

    def count_member(self, name: str) -> None:
        """Raises BudgetSpent when this member is one too many."""
        self._members += 1
        if self._members > self.limits.members:
            raise self.spent(name, "members", self.limits.members)

    def count_bytes(self, count: int, name: str) -> None:
        """Raises BudgetSpent when the source has unfolded into too much."""
        self._bytes += count
        if self._bytes > self.limits.total_bytes:
            raise self.spent(name, "bytes", self.limits.total_bytes)

    def check_stream(self, unpacked_bytes: int, packed_bytes: int, name: str) -> None:
        """Raises BudgetSpent when a packed archive's own stream unfolds into too much."""
        limits = self.limits
        if unpacked_bytes > 2 * limits.total_bytes:  # headers and what is passed over included
            raise self.spent(name, "bytes", limits.total_bytes)
        if self._is_bomb(unpacked_bytes, packed_bytes):
            raise self.spent(name, "ratio", limits.ratio)

    def _is_bomb(self, unpacked_bytes: int, packed_bytes: int) -> bool:
        return (
            unpacked_bytes >= self.limits.ratio_from_bytes
            and unpacked_bytes > self.limits.ratio * max(packed_bytes, 1)
        )

    def read(
        self,
        unpacked: Readable,
        name: str,
        *,
        packed_bytes: int | None,
        stated_bytes: int = 0,
    ) -> bytes:
        """One member's bytes. Raises LimitExceeded (this member), BudgetSpent (the source)."""
        self._check(stated_bytes, packed_bytes, name)
        blocks: list[bytes] = []
        size = 0
        while block := unpacked.read(_CHUNK):
            size += len(block)
            self._check(size, packed_bytes, name)
            self.count_bytes(len(block), name)
            blocks.append(block)
        return b"".join(blocks)

    def _check(self, size: int, packed_bytes: int | None, name: str) -> None:
        limits = self.limits
        if size > limits.member_bytes:
            raise LimitExceeded(
                f"{name} is larger than the limit of {limits.member_bytes} bytes. Submit it in "
                "pieces.",
                name=name,
                what="member bytes",
                limit=limits.member_bytes,
            )
        if packed_bytes is not None and self._is_bomb(size, packed_bytes):
            raise LimitExceeded(
                f"{name} unpacks to more than {limits.ratio} times its packed size, as a zip "
                "bomb does. Unpack it and submit the file itself.",
                name=name,
                what="ratio",
                limit=limits.ratio,
            )
