"""Columns that several tables have; see `schema`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, String, Text, text

from zhibiao.domain import Stage

# SQLite numbers a primary key by itself only if it is INTEGER; PostgreSQL should not run out.
Key = BigInteger().with_variant(Integer, "sqlite")


def outputs() -> list[Column[Any]]:
    """Which output of each stage counts, and the version of the stage that vouches for it."""
    return [
        *(Column(f"{stage.value}_hash", String(40)) for stage in Stage),
        *(Column(f"{stage.value}_version", String(64)) for stage in Stage),
        Column("extraction_id", Key),  # no foreign key: generations may be pruned
    ]


def described() -> list[Column[Any]]:
    """What is known about a report."""
    return [
        Column("title", Text),
        Column("region", Text),
        Column("region_code", String(6)),
        Column("province", Text),
        Column("level", String(16)),
        Column("year", Integer),
        Column("review_year", Integer),
        Column("speaker", Text),
        Column("delivered_on", String(10)),  # ISO date
        Column("meeting", Text),
        Column("partial", Boolean, nullable=False, server_default=text("false")),
        Column("metadata_notes", JSON),  # {"decided_by": {field: how}, "candidates": [code]}
    ]
