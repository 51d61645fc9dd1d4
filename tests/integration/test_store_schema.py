"""The schema of a store, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from zhibiao.store import Store
from zhibiao.store.database.migrate import check, upgrade
from zhibiao.store.database.schema import metadata

# What SQLite's own index of file names is made of is no table of a model.
_OF_MODELS = {
    "compare_type": True,
    "include_name": lambda name, kind, _: kind != "table" or not name.startswith("name_trigram"),
}


def test_the_schema_from_migrations_equals_the_schema_from_the_models(store: Store) -> None:
    with store.write() as connection:
        context = MigrationContext.configure(connection, opts=_OF_MODELS)
        assert compare_metadata(context, metadata) == []


def test_every_table_with_ids_has_ids_that_are_never_used_again(tmp_path: Path) -> None:
    migrated, made = Store(f"sqlite:///{tmp_path}/a.db"), Store(f"sqlite:///{tmp_path}/b.db")
    upgrade(migrated)
    with made.write() as connection:
        metadata.create_all(connection)
    for store in (migrated, made):
        with store.read() as connection:
            written = dict(
                connection.exec_driver_sql(
                    "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
                ).all()
            )
        store.close()
        assert {name for name, sql in written.items() if "AUTOINCREMENT" in sql} == {
            table.name for table in metadata.tables.values() if "id" in table.c
        }


def test_upgrading_twice_changes_nothing_and_the_check_passes(store: Store) -> None:
    upgrade(store)
    with store.read() as connection:
        check(connection)
