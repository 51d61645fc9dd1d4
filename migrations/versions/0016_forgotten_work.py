"""How many documents of a run's states are only counted, since their work is forgotten"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "forgotten_work",
        sa.Column("run_id", _KEY, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_forgotten_work_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "state", name=op.f("pk_forgotten_work")),
    )


def downgrade() -> None:
    op.drop_table("forgotten_work")
