"""What a person corrects of a report's region, year and other metadata"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "metadata_corrections",
        sa.Column("id", key, sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["sources.sha256"],
            name=op.f("fk_metadata_corrections_sha256"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metadata_corrections")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_metadata_corrections_sha256_part"),
        "metadata_corrections",
        ["sha256", "part"],
        unique=False,
    )
    op.create_index(
        "uq_metadata_corrections_in_force",
        "metadata_corrections",
        ["sha256", "part", "field"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq_metadata_corrections_in_force", table_name="metadata_corrections")
    op.drop_index(op.f("ix_metadata_corrections_sha256_part"), table_name="metadata_corrections")
    op.drop_table("metadata_corrections")
