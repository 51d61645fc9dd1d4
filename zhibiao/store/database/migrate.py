"""Bring a database to this version's schema, and tell whether it is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from zhibiao.store.database import name_index
from zhibiao.store.database.engine import Store
from zhibiao.store.database.errors import NotReady

_STATEMENT_SECONDS = 3600.0  # an index over a large table takes its time
_LOCK = 0x7A68_6962  # any number that only zhibiao's migrations take


def _config(scripts: Path | None = None) -> Config:
    if scripts is None:
        spec = find_spec("migrations")
        if spec is None or spec.origin is None:
            raise NotReady("The package `migrations` is not installed beside zhibiao.")
        scripts = Path(spec.origin).parent
    config = Config()
    config.set_main_option("script_location", str(scripts))
    return config


def head() -> str:
    """The schema version that this code works with."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise NotReady("There are no migrations.")
    return found


def current(connection: Connection) -> str | None:
    """The schema version of a database; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(store: Store, *, scripts: Path | None = None) -> None:
    """Create or bring up to date. Several processes may call it at once.

    `scripts`: a folder of migrations other than the installed one.
    """
    with altering(store) as connection:
        upgrade_to(connection, "head", scripts=scripts)


def upgrade_to(connection: Connection, revision: str, *, scripts: Path | None = None) -> None:
    """Go forward to a schema version, or to `head`, in the transaction of `altering`."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = _config(scripts)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    if revision == "head":
        name_index.prepare(connection)


def known_revisions() -> frozenset[str]:
    """All schema versions that this code can come from."""
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions())


@contextmanager
def altering(store: Store) -> Iterator[Connection]:
    """One transaction that may make tables anew.

    SQLite alters a table by copying it, dropping it and renaming the copy. While foreign keys are
    enforced the dropping deletes the table's rows one by one, and with them all that refers to
    them: the whole corpus. So they are not enforced meanwhile, and checked before the commit
    (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").
    """
    if store.engine.dialect.name != "sqlite":
        with store.write(patience_seconds=_STATEMENT_SECONDS) as connection:
            yield connection
        return
    with store.engine.connect() as connection:
        bare = cast(sqlite3.Connection, connection.connection.dbapi_connection)
        bare.execute("PRAGMA foreign_keys=OFF")  # within a transaction it would do nothing
        try:
            connection = connection.execution_options(zhibiao_write=True)
            with connection.begin():
                yield connection
                torn = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if torn is not None:
                    raise NotReady(
                        f"The migration would leave rows of {torn[0]} that refer to rows of "
                        f"{torn[2]} which are not there. Nothing was changed.",
                        table=torn[0],
                    )
        finally:
            bare.execute("PRAGMA foreign_keys=ON")


def check(connection: Connection) -> None:
    """Raises NotReady unless the database has this code's schema, or a later one."""
    found = current(connection)
    if found is None:
        raise NotReady("The database has no schema yet; run `zhibiao migrate`.")
    # A revision that this code does not know is a later one: migrations only ever expand what
    # an older worker reads, so it goes on working while newer ones take over.
    if found in known_revisions() and found != head():
        raise NotReady(f"The database is at schema {found}; run `zhibiao migrate`.")
