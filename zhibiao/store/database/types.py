"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import codecs
import json
import threading
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import zstandard
from sqlalchemy import Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator

_LEVEL = 3  # higher levels cost more time than they save space
# UTF-16 with this level takes a tenth less space and a third less time than UTF-8 with any. No
# UTF-8 begins as it does.
_LEVEL_OF_TEXT = 4
UTF_16 = codecs.BOM_UTF16_LE


class _Zstd(threading.local):
    """One a thread: it may not be shared, and to make it takes as long as to use it."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.text_compressor = zstandard.ZstdCompressor(level=_LEVEL_OF_TEXT)
        self.decompressor = zstandard.ZstdDecompressor()


_zstd = _Zstd()


def _compressed(value: bytes) -> bytes:
    return _zstd.compressor.compress(value)


def _compressed_text(value: str) -> bytes:
    return _zstd.text_compressor.compress(encoded(value))


def _decompressed(value: bytes) -> bytes:
    return _zstd.decompressor.decompress(value)


def encoded(text: str) -> bytes:
    """A text as it is compressed; lone surrogates survive."""
    try:
        return UTF_16 + text.encode("utf-16-le")
    except UnicodeEncodeError:  # two surrogates that follow each other would become one character
        return text.encode("utf-8", "surrogatepass")


def decoded(stored: bytes) -> str:
    """The text of what was compressed; before, all texts were UTF-8."""
    if stored.startswith(UTF_16):
        return stored.decode("utf-16")
    return stored.decode("utf-8", "surrogatepass")


class Ready:
    """A value of one of the types below that is compressed once, when that is first asked for.

    So it can be done before a transaction, and for many values in a row: in turns with other work,
    either would find its memory out of the processor's caches.
    """

    __slots__ = ("_compress", "_stored", "_value")

    def __init__(self, compress: Callable[[Any], bytes], value: Any) -> None:
        self._compress, self._value = compress, value
        self._stored: bytes | None = None

    def stored(self) -> bytes:
        if self._stored is None:
            self._stored, self._value = self._compress(self._value), None
        return self._stored


def ready_bytes(value: bytes) -> Ready:
    return Ready(_compressed, value)


def ready_text(value: str) -> Ready:
    return Ready(_compressed_text, value)


def ready_json_text(value: str) -> Ready:
    """JSON that is written already."""
    return Ready(lambda plain: _compressed(plain.encode()), value)


def ready_json(value: Any) -> Ready:
    return Ready(lambda plain: _compressed(_json(plain)), value)


def make_ready(row: Mapping[str, Any]) -> None:
    """Compress what of a row is to be."""
    for value in row.values():
        if isinstance(value, Ready):
            value.stored()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class CompressedBytes(TypeDecorator[bytes]):
    """Bytes, stored as one zstd frame."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | Ready | None, dialect: Dialect) -> bytes | None:
        if isinstance(value, Ready):
            return value.stored()
        return None if value is None else _compressed(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _decompressed(value)


class CompressedText(TypeDecorator[str]):
    """Text, stored as one zstd frame; lone surrogates survive."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | Ready | None, dialect: Dialect) -> bytes | None:
        if isinstance(value, Ready):
            return value.stored()
        return None if value is None else _compressed_text(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return decoded(_decompressed(value))


class CompressedJSON(TypeDecorator[Any]):
    """A JSON value, stored as zstd over UTF-8."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if isinstance(value, Ready):
            return value.stored()
        return None if value is None else _compressed(_json(value))

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
