"""An index of the documents that state something of an unknown region or year

On PostgreSQL nobody writes documents while it is built.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_FEW = "extraction_id IS NOT NULL AND {barren} AND (region_code IS NULL OR year IS NULL)"


def upgrade() -> None:
    op.create_index(
        "ix_documents_unplaced",
        "documents",
        ["id"],
        sqlite_where=sa.text(_FEW.format(barren="barren = 0")),
        postgresql_where=sa.text(_FEW.format(barren="NOT barren")),
    )


def downgrade() -> None:
    op.drop_index("ix_documents_unplaced", table_name="documents")
