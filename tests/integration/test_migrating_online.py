"""A worker of the previous schema goes on while the next one is there: expand, deploy, contract."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from databases import sqlite_and_postgres_if_long
from sqlalchemy import delete, func, inspect, select

from zhibiao.store import Store
from zhibiao.store.database.errors import NotReady
from zhibiao.store.database.migrate import check, current, head, upgrade
from zhibiao.store.database.schema import documents, metadata
from zhibiao.store.work import runs, submissions
from zhibiao.store.work.submissions import Arrival
from zhibiao.testing.reports import generate_many

# What a next version might bring: a column, a table, an index; nothing that an old worker reads
# or writes is taken away.
EXPANSION = '''
"""A test's expansion."""
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{previous}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work", sa.Column("mood", sa.Text))
    op.add_column("documents", sa.Column("stars", sa.Integer, nullable=False, server_default="0"))
    op.create_table("moods", sa.Column("mood", sa.Text, primary_key=True))
    op.create_index("ix_work_mood", "work", ["mood"])
'''
# What alembic renders for SQLite where a table cannot be altered in place: it is made anew.
REBUILDING = '''
"""A test's rebuilding."""
from alembic import op

revision = "{revision}"
down_revision = "{previous}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("documents") as batch_op:
        batch_op.create_unique_constraint("uq_documents_x", ["id", "name"])
'''
TEARING = (
    REBUILDING.partition("    with")[0]
    + """    op.execute("DELETE FROM documents")
"""
)
CONTRACTING = ("drop_column", "drop_table", "drop_index", "drop_constraint", "alter_column")


def migrations() -> Path:
    spec = find_spec("migrations")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def scripts(folder: Path, template: str) -> Path:
    """This version's migrations and one more, 9999."""
    made = folder / "migrations"
    shutil.copytree(migrations(), made, ignore=shutil.ignore_patterns("__pycache__"))
    text = template.format(revision="9999", previous=head())
    (made / "versions" / "9999_a_next_one.py").write_text(text)
    return made


def rows(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def fill(store: Store) -> None:
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
        arrivals = [
            Arrival(file=n, name=f"{n}.txt", content=content)
            for n, content in enumerate((b"one", b"two", b"one"))
        ]
        submissions.add(connection, run, arrivals, priority="bulk", now=1.0)


def test_a_table_that_is_made_anew_keeps_its_rows_and_all_that_refers_to_them(
    store: Store, tmp_path: Path
) -> None:
    fill(store)
    before = rows(store)
    assert (before["documents"], before["work"]) == (3, 3)
    upgrade(store, scripts=scripts(tmp_path, REBUILDING))
    assert rows(store) == before
    with store.read() as connection:
        assert current(connection) == "9999"
    with store.write() as connection:  # foreign keys are enforced again
        connection.execute(delete(documents))
    assert rows(store)["work"] == 0


def test_a_migration_that_tears_rows_from_what_they_refer_to_changes_nothing(
    tmp_path: Path,
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    upgrade(store)
    fill(store)
    before = rows(store)
    with pytest.raises(NotReady, match="Nothing was changed"):
        upgrade(store, scripts=scripts(tmp_path, TEARING))
    assert rows(store) == before
    with store.read() as connection:
        assert current(connection) == head()
    store.close()


@sqlite_and_postgres_if_long
def test_workers_of_the_previous_schema_finish_what_they_began_and_begin_anew(
    stack: Any, tmp_path: Path
) -> None:
    files = [{f"{r.name}.txt": r.text.encode()} for r in generate_many(24, seed=31)]
    stack.start_worker()
    first = stack.submit({k: v for each in files[:16] for k, v in each.items()})
    stack.wait(first, until=lambda accounts: accounts.done >= 1)
    upgrade(stack.store, scripts=scripts(tmp_path, EXPANSION))
    assert stack.wait(first).done == 16
    with stack.store.read() as connection:
        assert current(connection) == "9999"
        check(connection)  # a later schema than this code's is no reason to stop
        assert "moods" in inspect(connection).get_table_names()
    stack.start_worker("two")  # one that starts only now
    second = stack.submit({k: v for each in files[16:] for k, v in each.items()})
    assert stack.wait(second).done == 8


def test_no_migration_takes_away_what_an_older_worker_uses() -> None:
    """All after the first only expand. One that contracts is added here with the version whose
    workers must be gone before it runs."""
    contracting: set[str] = set()
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    for script in ScriptDirectory.from_config(config).walk_revisions():
        upgrade = Path(script.path).read_text("utf-8").partition("def downgrade")[0]
        if any(f"op.{verb}" in upgrade for verb in CONTRACTING):
            contracting.add(script.revision)
    # An index whose place another takes: older workers go on, and find it no less.
    assert contracting == {"0014"}
