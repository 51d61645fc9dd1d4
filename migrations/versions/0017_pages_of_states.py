"""An index that gives the documents of a state in the order of their pages

It takes the place of one without an order. On PostgreSQL nobody writes work while it is built.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NOT_DONE = sa.text("state <> 'done'")


def upgrade() -> None:
    _not_done("state", "document_id")


def downgrade() -> None:
    _not_done("state")


def _not_done(*columns: str) -> None:
    op.drop_index("ix_work_not_done", table_name="work")
    op.create_index(
        "ix_work_not_done",
        "work",
        columns,
        sqlite_where=_NOT_DONE,
        postgresql_where=_NOT_DONE,
    )
