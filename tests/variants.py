"""Which of its variants a test runs in `make test`, and which only in `make test-all`."""

from __future__ import annotations

import pytest

# For tests that start a worker, or take many seconds: on SQLite always, on PostgreSQL with the
# long ones.
LONG_ON_POSTGRES = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.long)],
    indirect=True,
)
