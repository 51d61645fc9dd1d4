"""Which clean texts the full-text index knows

It begins empty: upkeep fills it, and what it does not know yet is read through.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "text_index",
        sa.Column("id", key, sa.Identity(always=False), nullable=False),
        sa.Column("document_id", key, nullable=False),
        sa.Column("hash", sa.String(length=40), nullable=False),
        sa.Column("grams", ARRAY(sa.SmallInteger()).with_variant(sa.LargeBinary(), "sqlite")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_text_index_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_index")),
        sa.UniqueConstraint("document_id", "hash", name=op.f("uq_text_index_document_id_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_text_index_grams",
        "text_index",
        ["grams"],
        postgresql_using="gin",
        sqlite_where=sa.text("grams IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("text_index")
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE IF EXISTS text_trigram_terms")
        op.execute("DROP TABLE IF EXISTS text_trigrams")
