"""Multipart forms, one part at a time: what was read is handed on before the next part comes.

Starlette's own form parser keeps every part until the last one has arrived, which for 5,000
files is 5,000 open temporary files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.errors import IncompleteUpload

_SPOOL_BYTES = 1_000_000  # a larger part goes to disk


@dataclass(kw_only=True)
class Part:
    """One field of a form. Close it after use."""

    field_name: str = ""
    file_name: str | None = None  # None: a plain field
    content: IO[bytes] = field(
        default_factory=lambda: SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115
    )
    size: int = 0  # bytes that arrived
    limit: int = 0  # bytes that are kept; a part of more is cut off there

    @property
    def cut_off(self) -> bool:
        return self.size > self.limit

    def write(self, piece: bytes) -> None:
        room = self.limit - self.size
        if room > 0:
            self.content.write(piece[:room])
        self.size += len(piece)

    def close(self) -> None:
        self.content.close()


class _Collector:
    """The parser's callbacks: builds parts and queues those that are complete."""

    def __init__(self, limit_of: Callable[[str | None], int]) -> None:
        self.limit_of = limit_of
        self.current: Part | None = None
        self.complete: list[Part] = []
        self.ended = False
        self._header_name = b""
        self._header_value = b""
        self._disposition = b""

    def on_part_begin(self) -> None:
        self.current = Part()
        self._disposition = b""

    def on_header_field(self, piece: bytes, start: int, end: int) -> None:
        self._header_name += piece[start:end]

    def on_header_value(self, piece: bytes, start: int, end: int) -> None:
        self._header_value += piece[start:end]

    def on_header_end(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def on_headers_finished(self) -> None:
        assert self.current is not None
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise IncompleteUpload("A part of the form has no name in its Content-Disposition.")
        self.current.field_name = _decoded(options[b"name"])
        if b"filename" in options:
            self.current.file_name = _decoded(options[b"filename"])
        self.current.limit = self.limit_of(self.current.file_name)

    def on_part_data(self, piece: bytes, start: int, end: int) -> None:
        assert self.current is not None
        self.current.write(piece[start:end])

    def on_part_end(self) -> None:
        assert self.current is not None
        self.current.content.seek(0)
        self.complete.append(self.current)
        self.current = None

    def on_end(self) -> None:
        self.ended = True


def parts(
    chunks: Iterable[bytes], content_type: str, *, limit_of: Callable[[str | None], int]
) -> Iterator[Part]:
    """The parts of a form, each as soon as it is complete.

    `limit_of(file_name)` says how many bytes of a part are kept. Raises IncompleteUpload.
    """
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise IncompleteUpload("The Content-Type multipart/form-data names no boundary.")
    collector = _Collector(limit_of)
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": collector.on_part_begin,
                "on_part_data": collector.on_part_data,
                "on_part_end": collector.on_part_end,
                "on_header_field": collector.on_header_field,
                "on_header_value": collector.on_header_value,
                "on_header_end": collector.on_header_end,
                "on_headers_finished": collector.on_headers_finished,
                "on_end": collector.on_end,
            },
        )
        for chunk in chunks:
            parser.write(chunk)
            while collector.complete:
                yield collector.complete.pop(0)
    except FormParserError as error:
        raise IncompleteUpload(f"The form is not valid multipart: {error}.") from error
    finally:
        for part in [*collector.complete, *([collector.current] if collector.current else [])]:
            part.close()
    if not collector.ended:
        raise IncompleteUpload("The upload broke off before the end of the form.")


def _decoded(raw: bytes) -> str:
    """Browsers send UTF-8; some tools the system's encoding, which in China is GB 18030."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
