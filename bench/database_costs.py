"""What a store takes, by table and index, and what a question looks at in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, event, text

from zhibiao.store import Store


def stored(connection: Connection) -> float:
    """Bytes of the whole database."""
    asked = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    if connection.dialect.name == "postgresql":
        asked = "SELECT pg_database_size(current_database())"
    return float(connection.execute(text(asked)).scalar_one())


def sizes(connection: Connection, table: Table) -> dict[str, float]:
    """Bytes of a table and of each of its indexes, by their names."""
    asked = (
        # Summed here: its own sum of a table is wrong beyond 2 GiB.
        "SELECT name, SUM(pgsize) FROM dbstat WHERE name IN"
        " (SELECT name FROM sqlite_master WHERE tbl_name = :name) GROUP BY name"
    )
    if connection.dialect.name == "postgresql":
        asked = (
            "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE oid = :name ::regclass"
            " OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = :name ::regclass)"
        )
    found = {
        name: float(size) for name, size in connection.execute(text(asked), {"name": table.name})
    }
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def settle(store: Store) -> None:
    """What PostgreSQL does by itself after a while: statistics, and which pages all can see."""
    if store.engine.dialect.name == "postgresql":
        import psycopg

        url = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")


def blocks(connection: Connection, action: Callable[[], object]) -> int:
    """Blocks of 8 kB that the statements of an action look at on PostgreSQL; 0: another database.

    Raises SystemExit where one of them reads all observations.
    """
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    action()
    event.remove(connection, "before_cursor_execute", note)
    if connection.dialect.name != "postgresql":
        return 0
    explain = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)"
    found = 0
    for statement, parameters in asked:
        explained = connection.exec_driver_sql(f"{explain} {statement}", parameters).scalar_one()
        plan = explained[0]["Plan"]
        if _reads_all(plan):
            raise SystemExit(f"reads all observations: {statement}\n{plan}")
        found += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return found


def _reads_all(plan: dict[str, Any]) -> bool:
    whole = plan["Node Type"] == "Seq Scan" and plan["Relation Name"] == "observations"
    return whole or any(_reads_all(part) for part in plan.get("Plans", ()))
