"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import threading
from decimal import Decimal
from typing import Any

import zstandard
from sqlalchemy import Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator

_LEVEL = 3  # reports shrink to about 40 %; higher levels cost more time than they save space


class _Zstd(threading.local):
    """One a thread: it may not be shared, and to make it takes as long as to use it."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_zstd = _Zstd()


def _compressed(value: bytes) -> bytes:
    return _zstd.compressor.compress(value)


def _decompressed(value: bytes) -> bytes:
    return _zstd.decompressor.decompress(value)


class CompressedBytes(TypeDecorator[bytes]):
    """Bytes, stored as one zstd frame."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _compressed(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _decompressed(value)


class CompressedText(TypeDecorator[str]):
    """Text, stored as zstd over UTF-8; lone surrogates survive."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return _compressed(value.encode("utf-8", "surrogatepass"))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _decompressed(value).decode("utf-8", "surrogatepass")


class CompressedJSON(TypeDecorator[Any]):
    """A JSON value, stored as zstd over UTF-8."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return _compressed(json.dumps(value, ensure_ascii=False).encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(_decompressed(value))


class DecimalText(TypeDecorator[Decimal]):
    """A decimal exactly as the report writes it (SQLite has no exact numeric type)."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)
