"""The tables and all that touches them as tables: types, connections, migrations, locks, joins."""

# All tables are known wherever one is: whoever copies or compares them would miss the others.
from zhibiao.store.database import (
    access_tables,
    canary_table,
    correction_tables,
    index_tables,
    print_table,
    stage_tables,
)

__all__ = [
    "access_tables",
    "canary_table",
    "correction_tables",
    "index_tables",
    "print_table",
    "stage_tables",
]
