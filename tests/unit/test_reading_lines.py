"""NDJSON: a document a line, a bad line alone, known by its ending or its content."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from archived import CONTENT, TEXT, members, names

from zhibiao.errors import BrokenFile, LimitExceeded, UnsupportedFormat
from zhibiao.reading import Member, read


def lines(*entries: object) -> bytes:
    return "\n".join(
        entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)
        for entry in entries
    ).encode()


def test_every_line_of_ndjson_is_a_document_with_its_metadata() -> None:
    content = lines(
        {"text": TEXT, "name": "清河县.txt", "region": "清河县", "year": 2023},
        "",
        {"text": TEXT, "source": "b.txt"},
        {"text": TEXT},
    )
    first, second, third = members(content, "all.ndjson")
    assert first == Member(
        name="清河县.txt", content=CONTENT, given={"region": "清河县", "year": 2023}
    )
    assert second.name == "b.txt"
    assert third.name == "all.ndjson:4"
    assert read(third.content or b"", third.name)[0].text == TEXT


def test_a_line_that_is_no_document_names_its_number_and_the_others_go_on() -> None:
    content = lines({"text": TEXT}, '{"text": ', [1], {"txt": TEXT}, {"text": 5}, {"text": TEXT})
    found = members(content, "all.jsonl")
    assert [member.error is None for member in found] == [True, False, False, False, False, True]
    for number, member in enumerate(found[1:5], 2):
        assert isinstance(member.error, BrokenFile)
        assert member.error.details["line"] == number
        assert member.error.message.startswith(f"all.jsonl:{number} cannot be used: ")
        assert member.error.message.count("all.jsonl") == 1


def test_lines_are_known_by_their_content_too() -> None:
    assert names(lines({"text": TEXT}, {"text": TEXT}), "all.json") == ["all.json:1", "all.json:2"]
    assert names(lines({"text": TEXT * 2_000}, {"text": TEXT}), "long.json")[1:] == ["long.json:2"]
    assert names(CONTENT, "plain.ndjson") == ["plain.ndjson"]
    assert names(b"\xef\xbb\xbf" + lines({"text": TEXT}), "bom.ndjson") == ["bom.ndjson:1"]
    assert names(lines({"text": TEXT}).decode().encode("gb18030"), "gb.ndjson") == ["gb.ndjson:1"]
    assert names(lines({"text": TEXT}), "one.json") == ["one.json"]


def test_hostile_lines_are_errors_of_their_own() -> None:
    content = lines(
        '{"text": "\\ud800各位代表"}',
        '{"text": ' + "[" * 100_000,
        '{"text": "a", "n": ' + "9" * 10_000 + "}",
        {"text": "各" * 400_000},
        {"text": TEXT},
    )
    found = members(content, "all.ndjson", member_bytes=1_000_000)
    assert [member.error is None for member in found] == [False, False, False, False, True]
    assert isinstance(found[3].error, LimitExceeded)
    assert found[4].name == "all.ndjson:5"


def test_ndjson_within_an_archive_is_expanded() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("all.ndjson", lines({"text": TEXT}))
    assert names(stream.getvalue(), "a.zip") == ["a.zip/all.ndjson:1"]


def test_reading_ndjson_as_one_document_says_what_it_is() -> None:
    with pytest.raises(UnsupportedFormat, match="JSON"):
        read(lines({"text": TEXT}), "all.ndjson")
