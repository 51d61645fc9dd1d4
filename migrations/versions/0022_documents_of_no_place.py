"""An index over the documents whose region or year is not known, though something is stated in them

On PostgreSQL nobody writes documents while it is built.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_OF_NO_PLACE = "extraction_id IS NOT NULL AND NOT barren AND (region_code IS NULL OR year IS NULL)"
# With signs by which SQLite takes no other index.
_ON_SQLITE = "extraction_id IS NOT NULL AND barren = 0 AND (+region_code IS NULL OR +year IS NULL)"


def upgrade() -> None:
    op.create_index(
        "ix_documents_unplaced",
        "documents",
        ["id"],
        sqlite_where=sa.text(_ON_SQLITE),
        postgresql_where=sa.text(_OF_NO_PLACE),
    )


def downgrade() -> None:
    op.drop_index("ix_documents_unplaced", table_name="documents")
