"""Making a backup, while the service goes on working.

All tables are read in one transaction. SQLite (in WAL mode) and PostgreSQL (REPEATABLE READ) both
show it the database as it was at one moment, and keep nobody from writing meanwhile.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Table

from zhibiao import __version__
from zhibiao.backups import rows
from zhibiao.backups.archive import (
    FORMAT,
    SETTINGS_MEMBER,
    ArchiveWriter,
    Manifest,
    TableEntry,
    file_member,
    is_backup,
    lines,
    table_member,
)
from zhibiao.backups.errors import InvalidBackup, NewerBackup
from zhibiao.settings import SECRET_SETTINGS, Settings
from zhibiao.store import Store, file_to_make
from zhibiao.store.database.errors import NotReady
from zhibiao.store.database.migrate import current, known_revisions
from zhibiao.whole_file import whole_file

# Of this place only: another one has its own.
_OF_THE_PLACE = {"data_dir", "url", "host", "port", "flower_port", "allowed_hosts"}
_FILES = ("catalogue", "user_dictionary")  # settings that name a file of the user's
_STATEMENT_SECONDS = 3600.0


def back_up(settings: Settings, path: Path) -> Manifest:
    """Write a backup to `path`, which appears when it is whole, readable by its owner only.

    Replaces an earlier backup there, and nothing else. Raises InvalidBackup where another file is
    there, NewerBackup, NotReady, and OSError.
    """
    if path.exists() and not (path.is_file() and is_backup(path)):
        raise InvalidBackup(f"{path} is there and is no backup: it is not overwritten.")
    missing = file_to_make(settings.store_url)
    if missing is not None:
        raise NotReady(f"There is no database at {missing}: there is nothing to back up.")
    with whole_file(path) as partial:
        partial.chmod(0o600)
        writer = ArchiveWriter(partial)
        try:
            manifest = _write(settings, writer)
            writer.finish(manifest)
        except BaseException:
            writer.abandon()
            raise
    return manifest


def _write(settings: Settings, writer: ArchiveWriter) -> Manifest:
    files = _write_files(settings, writer)
    store = Store(settings.store_url)
    try:
        with store.read(patience_seconds=_STATEMENT_SECONDS) as connection:
            revision = _revision(connection)
            tables = {
                table.name: _write_table(connection, table, writer)
                for table in rows.tables_of(connection)
            }
            return Manifest(
                format=FORMAT,
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                zhibiao=__version__,
                schema=revision,
                database=connection.dialect.name,
                tables=tables,
                files=files,
                hashes=writer.hashes,
            )
    finally:
        store.close()


def _revision(connection: Connection) -> str:
    found = current(connection)
    if found is None:
        raise NotReady("The database has no schema yet: there is nothing to back up.")
    if found not in known_revisions():
        raise NewerBackup(
            f"The database is at schema {found}, which this version of zhibiao does not know. "
            "Back it up with the version that works with it."
        )
    return found


def _write_table(connection: Connection, table: Table, writer: ArchiveWriter) -> TableEntry:
    count = 0
    with writer.member(table_member(table.name)) as stream:
        for line in lines(rows.read_rows(connection, table)):
            stream.write(line)
            count += 1
    return TableEntry(
        rows=count,
        columns=tuple(column.name for column in table.columns),
        kinds=rows.kinds_of(table),
        last_id=rows.last_id(connection, table),
    )


def _write_files(settings: Settings, writer: ArchiveWriter) -> dict[str, str]:
    left_out = {*SECRET_SETTINGS, *_OF_THE_PLACE}
    chosen = settings.model_dump(mode="json", exclude_defaults=True, exclude=left_out)
    with writer.member(SETTINGS_MEMBER) as stream:
        stream.write(json.dumps(chosen, ensure_ascii=False).encode())
    files: dict[str, str] = {}
    for name in _FILES:
        path: Path | None = getattr(settings, name)
        if path is not None:
            with writer.member(file_member(name)) as stream:
                stream.write(path.read_bytes())
            files[name] = path.name
    return files
