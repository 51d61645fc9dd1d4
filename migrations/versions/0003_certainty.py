"""Whether an observation is certain, and why not

Rows that are there keep NULL: nobody had asked, and reprocessing does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("observations", sa.Column("certain", sa.Boolean(), nullable=True))
    op.add_column("observations", sa.Column("doubts", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("observations", schema=None) as batch_op:
        batch_op.drop_column("doubts")
        batch_op.drop_column("certain")
