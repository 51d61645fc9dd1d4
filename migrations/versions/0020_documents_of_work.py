"""An index that finds documents by their work

On PostgreSQL nobody writes documents while it is built.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_documents_work_id", "documents", ["work_id"])


def downgrade() -> None:
    op.drop_index("ix_documents_work_id", table_name="documents")
