"""Canonical prints are found without looking at all prints of their region and year

The hashes of a region and year that has many prints already are written when the next print of it
is linked.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_index(
        "ix_documents_canonical",
        "documents",
        ["region_code", "year"],
        sqlite_where=sa.text("canonical_id = id"),
        postgresql_where=sa.text("canonical_id = id"),
    )
    op.create_index(
        "ix_documents_further_prints",
        "documents",
        ["canonical_id"],
        sqlite_where=sa.text("canonical_id != id"),
        postgresql_where=sa.text("canonical_id <> id"),
    )
    op.create_table(
        "print_hashes",
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_print_hashes_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            *("region_code", "year", "hash", "document_id"), name=op.f("pk_print_hashes")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_print_hashes_document_id"), "print_hashes", ["document_id"])


def downgrade() -> None:
    op.drop_table("print_hashes")
    op.drop_index("ix_documents_further_prints", "documents")
    op.drop_index("ix_documents_canonical", "documents")
