"""`--as-of` takes a run, a date or a time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zhibiao.store.database.errors import InvalidSelection
from zhibiao.store.outputs.publications import AsOf
from zhibiao.store.queries.manifests import parse_moment


def seconds(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("12", AsOf(run=12)),
        ("2026-01-31", AsOf(seconds=seconds(2026, 2, 1))),
        ("2026-01-31T08:30", AsOf(seconds=seconds(2026, 1, 31, 8, 30))),
        ("2026-01-31T08:30:00+08:00", AsOf(seconds=seconds(2026, 1, 31, 0, 30))),
    ],
)
def test_moments_are_read(written: str, moment: AsOf) -> None:
    assert parse_moment(written) == moment


@pytest.mark.parametrize("written", ["", "yesterday", "2026-02-30", "-3", "9" * 30])
def test_what_is_no_moment_is_refused(written: str) -> None:
    with pytest.raises(InvalidSelection):
        parse_moment(written)
