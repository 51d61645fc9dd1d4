"""The table of the hashes of prints; see `zhibiao.store.database.schema` for the others."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from zhibiao.store.database.columns import Key
from zhibiao.store.database.schema import metadata

# Of canonical prints: the smallest hashes of their sketches. Only of regions and years that have
# many of them, so that those which share text with a new print are found without the others.
print_hashes = Table(
    "print_hashes",
    metadata,
    Column("region_code", String(6), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("hash", BigInteger, primary_key=True),
    Column("document_id", Key, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "document_id"),
    sqlite_with_rowid=False,
)
