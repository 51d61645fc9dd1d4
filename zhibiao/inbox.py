"""A folder whose files are submitted as they appear: what `zhibiao watch` does.

What was submitted is noted in a small database in the folder itself, so that the watching can end
and begin at any time. A batch is noted before it is sent, with the key that it is sent under: sent
again after a crash, it is the run that the service already has.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhibiao.answers import Refused, ServiceUnreachable
from zhibiao.client import Client
from zhibiao.domain import FAILURES
from zhibiao.errors import ZhibiaoError
from zhibiao.uploading import Sendable, SubmittedFile, walk

NOTES = ".zhibiao-watch.db"  # hidden, so that it is never submitted
_LOCK = ".zhibiao-watch.lock"
# Names that programs give to files which they have not finished.
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", "~")
_BATCH_FILES = 1000
_BATCH_BYTES = 1_000_000_000
_TOO_MUCH = (400, 413, 422)  # the service refuses a submission for what is in it
_FAILURES_LISTED = 20

_TABLES = """
CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, run INTEGER, told INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS files (
    path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    state TEXT NOT NULL, batch INTEGER);
"""

Stamp = tuple[int, int]  # size in bytes, time of last change in ns


class WatchedElsewhere(ZhibiaoError):
    """Another process watches this folder."""

    code = "watched_elsewhere"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A file of the folder as it is now."""

    file: SubmittedFile
    key: bytes  # its path below the folder
    stamp: Stamp


class Inbox:
    """One folder, watched by one process.

    `settle_seconds`: a file that has not changed for so long is finished. `move_to`: where
    submitted files go; None: they stay, and are remembered. `tell`: hears what is worth a line.
    """

    def __init__(
        self,
        folder: Path,
        client: Client,
        *,
        settle_seconds: float,
        move_to: Path | None = None,
        label: str = "",
        tell: Callable[[str], None],
    ) -> None:
        self._folder = folder.resolve()
        self._client = client
        self._settle_seconds = settle_seconds
        self._move_to = None if move_to is None else move_to.resolve()
        self._label = label or folder.name
        self._tell = tell
        self._seen: dict[bytes, tuple[Stamp, float]] = {}
        self._notes = sqlite3.connect(self._folder / NOTES)
        self._notes.executescript(_TABLES)
        self._away = False

    def close(self) -> None:
        self._notes.close()

    def look(self) -> bool:
        """Submit what is finished, and tell of runs that are. False: something is still to come.

        Where the service is away, that is told once, and the next look tries again. Raises
        Refused where it does not let us in.
        """
        try:
            self._send_unanswered()
            waiting = self._take_what_is_new()
            open_runs = self._tell_of_runs()
        except ServiceUnreachable as error:
            if not self._away:
                self._tell(f"{error.message} Trying again.")
            self._away = True
            return False
        if self._away:
            self._tell("The service answers again.")
        self._away = False
        return not waiting and not open_runs

    def _take_what_is_new(self) -> bool:
        """Is a file left that is not finished yet?"""
        now = time.monotonic()
        finished: list[Found] = []
        seen: dict[bytes, tuple[Stamp, float]] = {}
        waiting = False
        for found in self._new_files():
            before, since = self._seen.get(found.key, (None, now))
            seen[found.key] = (found.stamp, since if before == found.stamp else now)
            # A program may have made a file that it has written nothing to yet.
            if before == found.stamp and now - since >= self._settle_seconds and found.stamp[0]:
                finished.append(found)
            else:
                waiting = waiting or found.stamp[0] > 0
        self._seen = seen
        for batch in _batches(finished):
            self._submit(batch)
        return waiting

    def _new_files(self) -> Iterator[Found]:
        known = {
            bytes(path): (size, mtime_ns)
            for path, size, mtime_ns in self._notes.execute(
                "SELECT path, size, mtime_ns FROM files"
            )
        }
        for file in walk([self._folder]):
            if file.path.name.lower().endswith(_UNFINISHED) or self._is_moved(file.path):
                continue
            found = _found(self._folder, file)
            if found is not None and known.get(found.key) != found.stamp:
                yield found

    def _is_moved(self, path: Path) -> bool:
        return self._move_to is not None and path.is_relative_to(self._move_to)

    def _submit(self, batch: list[Found]) -> None:
        key = uuid.uuid4().hex
        with self._notes:
            made = self._notes.execute("INSERT INTO batches (key) VALUES (?)", (key,)).lastrowid
            self._notes.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, 'sending', ?)",
                [(found.key, *found.stamp, made) for found in batch],
            )
        self._send(int(made or 0), key, batch)

    def _send_unanswered(self) -> None:
        """Batches whose sending was broken off: the same again, unless a file is another now."""
        query = "SELECT id, key FROM batches WHERE run IS NULL"
        for number, key in self._notes.execute(query).fetchall():
            rows = self._notes.execute(
                "SELECT path, size, mtime_ns FROM files WHERE batch = ? ORDER BY rowid", (number,)
            ).fetchall()
            batch = [self._as_noted(bytes(path), (size, ns)) for path, size, ns in rows]
            whole = [found for found in batch if found is not None]
            if whole and len(whole) == len(batch):
                self._send(number, key, whole)
            else:
                self._forget(number)

    def _as_noted(self, key: bytes, stamp: Stamp) -> Found | None:
        path = self._folder / os.fsdecode(key)
        name = next((file.name for file in walk([self._folder]) if file.path == path), None)
        if name is None:
            return None
        found = _found(self._folder, SubmittedFile(path=path, name=name))
        return found if found is not None and found.stamp == stamp else None

    def _forget(self, batch: int) -> None:
        """Its files are new again."""
        with self._notes:
            self._notes.execute("DELETE FROM files WHERE batch = ?", (batch,))
            self._notes.execute("DELETE FROM batches WHERE id = ?", (batch,))

    def _send(self, number: int, key: str, batch: list[Found]) -> None:
        unreadable: dict[str, str] = {}

        def note(file: Sendable, error: OSError) -> None:
            unreadable[file.place] = error.strerror or str(error)

        try:
            run = self._client.send(
                [found.file for found in batch], label=self._label, key=key, unreadable=note
            )
        except Refused as error:
            if error.status not in _TOO_MUCH:
                raise
            self._refused(number, batch, error, unreadable)
            return
        with self._notes:
            self._notes.execute("UPDATE batches SET run = ? WHERE id = ?", (run["id"], number))
            self._notes.execute("UPDATE files SET state = 'sent' WHERE batch = ?", (number,))
        sent = [found for found in batch if found.file.place not in unreadable]
        self._tell(
            f"run {run['id']}: {len(sent)} {'file' if len(sent) == 1 else 'files'} submitted."
        )
        self._tell_unreadable(unreadable)
        self._move(sent)

    def _refused(
        self, number: int, batch: list[Found], error: Refused, unreadable: dict[str, str]
    ) -> None:
        """One file is to blame, perhaps: each is sent alone. One that is refused alone stays."""
        if len(batch) > 1:
            self._forget(number)
            for found in batch:
                self._submit([found])
            return
        with self._notes:
            self._notes.execute("UPDATE files SET state = 'refused' WHERE batch = ?", (number,))
            self._notes.execute("DELETE FROM batches WHERE id = ?", (number,))
        if not unreadable:
            self._tell(f"{batch[0].file.place} is refused: {error.message}")
        self._tell_unreadable(unreadable)

    def _tell_unreadable(self, unreadable: dict[str, str]) -> None:
        for place, why in unreadable.items():
            self._tell(f"{place} cannot be read: {why}. It is tried again when it changes.")

    def _move(self, sent: list[Found]) -> None:
        if self._move_to is None:
            return
        for found in sent:
            target = _free(self._move_to / os.fsdecode(found.key))
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                found.file.path.rename(target)
            except OSError as error:
                self._tell(f"{found.file.place} is submitted and cannot be moved: {error.strerror}")
                continue
            with self._notes:
                self._notes.execute("DELETE FROM files WHERE path = ?", (found.key,))

    def _tell_of_runs(self) -> bool:
        """Tell once how each run ended. Is one still under way?"""
        query = "SELECT id, run FROM batches WHERE run IS NOT NULL AND told = 0 ORDER BY id"
        open_runs = False
        for number, run in self._notes.execute(query).fetchall():
            found = self._run(run)
            if found is not None and not found["finished"]:
                open_runs = True
                continue
            if found is not None:
                self._tell_end(found)
            with self._notes:
                self._notes.execute("UPDATE batches SET told = 1 WHERE id = ?", (number,))
        return open_runs

    def _run(self, run: int) -> dict[str, Any] | None:
        try:
            return self._client.run(run)
        except Refused as error:
            if error.status == 404:  # deleted meanwhile
                return None
            raise

    def _tell_end(self, run: dict[str, Any]) -> None:
        accounts = run["accounts"]
        counts = ("done", "duplicate", *(state.value for state in FAILURES), "cancelled")
        listed = ", ".join(f"{accounts[name]} {name}" for name in counts if accounts[name])
        self._tell(f"run {run['id']} is finished: {listed or 'nothing in it'}.")
        failures = sum(accounts[state.value] for state in FAILURES)
        if not failures:
            return
        states = [state.value for state in FAILURES]
        documents = self._client.documents(run=run["id"], state=states, limit=_FAILURES_LISTED)
        for _, document in zip(range(_FAILURES_LISTED), documents, strict=False):
            why = f"{document['error_code']}: {document['error_message']}"
            self._tell(f"  {document['source']}: {why}")
        if failures > _FAILURES_LISTED:
            more = failures - _FAILURES_LISTED
            self._tell(f"  {more} more: zhibiao documents --run {run['id']} --failed")


@contextmanager
def watched(folder: Path, client: Client, **options: Any) -> Iterator[Inbox]:
    """The folder's inbox. Raises WatchedElsewhere, OSError."""
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WatchedElsewhere(f"Another process watches {folder} already.") from error
        with closing(Inbox(folder, client, **options)) as inbox:
            yield inbox


def _found(folder: Path, file: SubmittedFile) -> Found | None:
    try:
        status = file.path.stat()
    except OSError:  # gone meanwhile
        return None
    key = os.fsencode(file.path.relative_to(folder))
    return Found(file=file, key=key, stamp=(status.st_size, status.st_mtime_ns))


def _batches(finished: list[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    size = 0
    for found in finished:
        if batch and (len(batch) >= _BATCH_FILES or size + found.stamp[0] > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(found)
        size += found.stamp[0]
    if batch:
        yield batch


def _free(target: Path) -> Path:
    """The path, or one beside it where a file of that name is there."""
    number, free = 1, target
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return free
