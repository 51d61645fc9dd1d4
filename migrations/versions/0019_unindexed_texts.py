"""Of which documents the full-text index does not know the text

An index over those few. Of the documents that are there it is found from what the index knows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_KNOWN = """
UPDATE documents SET indexed_hash = clean_hash
WHERE EXISTS (
    SELECT 1 FROM text_index
    WHERE text_index.document_id = documents.id AND text_index.hash = documents.clean_hash
)
"""
_OF_TEXTS = "clean_hash IS NOT NULL AND (canonical_id IS NULL OR canonical_id = id)"


def upgrade() -> None:
    op.add_column("documents", sa.Column("indexed_hash", sa.String(length=40), nullable=True))
    op.execute(_KNOWN)
    op.create_index(
        "ix_documents_unindexed",
        "documents",
        ["id"],
        sqlite_where=sa.text(f"{_OF_TEXTS} AND indexed_hash IS NOT clean_hash"),
        postgresql_where=sa.text(f"{_OF_TEXTS} AND indexed_hash IS DISTINCT FROM clean_hash"),
    )


def downgrade() -> None:
    op.drop_index("ix_documents_unindexed", table_name="documents")
    op.drop_column("documents", "indexed_hash")
