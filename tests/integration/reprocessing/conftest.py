"""The line of stages that tests of reprocessing change."""

from __future__ import annotations

import pytest
from made_up_stages import MadeUpStages

from zhibiao.store import Store


@pytest.fixture
def line(store: Store) -> MadeUpStages:
    """On SQLite and on PostgreSQL."""
    return MadeUpStages(store)
