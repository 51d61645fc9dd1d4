"""The tables of the indexes over texts and names; see `schema` for the others."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from zhibiao.store.database.columns import Key
from zhibiao.store.database.schema import metadata, numbered

# Which clean texts the full-text index knows (`zhibiao.store.outputs.text_index`).
text_index = numbered(
    "text_index",
    Column("document_id", Key, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("hash", String(40), nullable=False),  # documents.clean_hash then
    # On PostgreSQL, of each character and each two that follow one another, a number. SQLite has
    # an index of its own kind instead, a virtual table.
    Column("grams", ARRAY(SmallInteger).with_variant(LargeBinary, "sqlite")),
    UniqueConstraint("document_id", "hash"),
    Index(
        "ix_text_index_grams",
        "grams",
        postgresql_using="gin",
        sqlite_where=text("grams IS NOT NULL"),  # of no row
    ),
)

# The file names (`zhibiao.store.database.name_index`), on PostgreSQL: of each its characters and
# each two that follow one another. SQLite has a virtual table instead, and no row here.
name_index = Table(
    "name_index",
    metadata,
    Column(
        "document_id",
        Key,
        ForeignKey("documents.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("grams", ARRAY(Text).with_variant(LargeBinary, "sqlite")),
    Index(
        "ix_name_index_grams",
        "grams",
        postgresql_using="gin",
        sqlite_where=text("grams IS NOT NULL"),  # of no row
    ),
)
