"""Term counts are written as JSON, the terms as they come, whatever the terms hold."""

from __future__ import annotations

import json

import pytest

from zhibiao.domain import digests

# Beginnings of one another, and alike for longer than a few characters.
MANY = [
    f"{begins}{more}"
    for begins in ("一", "发展", "经济发", "经济社会发展", "经济社会", "GDP", "~")
    for more in ("", "一", "业", "战略", "战略性新兴产业", "~")
][::-1]
COUNTS: list[dict[str, int]] = [
    {},
    {"经济": 3},
    {"经济": 12, "GDP": 1, "发展": 0, "𠀀": 2, "高": 12},
    {"人口": 999, "亿元": 1000, "就业": 123_456},
    {'"': 1, "\\": 2, "\n": 3, "\x01": 4, "，": 5, ", ": 6, '": 1, "': 7, "/": 8},
    {"\ud800": 1, "经济": 2},
    {term: count for count, term in enumerate(MANY)},
    {term: count for count, term in enumerate([*MANY, "𠀀", "\ue000", "\uffff"])},
    {term: count for count, term in enumerate([*MANY, '"', "\\"])},
    {term: count for count, term in enumerate([*MANY, "发展\n", "发\n展"])},
    {term: count for count, term in enumerate([*MANY, ""])},
]


@pytest.mark.parametrize("counts", COUNTS)
def test_term_counts_are_written_as_json(counts: dict[str, int]) -> None:
    plain = json.dumps(counts, ensure_ascii=False)
    assert digests.written_terms(counts) == plain
    assert digests.written_terms(counts) == plain  # as often as one asks
