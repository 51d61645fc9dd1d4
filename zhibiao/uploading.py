"""Files on their way out: which ones a path means, and the form that carries them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

_CHUNK_BYTES = 256 * 1024


class Sendable(Protocol):
    """Something whose bytes can be submitted under a name."""

    @property
    def name(self) -> str: ...

    @property
    def place(self) -> str:
        """Where it is, for people."""
        ...

    def size(self) -> int:
        """Bytes. Raises OSError."""
        ...

    def open(self) -> IO[bytes]:
        """Raises OSError."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SubmittedFile:
    """A local file and the name that it is submitted under."""

    path: Path
    name: str

    @property
    def place(self) -> str:
        return str(self.path)

    def size(self) -> int:
        return self.path.stat().st_size

    def open(self) -> IO[bytes]:
        return self.path.open("rb")


def walk(
    paths: Iterable[Path], *, skipped: Callable[[str], None] | None = None
) -> Iterator[SubmittedFile]:
    """The files under some paths, folders in order of name.

    Left out are hidden files, and files that systems and programs leave behind (Thumbs.db,
    ~$report.docx): `skipped` is called with the names of the latter. A file in a folder keeps its
    path below that folder: 2023/a.txt. Names that are no UTF-8 (what unzip leaves of Chinese
    archives) are decoded as those in archives are. Raises FileNotFoundError.
    """
    # Imported here: a command that sends no file need not wait for all that reading brings along.
    from zhibiao.reading.names import is_junk

    for path, shown in _found(paths):
        name = _shown(shown)
        if not is_junk(name):
            yield SubmittedFile(path=path, name=name)
        elif skipped is not None:
            skipped(name)


def _found(paths: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """The files that are not hidden, each with its path below what was named."""
    for path in paths:
        if not path.is_dir():
            if not path.exists():
                raise FileNotFoundError(path)
            yield path, Path(path.name)
            continue
        base = path.resolve()
        for folder, folders, names in os.walk(base, followlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                found = Path(folder, name)
                if not name.startswith(".") and found.is_file():
                    yield found, found.relative_to(base)


def _shown(path: Path) -> str:
    from zhibiao.reading.names import decode_name

    # Part by part: a folder and the files in it may be named in two encodings.
    return "/".join(decode_name(os.fsencode(part)) for part in path.parts)


def form_body(
    boundary: str,
    fields: Mapping[str, str],
    files: Iterable[Sendable],
    *,
    sent: Callable[[int], None] | None,
    unreadable: Callable[[Sendable, OSError], None] | None,
) -> Iterator[bytes]:
    """A multipart body with one file open at a time (httpx would open all of them first)."""
    for name, value in fields.items():
        yield _heading(boundary, f'name="{name}"') + value.encode() + b"\r\n"
    for file in files:
        try:
            opened = file.open()
        except OSError as error:
            if unreadable is None:
                raise
            unreadable(file, error)
            continue
        with opened:
            yield _heading(boundary, f'name="files"; filename="{_quoted(file.name)}"')
            while piece := opened.read(_CHUNK_BYTES):
                yield piece
                if sent is not None:
                    sent(len(piece))
            yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _heading(boundary: str, disposition: str) -> bytes:
    heading = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return heading.encode("utf-8", "replace")


def _quoted(name: str) -> str:
    """As browsers do it: the three characters that would end the name or the line."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
