"""The store: where everything that zhibiao knows is kept."""

# All tables are known wherever one is: whoever copies or compares them would miss the others.
from zhibiao.store import access_tables, canaries, correction_tables, index_tables, stage_tables
from zhibiao.store.engine import Store, file_to_make

__all__ = [
    "Store",
    "access_tables",
    "canaries",
    "correction_tables",
    "file_to_make",
    "index_tables",
    "stage_tables",
]
