"""The place of each observation's sentence

Rows that are there keep NULL: what extracted them did not note it, and reprocessing does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("observations", sa.Column("sentence_start", sa.Integer(), nullable=True))
    op.add_column("observations", sa.Column("sentence_end", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("observations", schema=None) as batch_op:
        batch_op.drop_column("sentence_end")
        batch_op.drop_column("sentence_start")
