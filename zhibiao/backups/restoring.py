"""Restoring a backup: into an empty place, all of it or nothing.

The whole file is checked before anything is touched. Schema and rows then come in one transaction;
what was in a worker's hands when the backup was made waits again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, bindparam, func, insert, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError

from zhibiao.backups import rows
from zhibiao.backups.archive import (
    SETTINGS_MEMBER,
    Manifest,
    TableEntry,
    file_member,
    opened_member,
    table_member,
    verify,
)
from zhibiao.backups.errors import InvalidBackup, NewerBackup, PlaceInUse
from zhibiao.batches import batches
from zhibiao.settings import PREFIX, Settings
from zhibiao.store import Store, file_to_make
from zhibiao.store.database import schema
from zhibiao.store.database.migrate import altering, known_revisions, upgrade_to
from zhibiao.store.outputs import accounting
from zhibiao.store.work import queue

_BATCH_ROWS = 500
_BATCH_BYTES = 4_000_000
# What a service that has never been used leaves in its database.
_OF_AN_UNUSED_ONE = rows.LEFT_OUT | {"stage_versions", "catalogue_files"}
FOLDER = "restored"  # in the data dir: settings and files of the place that was backed up


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What came back."""

    manifest: Manifest
    documents: int
    runs: int
    unbalanced: tuple[int, ...]  # runs whose states do not add up to what they received
    settings_file: Path  # the settings of the place that was backed up


def restore(settings: Settings, path: Path) -> Restored:
    """Bring a backup back into the store and the data dir of `settings`.

    Raises InvalidBackup and NewerBackup before anything is touched, PlaceInUse where the database
    is not empty; in whatever way it fails, nothing is left behind.
    """
    manifest = verify(path)
    if manifest.schema not in known_revisions():
        raise NewerBackup(
            f"{path} is of schema {manifest.schema}, made by zhibiao {manifest.zhibiao}, which is "
            "later than this version. Upgrade zhibiao first."
        )
    made = file_to_make(settings.store_url)
    try:
        return _restore(settings, path, manifest)
    except BaseException:
        if made is not None:
            for name in (made, *(made.with_name(made.name + end) for end in ("-wal", "-shm"))):
                name.unlink(missing_ok=True)
        raise


def _restore(settings: Settings, path: Path, manifest: Manifest) -> Restored:
    store = Store(settings.store_url)
    try:
        with altering(store) as connection:
            _make_room(connection)
            upgrade_to(connection, manifest.schema)
            _fill(connection, path, manifest)
            upgrade_to(connection, "head")
            for name, entry in manifest.tables.items():
                if entry.last_id is not None:
                    rows.give_no_id_again(connection, name, entry.last_id)
            _let_work_wait(store, connection)
            found = _found(connection)
            written = _write_files(settings, path, manifest)
    finally:
        store.close()
    return Restored(manifest=manifest, settings_file=written, **found)


def _make_room(connection: Connection) -> None:
    """Take the empty tables away. Raises PlaceInUse where one holds anything."""
    there = set(inspect(connection).get_table_names())
    reflected = MetaData()
    ours = there & {*schema.metadata.tables, "alembic_version"}
    reflected.reflect(connection, only=sorted(ours))
    for table in reflected.sorted_tables:
        if table.name in _OF_AN_UNUSED_ONE or table.name == "alembic_version":
            continue
        if connection.execute(select(table).limit(1)).first() is not None:
            raise PlaceInUse(
                f"The database is not empty: {table.name} has rows. Restore into an empty one: "
                "another data dir (--data-dir), or another database in ZHIBIAO_DATABASE_URL.",
                table=table.name,
            )
    reflected.drop_all(connection)


def _fill(connection: Connection, path: Path, manifest: Manifest) -> None:
    there = MetaData()
    there.reflect(connection)
    for name, entry in manifest.tables.items():
        table = there.tables.get(name)
        if table is None or not set(entry.columns) <= set(table.columns.keys()):
            raise InvalidBackup(
                f"{path}: the table {name} is not one of schema {manifest.schema}.", table=name
            )
        try:
            count = _fill_table(connection, path, table, entry)
        except (ValueError, TypeError, SQLAlchemyError) as error:
            told = getattr(error, "orig", None) or error
            raise InvalidBackup(
                f"{path}: rows of {name} cannot be restored: {told}. Nothing was changed.",
                table=name,
            ) from error
        stored = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if not count == stored == entry.rows:
            raise InvalidBackup(
                f"{path}: {entry.rows} rows of {name} were written, {stored} came back. Nothing "
                "was changed.",
                table=name,
            )


def _fill_table(connection: Connection, path: Path, table: Table, entry: TableEntry) -> int:
    """Insert all rows. What refers to a row of the same table is set when all of them are there."""
    inner = [fk.parent.name for fk in table.foreign_keys if fk.column.table is table]
    statement = insert(rows.shadow(table.name, entry))
    later: dict[str, list[dict[str, Any]]] = {name: [] for name in inner}
    count = 0
    with opened_member(path, table_member(table.name)) as stream:
        for lines in batches(stream, len, most=_BATCH_ROWS, most_bytes=_BATCH_BYTES):
            batch = [rows.as_values(json.loads(line), entry) for line in lines]
            for name in inner:
                later[name] += _set_aside(batch, name)
            connection.execute(statement, batch)
            count += len(batch)
    for name, references in later.items():
        if references:
            own = table.c.id == bindparam("this")
            connection.execute(update(table).where(own).values({name: bindparam("to")}), references)
    return count


def _set_aside(batch: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """What a column refers to, by row; the rows themselves refer to nothing."""
    references = [
        {"this": values["id"], "to": values[name]} for values in batch if values[name] is not None
    ]
    for values in batch:
        values[name] = None
    return references


def _let_work_wait(store: Store, connection: Connection) -> None:
    """Nobody here holds a lease, and no message is under way."""
    now = store.now(connection)
    queue.give_back(connection, "", now=now, not_before=now, lost=False)
    work = schema.work
    connection.execute(update(work).where(schema.IN_FLIGHT).values(sent_until=0))


def _found(connection: Connection) -> dict[str, Any]:
    ids = accounting.sealed_runs(connection)
    count = select(func.count()).select_from(schema.documents)
    return {
        "documents": connection.execute(count).scalar_one(),
        "runs": len(ids),
        "unbalanced": accounting.unbalanced(connection, ids),
    }


def _write_files(settings: Settings, path: Path, manifest: Manifest) -> Path:
    """Settings, catalogue and dictionary, beside the data: nothing of them is switched on."""
    folder = settings.data_dir.absolute() / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened_member(path, SETTINGS_MEMBER) as stream:
        chosen: dict[str, Any] = json.load(stream)
    for name, file in manifest.files.items():
        target = folder / Path(file).name
        with opened_member(path, file_member(name)) as stream:
            target.write_bytes(stream.read())
        chosen[name] = str(target)
    written = folder / "settings.env"
    lines = [f"{PREFIX}{name.upper()}={_quoted(value)}\n" for name, value in chosen.items()]
    written.write_text("".join(lines), "utf-8")
    return written


def _quoted(value: Any) -> str:
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
