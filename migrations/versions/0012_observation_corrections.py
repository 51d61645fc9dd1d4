"""What a person says of observations, and which reports were checked

Rows that are there are nobody's correction: the new columns are empty in them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "observation_corrections",
        sa.Column("id", key, sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("found", sa.JSON(), nullable=True),
        sa.Column("meant", sa.JSON(), nullable=True),
        sa.Column("read_hash", sa.String(length=40), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["sources.sha256"],
            name=op.f("fk_observation_corrections_sha256"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_corrections")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_observation_corrections_sha256_part"),
        "observation_corrections",
        ["sha256", "part"],
        unique=False,
    )
    op.create_table(
        "checked_reports",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["sources.sha256"],
            name=op.f("fk_checked_reports_sha256"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sha256", "part", name=op.f("pk_checked_reports")),
    )
    op.add_column("observations", sa.Column("correction_id", key, nullable=True))
    op.add_column("observations", sa.Column("corrected", sa.String(length=8), nullable=True))
    op.add_column("observations", sa.Column("layer", sa.String(length=9), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("observations", schema=None) as batch_op:
        batch_op.drop_column("layer")
        batch_op.drop_column("corrected")
        batch_op.drop_column("correction_id")
    op.drop_table("checked_reports")
    op.drop_index(
        op.f("ix_observation_corrections_sha256_part"), table_name="observation_corrections"
    )
    op.drop_table("observation_corrections")
