"""What the console's pages look reports up by"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_documents_region"), "documents", ["region"])
    op.create_index(op.f("ix_documents_year"), "documents", ["year"])
    op.create_index(
        "ix_work_at_rest",
        "work",
        ["run_id", "changed_at"],
        sqlite_where=sa.text("state NOT IN ('pending', 'running')"),
        postgresql_where=sa.text("state NOT IN ('pending', 'running')"),
    )


def downgrade() -> None:
    op.drop_index("ix_work_at_rest", table_name="work")
    op.drop_index(op.f("ix_documents_year"), table_name="documents")
    op.drop_index(op.f("ix_documents_region"), table_name="documents")
