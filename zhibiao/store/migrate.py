"""Bring a database to this version's schema, and tell whether it is there."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from zhibiao.store.engine import Store
from zhibiao.store.errors import NotReady

_STATEMENT_SECONDS = 3600.0  # an index over a large table takes its time
_LOCK = 0x7A68_6962  # any number that only zhibiao's migrations take


def _config() -> Config:
    spec = find_spec("migrations")
    if spec is None or spec.origin is None:
        raise NotReady("The package `migrations` is not installed beside zhibiao.")
    config = Config()
    config.set_main_option("script_location", str(Path(spec.origin).parent))
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


def upgrade(store: Store) -> None:
    """Create or bring up to date. Several processes may call it at once."""
    config = _config()
    with store.write(patience_seconds=_STATEMENT_SECONDS) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check(connection: Connection) -> None:
    """Raises NotReady unless the database has this code's schema, or a later one."""
    found = current(connection)
    if found is None:
        raise NotReady("The database has no schema yet; run `zhibiao migrate`.")
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    # A revision that this code does not know is a later one: migrations only ever expand what
    # an older worker reads, so it goes on working while newer ones take over.
    if found in known and found != head():
        raise NotReady(f"The database is at schema {found}; run `zhibiao migrate`.")
