"""A worker of the previous schema goes on while the next one is there: expand, deploy, contract."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from zhibiao.store import Store
from zhibiao.store.migrate import check, current, head
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
CONTRACTING = ("drop_column", "drop_table", "drop_index", "drop_constraint", "alter_column")


def migrations() -> Path:
    spec = find_spec("migrations")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def expand(store: Store, folder: Path) -> str:
    """Bring the database to a schema that this code does not know; its revision."""
    scripts = folder / "migrations"
    shutil.copytree(migrations(), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    revision = "9999"
    text = EXPANSION.format(revision=revision, previous=head())
    (scripts / "versions" / "9999_expansion.py").write_text(text)
    config = Config()
    config.set_main_option("script_location", str(scripts))
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return revision


def test_workers_of_the_previous_schema_finish_what_they_began_and_begin_anew(
    stack: Any, tmp_path: Path
) -> None:
    files = [{f"{r.name}.txt": r.text.encode()} for r in generate_many(24, seed=31)]
    stack.start_worker()
    first = stack.submit({k: v for each in files[:16] for k, v in each.items()})
    stack.wait(first, until=lambda accounts: accounts.done >= 1)
    revision = expand(stack.store, tmp_path)
    assert stack.wait(first).done == 16
    with stack.store.read() as connection:
        assert current(connection) == revision
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
    assert contracting == set()
