"""Texts as the store keeps them: each comes back as it was, and in few bytes."""

from __future__ import annotations

import pytest
import zstandard

from zhibiao.store.database.types import CompressedText
from zhibiao.testing.reports import generate_many

TEXTS = (
    "",
    "plain words",
    "2023年，地区生产总值增长5.5%。",
    "\ufeff全文",  # begins as UTF-16 does
    "𬭚和😀",  # two units of UTF-16 each
    "断\ud83d开",  # half a character
    "\ud83d\ude00",  # the halves of one, apart
)


def stored(text: str) -> bytes:
    written = CompressedText().process_bind_param(text, None)  # type: ignore[arg-type]
    assert written is not None
    return written


@pytest.mark.parametrize("text", TEXTS)
def test_a_stored_text_comes_back_as_it_was(text: str) -> None:
    assert CompressedText().process_result_value(stored(text), None) == text  # type: ignore[arg-type]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_that_were_stored_as_utf_8_are_still_read(text: str) -> None:
    before = zstandard.compress(text.encode("utf-8", "surrogatepass"))
    assert CompressedText().process_result_value(before, None) == text  # type: ignore[arg-type]


def test_reports_take_less_room_than_as_utf_8() -> None:
    texts = [report.text for report in generate_many(5, seed=31)]
    before = sum(len(zstandard.compress(text.encode(), 3)) for text in texts)
    assert sum(len(stored(text)) for text in texts) < 0.95 * before
