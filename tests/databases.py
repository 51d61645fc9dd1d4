"""On which databases a test runs when, where not on both each time."""

from __future__ import annotations

import pytest

# For tests that start workers of their own, and where the databases hardly differ.
sqlite_and_postgres_if_long = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.long)], indirect=True
)
