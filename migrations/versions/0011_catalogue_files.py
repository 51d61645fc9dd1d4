"""The files of catalogues, so that a later one can be compared with them

Documents that are there were made with one that is not kept: it is noted by the first worker that
starts with it still in use.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_catalogue_files")),
    )


def downgrade() -> None:
    op.drop_table("catalogue_files")
