"""The tables of what the stages' versions are made of, and of what runs have executed of them."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, ForeignKey, Integer, String, Table, text

from zhibiao.store.database.columns import Key
from zhibiao.store.database.schema import metadata
from zhibiao.store.database.types import CompressedText

stage_versions = Table(
    "stage_versions",
    metadata,
    Column("stage", String(16), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("inputs", JSON, nullable=False),  # {input: its digest}, which make the version up
    Column("seen_at", Double, nullable=False),  # first
)

# The files of the catalogues that versions of `extract` were made of, by the digests that
# `stage_versions.inputs` has: what has changed since is told from their text.
catalogue_files = Table(
    "catalogue_files",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("text", CompressedText, nullable=False),
)

run_stages = Table(
    "run_stages",
    metadata,
    Column("run_id", Key, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("executed", Integer, nullable=False),  # documents
    Column("unchanged", Integer, nullable=False),  # of them, those whose output came out the same
    Column("seconds", Double, nullable=False),  # of a worker process
    # Further reports that files turned out to hold: documents that nobody had counted before.
    Column("found", Integer, nullable=False, server_default=text("0")),
)

# Work that is not kept any more, counted: so that a run's states still add up.
forgotten_work = Table(
    "forgotten_work",
    metadata,
    Column("run_id", Key, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("state", String(16), primary_key=True),
    Column("documents", Integer, nullable=False),
    Column("files", Integer, nullable=False),  # documents that were the first of their file
)
