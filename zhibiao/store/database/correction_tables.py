"""The tables of what people correct; see `zhibiao.store.database.schema` for the others."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, ForeignKey, Index, Integer, String, Table, Text, text

from zhibiao.store.database.schema import metadata, numbered

# What a person says of a report, whatever the stages find: of the report of a source, so that it
# holds for every document that the same bytes become. Only the last of a field is in force.
metadata_corrections = numbered(
    "metadata_corrections",
    Column("sha256", String(64), ForeignKey("sources.sha256", ondelete="CASCADE"), nullable=False),
    Column("part", Integer, nullable=False),  # as in documents
    Column("field", String(16), nullable=False),  # of `zhibiao.metadata.corrected.CORRECTABLE`
    Column("value", JSON, nullable=False),
    Column("before", JSON),  # what readers saw then
    Column("made_by", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("ended_by", Text),
    Column("ended_at", Double),  # taken back, or another one took its place
    Index(None, "sha256", "part"),
    Index(
        "uq_metadata_corrections_in_force",
        "sha256",
        "part",
        "field",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# What a person says of an observation: of the report of a source, as above.
observation_corrections = numbered(
    "observation_corrections",
    Column("sha256", String(64), ForeignKey("sources.sha256", ondelete="CASCADE"), nullable=False),
    Column("part", Integer, nullable=False),
    Column("kind", String(8), nullable=False),  # right | wrong | edited | added
    # Observations by the names of their columns; decimals as texts. None: nothing was found; the
    # report does not state it.
    Column("found", JSON(none_as_null=True)),
    Column("meant", JSON(none_as_null=True)),
    Column("read_hash", String(40), nullable=False),  # of the raw text that they point into
    Column("made_by", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("ended_by", Text),
    Column("ended_at", Double),  # taken back, or another one took its place
    Index(None, "sha256", "part"),
)

# Reports of which somebody has said that their observations are right and none is missing.
checked_reports = Table(
    "checked_reports",
    metadata,
    Column(
        "sha256", String(64), ForeignKey("sources.sha256", ondelete="CASCADE"), primary_key=True
    ),
    Column("part", Integer, primary_key=True),
    Column("checked_by", Text, nullable=False),
    Column("checked_at", Double, nullable=False),
)
