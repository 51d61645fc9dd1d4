"""Alembic's entry: runs the migrations over the connection that the caller hands in."""

from alembic import context

from zhibiao.store.database.schema import metadata

connection = context.config.attributes["connection"]
sqlite = connection.dialect.name == "sqlite"
if sqlite and connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
    # To alter a table it is dropped, and its rows would take along all that refers to them.
    raise RuntimeError(
        "Foreign keys are enforced: migrate with zhibiao.store.database.migrate.upgrade."
    )
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=sqlite,  # SQLite cannot alter a table in place
)
with context.begin_transaction():
    context.run_migrations()
