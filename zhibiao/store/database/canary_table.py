"""The table of the canaries (`zhibiao.store.work.canaries`): see `schema` for the others."""

from __future__ import annotations

from sqlalchemy import Column, Double, String, Table, Text

from zhibiao.store.database.schema import metadata

canaries = Table(
    "canaries",
    metadata,
    Column("queue", String(80), primary_key=True),
    Column("sent_at", Double, nullable=False),  # the oldest one that is unanswered, else the last
    Column("answered_at", Double),
    Column("answered_by", Text),  # worker node
)
