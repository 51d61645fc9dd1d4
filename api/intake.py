"""A submission on its way into the store: files are taken one by one and stored in batches.

Nothing here holds more than one batch, so 5,000 files in one request take no more memory than
one. The run is sealed at the end; whatever goes wrong before, the run is forgotten as a whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO, cast

from sqlalchemy.exc import IntegrityError

from api.errors import NothingSubmitted
from api.service import Service
from zhibiao.batches import batches
from zhibiao.errors import EmptySource, LimitExceeded
from zhibiao.reading import Limits, Member, alone, holds_one, may_hold_many
from zhibiao.reading.names import safe_name
from zhibiao.sandbox.parser import Parser
from zhibiao.settings import Settings
from zhibiao.store.database.errors import KeyInUse
from zhibiao.store.work import runs, submissions
from zhibiao.store.work.runs import Priority
from zhibiao.store.work.submissions import Arrival

TOUCH_SECONDS = 10.0  # a run without a sign of life for minutes is taken for abandoned
_SKIPPED_SHOWN = 20  # names in an answer
_BATCH_FILES = 64
_BATCH_BYTES = 8_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """One file of a request, before archives are opened."""

    name: str
    content: IO[bytes]  # seekable, at its start
    size: int  # bytes that were sent
    cut_off: bool = False  # larger than allowed; `content` is only its beginning
    given: Callable[[str], Mapping[str, Any]]  # what is known of the member with this name


def kept_bytes(settings: Settings, name: str | None) -> int:
    """How many bytes of an upload are kept, by its name."""
    if name is None:
        return 1_000_000  # a plain field: label or metadata
    if may_hold_many(name):  # its members may not be larger than a file
        return settings.max_request_bytes
    return settings.max_file_bytes


@dataclass(kw_only=True, slots=True)
class SkippedFiles:
    """Files that programs leave behind, those in archives too."""

    count: int = 0
    names: list[str] = field(default_factory=list)  # of the first ones

    def add(self, name: str) -> None:
        self.count += 1
        if self.count <= _SKIPPED_SHOWN:
            self.names.append(name)


class Reception:
    """One submission being received: a run that is sealed at the end, or forgotten."""

    def __init__(
        self,
        service: Service,
        *,
        owner: str,
        idempotency_key: str | None = None,
    ) -> None:
        """Begin the run. Raises KeyInUse."""
        self._store = service.store
        self._settings = service.settings
        self._begin_parser = service.zygote.begin
        self._touched_at = time.monotonic()
        self.skipped = SkippedFiles()
        try:
            with self._store.write() as connection:
                self.run = runs.create(
                    connection,
                    kind="submission",
                    priority="bulk",
                    label="",
                    owner=owner,
                    idempotency_key=idempotency_key,
                    now=self._store.now(connection),
                )
        except IntegrityError as error:
            raise KeyInUse(idempotency_key=idempotency_key) from error

    def heard(self) -> None:
        """Something arrived: one large file may take longer than a run may be silent."""
        if time.monotonic() - self._touched_at >= TOUCH_SECONDS:
            self._touched_at = time.monotonic()
            with self._store.write() as connection:
                runs.touch(connection, self.run, now=self._store.now(connection))

    def receive(
        self,
        uploads: Iterable[Upload],
        *,
        label: Callable[[], str],
        fingerprint: Callable[[], str] | None = None,
    ) -> None:
        """Store all of it and seal the run.

        `label` and `fingerprint` (by which the same submission is known again) are asked for at
        the end: in a form fields may follow the files. Raises
        NothingSubmitted, and whatever `uploads` raises; nothing of the run stays then.
        """
        # For all archives and lists of the submission; not started before the first one.
        parser = Parser(
            memory_bytes=self._settings.child_memory_bytes,
            file_bytes=0,
            seconds=self._settings.task_seconds,
            begin=self._begin_parser,
        )
        try:
            count = 0
            arrivals = _arrivals(uploads, self._settings, parser, self.skipped)
            for batch in batches(arrivals, _bytes_of, most=_BATCH_FILES, most_bytes=_BATCH_BYTES):
                count += len(batch)
                with self._store.write() as connection:
                    submissions.add(
                        connection,
                        self.run,
                        batch,
                        priority="bulk",
                        now=self._store.now(connection),
                    )
            if count == 0 and self.skipped.count:
                raise NothingSubmitted(
                    "There is nothing but files that programs leave behind: "
                    f"{', '.join(self.skipped.names)}."
                )
            if count == 0:
                raise NothingSubmitted
            few = count <= self._settings.interactive_documents
            priority: Priority = "interactive" if few else "bulk"
            with self._store.write() as connection:
                runs.name(connection, self.run, label())
                if fingerprint is not None:
                    runs.remember_fingerprint(connection, self.run, fingerprint())
                runs.seal(connection, self.run, priority=priority, now=self._store.now(connection))
        except BaseException:  # also when the person hangs up or the service is stopped
            with self._store.write() as connection:
                runs.abandon(connection, self.run)
            raise
        finally:
            parser.close()


def _arrivals(
    uploads: Iterable[Upload], settings: Settings, parser: Parser, skipped: SkippedFiles
) -> Iterator[Arrival]:
    position = 0
    for upload in uploads:
        for member in _members(upload, settings, parser, skipped):
            yield _arrival(member, upload, position, settings)
            position += 1


def _members(
    upload: Upload, settings: Settings, parser: Parser, skipped: SkippedFiles
) -> Iterator[Member]:
    name = safe_name(upload.name) or "unnamed"
    if upload.cut_off:
        yield Member.failed(name, _too_large(settings, upload.size))
        return
    limits = Limits(member_bytes=settings.max_file_bytes)
    stream = cast(BinaryIO, upload.content)
    opened = alone if holds_one(name, stream) else parser.expand
    yield from opened(name, stream, limits, skipped=skipped.add)


def _arrival(member: Member, upload: Upload, position: int, settings: Settings) -> Arrival:
    content, error = member.content, member.error
    if content is not None and error is None:
        if not content:
            error = EmptySource()
        elif len(content) > settings.max_file_bytes:
            error = _too_large(settings, len(content))
    return Arrival(
        file=position,
        name=member.name,
        content=None if error is not None else content,
        given={**upload.given(member.name), **member.given},
        error=error,
    )


def _too_large(settings: Settings, size: int) -> LimitExceeded:
    return LimitExceeded(
        f"The file has {size:,} bytes; at most {settings.max_file_bytes:,} are accepted "
        "(ZHIBIAO_MAX_FILE_BYTES).",
        size=size,
        limit=settings.max_file_bytes,
    )


def _bytes_of(arrival: Arrival) -> int:
    return len(arrival.content or b"")
