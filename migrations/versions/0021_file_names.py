"""An index of file names, which the database itself keeps

On PostgreSQL. SQLite's is made after the migrations (`zhibiao.store.database.name_index`), if its
library can.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# A function of the database, because workers of earlier versions insert documents too.
_GRAMS = """
CREATE OR REPLACE FUNCTION name_grams(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(DISTINCT substr(name, place, size))
    FROM generate_series(1, length(name)) AS place, generate_series(1, 2) AS size
$$
"""
_KEEP = """
CREATE OR REPLACE FUNCTION keep_name_index() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO name_index (document_id, grams) SELECT id, name_grams(name) FROM made;
    RETURN NULL;
END
$$
"""
_TRIGGER = """
CREATE TRIGGER keep_name_index AFTER INSERT ON documents
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION keep_name_index()
"""
_ALL = "INSERT INTO name_index (document_id, grams) SELECT id, name_grams(name) FROM documents"


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "name_index",
        sa.Column("document_id", key, autoincrement=False, nullable=False),
        sa.Column(
            "grams", ARRAY(sa.Text()).with_variant(sa.LargeBinary(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_name_index_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_name_index")),
    )
    on_postgres = op.get_context().dialect.name == "postgresql"
    if on_postgres:
        for statement in (_GRAMS, _KEEP, _ALL, _TRIGGER):
            op.execute(statement)
    op.create_index(
        "ix_name_index_grams",
        "name_index",
        ["grams"],
        postgresql_using="gin",
        sqlite_where=sa.text("grams IS NOT NULL"),
    )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP TRIGGER keep_name_index ON documents")
        op.execute("DROP FUNCTION keep_name_index()")
        op.execute("DROP FUNCTION name_grams(text)")
    else:
        for trigger in ("name_trigrams_of_new", "name_trigrams_of_gone"):
            op.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        op.execute("DROP TABLE IF EXISTS name_trigram_terms")
        op.execute("DROP TABLE IF EXISTS name_trigrams")
    op.drop_table("name_index")
