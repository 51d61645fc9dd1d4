"""Where the words of a report end, for keyword sets

Rows that are there have none: such reports are cut when keywords are counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("term_counts", sa.Column("cut", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("term_counts", schema=None) as batch_op:
        batch_op.drop_column("cut")
