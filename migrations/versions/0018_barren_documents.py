"""Which documents are barren: extracted, and no indicator found in them

The fact of those that are there is found from their observations. Of their texts, only those of
the barren ones are read, to tell whether they are Chinese: nobody asks of the others.
"""

import sqlalchemy as sa
import zstandard
from alembic import op

from zhibiao.store.database.types import decoded
from zhibiao.text.chinese import CHINESE

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_FIND = """
UPDATE documents SET barren = true
WHERE extraction_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM observations
    WHERE observations.extraction_id = documents.extraction_id
      AND observations.indicator IS NOT NULL
      AND observations.scope = 'region'
      AND (observations.layer IS NULL OR observations.layer <> 'overruled')
)
"""
_TEXTS = """
SELECT clean_texts.document_id, clean_texts.hash, clean_texts.text
FROM clean_texts JOIN documents
  ON documents.id = clean_texts.document_id AND documents.clean_hash = clean_texts.hash
WHERE documents.barren AND documents.id > :last ORDER BY documents.id LIMIT 50
"""
_NOTE = "UPDATE clean_texts SET chinese = :chinese WHERE document_id = :document AND hash = :hash"


def upgrade() -> None:
    op.add_column(
        "documents",
        sa.Column("barren", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.add_column("clean_texts", sa.Column("chinese", sa.Boolean(), nullable=True))
    connection = op.get_bind()
    connection.execute(sa.text(_FIND))
    op.create_index(
        "ix_documents_barren",
        "documents",
        ["id"],
        sqlite_where=sa.text("barren = 1"),
        postgresql_where=sa.text("barren"),
    )
    last = 0
    while rows := connection.execute(sa.text(_TEXTS), {"last": last}).all():
        for row in rows:
            chinese = _is_chinese(row.text)
            if chinese is not None:
                given = {"chinese": chinese, "document": row.document_id, "hash": row.hash}
                connection.execute(sa.text(_NOTE), given)
        last = rows[-1].document_id


def _is_chinese(stored: bytes) -> bool | None:
    try:
        written = decoded(zstandard.ZstdDecompressor().decompress(stored))
    except (zstandard.ZstdError, ValueError):  # damaged: an integrity check reports it
        return None
    return CHINESE.search(written) is not None


def downgrade() -> None:
    op.drop_index("ix_documents_barren", table_name="documents")
    op.drop_column("clean_texts", "chinese")
    op.drop_column("documents", "barren")
