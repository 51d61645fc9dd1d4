"""The file: an uncompressed ZIP whose members are zstd streams, with a hash for each.

    manifest.json        what there is, with the SHA-256 of every other member
    settings.json.zst    the settings that differ from their defaults, without secrets
    files/NAME.zst       the user's catalogue and dictionary
    tables/NAME.jsonl.zst  a row a line, as a JSON array in the order of the manifest's columns

The ZIP's comment names the format and holds the manifest's hash, so that a file which was cut off
or altered anywhere is recognised before anything is done with it. `unzip` and `zstd -d` open it.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, cast

import zstandard

from zhibiao.backups.errors import InvalidBackup, NewerBackup

FORMAT = 1
_MARK = b"zhibiao-backup "
_MANIFEST = "manifest.json"
_LEVEL = 3
_BLOCK_BYTES = 1 << 20
_LARGEST_MANIFEST_BYTES = 1 << 24
# What reading altered bytes as a ZIP file, as zstd and as JSON may raise.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    zstandard.ZstdError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    LookupError,
    OverflowError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TableEntry:
    """One table of the backup."""

    rows: int
    columns: tuple[str, ...]
    kinds: tuple[str, ...]  # of each column: bytes | json | plain
    last_id: int | None = None  # the highest id that was ever given, where the table numbers rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a backup holds."""

    format: int
    made_at: str  # ISO 8601, UTC
    zhibiao: str  # version
    schema: str  # revision of the database
    database: str  # sqlite | postgresql; it can be restored into either
    tables: Mapping[str, TableEntry]  # parents before those that refer to them
    files: Mapping[str, str]  # name of the setting -> name of the file
    hashes: Mapping[str, str]  # member -> SHA-256 of its stored bytes


class ArchiveWriter:
    """Writes members one after another; `finish` makes the file a backup."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)
        self.hashes: dict[str, str] = {}

    @contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        """A stream to write a member's plain bytes to."""
        digest = hashlib.sha256()
        with self._zip.open(name, "w", force_zip64=True) as sink:
            hashed = cast(IO[bytes], _Hashed(sink, digest))
            compressor = zstandard.ZstdCompressor(level=_LEVEL)
            with compressor.stream_writer(hashed, closefd=False) as stream:
                yield cast(IO[bytes], stream)
        self.hashes[name] = digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        written = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        self._zip.writestr(_MANIFEST, written)
        self._zip.comment = b"%s%d %s" % (
            _MARK,
            FORMAT,
            hashlib.sha256(written).hexdigest().encode(),
        )
        self._zip.close()

    def abandon(self) -> None:
        """Close the file as it is; it is no backup."""
        self._zip.close()


class _Hashed(io.RawIOBase):
    def __init__(self, sink: IO[bytes], digest: Any) -> None:
        self._sink = sink
        self._digest = digest

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self._digest.update(block)
        return self._sink.write(block)


def is_backup(path: Path) -> bool:
    """Does the file say that it is one? Whether it is whole, `verify` tells."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment.startswith(_MARK)
    except (OSError, *_DAMAGED):
        return False


def verify(path: Path) -> Manifest:
    """Read all of a backup and compare every hash.

    Raises InvalidBackup naming what is damaged, NewerBackup, and OSError.
    """
    with _opened(path) as archive:
        manifest = _manifest(path, archive)
        names = [entry.filename for entry in archive.infolist()]
        wanted = {_MANIFEST, *manifest.hashes}
        if len(names) != len(set(names)) or set(names) != wanted:
            odd = sorted(set(names) ^ wanted) or ["a member that is there twice"]
            raise InvalidBackup(f"{path} is damaged: {odd[0]} is missing or foreign to it.")
        for name, wanted_hash in manifest.hashes.items():
            digest = hashlib.sha256()
            with _damage_told(path, name), archive.open(name) as member:
                while block := member.read(_BLOCK_BYTES):
                    digest.update(block)
            if digest.hexdigest() != wanted_hash:
                raise _damaged(path, name)
    return manifest


@contextmanager
def opened_member(path: Path, name: str) -> Iterator[IO[bytes]]:
    """The plain bytes of a member of a verified backup, as a stream."""
    with _opened(path) as archive, _damage_told(path, name), archive.open(name) as member:
        reader = zstandard.ZstdDecompressor().stream_reader(member)
        yield cast(IO[bytes], io.BufferedReader(cast(io.RawIOBase, reader), _BLOCK_BYTES))


def table_member(table: str) -> str:
    return f"tables/{table}.jsonl.zst"


def file_member(setting: str) -> str:
    return f"files/{setting}.zst"


SETTINGS_MEMBER = "settings.json.zst"


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise InvalidBackup(f"{path} is no backup of zhibiao's, or was cut off.") from error
    with archive:
        yield archive


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    if not archive.comment.startswith(_MARK):
        raise InvalidBackup(f"{path} is a ZIP file, but no backup of zhibiao's.")
    with _damage_told(path, _MANIFEST):
        made, wanted = archive.comment.removeprefix(_MARK).decode("ascii").split(" ")
        if int(made) > FORMAT:
            raise NewerBackup(
                f"{path} is of format {made}; this version reads {FORMAT}. Upgrade zhibiao first."
            )
        if archive.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST_BYTES:
            raise _damaged(path, _MANIFEST)
        written = archive.read(_MANIFEST)
        if hashlib.sha256(written).hexdigest() != wanted:
            raise _damaged(path, _MANIFEST)
        return _parsed(json.loads(written))


def _parsed(found: Any) -> Manifest:
    tables = {
        name: TableEntry(
            rows=entry["rows"],
            columns=tuple(entry["columns"]),
            kinds=tuple(entry["kinds"]),
            last_id=entry["last_id"],
        )
        for name, entry in found["tables"].items()
    }
    return Manifest(**found | {"tables": tables})


@contextmanager
def _damage_told(path: Path, name: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise _damaged(path, name) from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # an altered offset leads before the file's beginning
            raise _damaged(path, name) from error
        raise


def _damaged(path: Path, name: str) -> InvalidBackup:
    return InvalidBackup(
        f"{path} is damaged: {name} is not what was written. Nothing was changed; take another "
        "backup.",
        member=name,
    )


def lines(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """Rows as lines of JSON."""
    encode = json.JSONEncoder(
        ensure_ascii=False, separators=(",", ":"), check_circular=False
    ).encode
    for row in rows:
        yield encode(row).encode("utf-8", "surrogatepass") + b"\n"
