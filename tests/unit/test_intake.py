"""How much of an upload is kept while it arrives."""

from __future__ import annotations

import pytest

from api.intake import kept_bytes
from zhibiao.settings import Settings

SETTINGS = Settings(max_file_bytes=1_000, max_request_bytes=9_000)


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "A.TGZ", "a.ndjson", "a.json", "a.csv"])
def test_what_may_hold_many_files_may_be_as_large_as_a_request(name: str) -> None:
    assert kept_bytes(SETTINGS, name) == 9_000


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.tar.bz2", "a.tar.xz", "a.rar", "a.7z"])
def test_what_is_one_file_or_is_not_opened_may_be_as_large_as_a_file(name: str) -> None:
    assert kept_bytes(SETTINGS, name) == 1_000
