"""The line of stages that tests of reprocessing change."""

from __future__ import annotations

import pytest
from line_of_stages import Line

from zhibiao.store import Store


@pytest.fixture
def line(store: Store) -> Line:
    """On SQLite and on PostgreSQL."""
    return Line(store)
