"""Exports in the background: asked for, made by a thread of this process, fetched later.

One at a time, in the order they came. A finished one is a file and its account in the data dir, so
that it outlives a restart; one that was under way then is gone, with what was written of it, and is
asked for again.
"""

from __future__ import annotations

import json
import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from api.errors import ExportNotFinished, NotWritten, TooManyExports
from zhibiao.errors import ZhibiaoError
from zhibiao.rendering import Table, TableFormat, instant
from zhibiao.store.database.errors import NotFound
from zhibiao.whole_file import clear_abandoned, whole_file

log = logging.getLogger(__name__)

_KEPT_SECONDS: Final = 24 * 3600.0
_MOST_WAITING: Final = 20

Made = Callable[[Path], dict[str, Any]]  # writes the file; what it was made of


@dataclass(frozen=True, kw_only=True)
class ExportJob:
    """One export and how it stands."""

    id: str
    table: Table
    format: TableFormat
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    asked_at: float  # seconds since the epoch
    finished_at: float | None = None
    size: int | None = None  # bytes
    manifest: dict[str, Any] = field(default_factory=dict)  # `rows` among it
    error: dict[str, str] | None = None  # `code` and `message`


class ExportJobs:
    """The exports of one process of the API, in a folder that others may share."""

    def __init__(self, folder: Path) -> None:
        clear_abandoned(folder)  # by a process that was killed
        self._folder = folder
        self._lock = threading.Lock()
        # Unfinished ones, and those whose account could not be written when they were finished.
        self._in_memory: dict[str, ExportJob] = {}
        self._waiting: queue.SimpleQueue[tuple[str, Made]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def scratch(self, form: TableFormat) -> Path:
        """Where to make a table that is sent at once. Raises NotWritten."""
        path = self._folder / f"{secrets.token_hex(8)}.{form}"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise NotWritten.of(error, f"a {form} file") from error
        return path

    def submit(self, table: Table, form: TableFormat, made: Made) -> ExportJob:
        """Raises TooManyExports where too many wait already."""
        self._forget_old()
        job = ExportJob(id=secrets.token_hex(8), table=table, format=form, asked_at=time.time())
        with self._lock:
            if sum(each.finished_at is None for each in self._in_memory.values()) >= _MOST_WAITING:
                raise TooManyExports(
                    f"{_MOST_WAITING} exports wait already; ask for this one again later.",
                    waiting=_MOST_WAITING,
                )
            self._in_memory[job.id] = job
            if self._thread is None:
                # A daemon: a process that ends does not wait for a table of an hour.
                self._thread = threading.Thread(target=self._work, daemon=True, name="exports")
                self._thread.start()
        self._waiting.put((job.id, made))
        return job

    def get(self, job: str) -> ExportJob:
        """Raises NotFound."""
        with self._lock:
            found = self._in_memory.get(job)
        if found is not None:
            return found
        try:
            return ExportJob(**json.loads(self._account(job).read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise NotFound(
                f"There is no export {job}: it was deleted, is more than a day old, or the service "
                "was started anew while it was made.",
                export=job,
            ) from error

    def file(self, job: str) -> tuple[ExportJob, Path]:
        """The file of a finished one. Raises NotFound, and ExportNotFinished."""
        found = self.get(job)
        if found.state != "done":
            raise _not_finished(found)
        return found, self._path(found)

    def delete(self, job: str) -> None:
        """Delete a finished one with its file. Raises NotFound, and ExportNotFinished."""
        found = self.get(job)
        if found.state in ("waiting", "running"):
            raise _not_finished(found)
        self._path(found).unlink(missing_ok=True)
        self._account(job).unlink(missing_ok=True)
        with self._lock:
            self._in_memory.pop(job, None)

    def _work(self) -> None:
        while True:
            self._make(*self._waiting.get())

    def _make(self, job: str, made: Made) -> None:
        asked = self._noted(replace(self._in_memory[job], state="running"))
        path = self._path(asked)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            manifest = made(path)
            done = replace(asked, state="done", manifest=manifest, size=path.stat().st_size)
        except Exception as error:
            path.unlink(missing_ok=True)
            done = replace(asked, state="failed", error=_told(job, error))
        done = replace(done, finished_at=time.time())
        try:
            with whole_file(self._account(job)) as partial:
                partial.write_text(json.dumps(asdict(done), ensure_ascii=False), "utf-8")
        except OSError:  # of a full disk: it is told as long as this process lives
            self._noted(done)
            return
        with self._lock:
            del self._in_memory[job]

    def _noted(self, job: ExportJob) -> ExportJob:
        with self._lock:
            self._in_memory[job.id] = job
        return job

    def _path(self, job: ExportJob) -> Path:
        return self._folder / f"{job.id}.{job.format}"

    def _account(self, job: str) -> Path:
        return self._folder / f"{job}.json"

    def _forget_old(self) -> None:
        before = time.time() - _KEPT_SECONDS
        with self._lock:
            for job in list(self._in_memory.values()):
                if job.finished_at is not None and job.finished_at < before:
                    del self._in_memory[job.id]
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.stat().st_mtime < before:
                    path.unlink(missing_ok=True)


def _told(job: str, error: Exception) -> dict[str, str]:
    """What whoever asked may know: a driver's message would hold the statement and its values."""
    if isinstance(error, ZhibiaoError):
        return {"code": error.code, "message": error.message}
    if isinstance(error, OSError):
        told = NotWritten.of(error, f"export {job}")
        return {"code": told.code, "message": told.message}
    log.error("export %s failed", job, exc_info=error)
    message = f"Something went wrong inside; the log has the details under export {job}."
    return {"code": "internal_error", "message": message}


def _not_finished(job: ExportJob) -> ExportNotFinished:
    told = f"Export {job.id} is {job.state}; ask for its state until it is done."
    if job.error is not None:
        told = f"Export {job.id} has failed: {job.error['message']}"
    return ExportNotFinished(told, export=job.id, state=job.state)


def view(job: ExportJob) -> dict[str, Any]:
    """As an answer."""
    return {
        **asdict(job),
        "asked_at": instant(job.asked_at),
        "finished_at": instant(job.finished_at),
    }
