"""What is said of files as they are submitted: of all, of single ones, of members of archives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from archived import zipped
from submitted import REPORT, numbered


def assert_nothing_kept(service: Any) -> None:
    assert service.http.get("/v1/runs").json()["runs"] == []
    assert service.http.get("/v1/documents").json()["documents"] == []


def test_metadata_apply_to_all_files_and_to_single_ones(service: Any) -> None:
    service.submit(
        numbered(2), metadata=json.dumps({"province": "陕西省", "1.txt": {"year": 2022}})
    )
    given = [service.http.get(f"/v1/documents/{n}").json()["given"] for n in (1, 2)]
    assert given == [{"province": "陕西省"}, {"province": "陕西省", "year": 2022}]


@pytest.mark.parametrize(
    "metadata", ["not json", "[1]", '{"colour": "red"}', '{"a.txt": {"colour": "red"}}']
)
def test_metadata_that_mean_nothing_are_refused_and_nothing_is_kept(
    service: Any, metadata: str
) -> None:
    answer = service.submit(numbered(2), metadata=metadata)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_metadata"
    assert_nothing_kept(service)


def test_members_of_an_archive_are_named_by_their_path_or_their_name_and_the_closest_wins(
    service: Any,
) -> None:
    known = {
        "two.zip": {"province": "陕西省", "year": 2020},
        "a.txt": {"region": "彬州市"},
        "two.zip/2023/b.txt": {"region": "诸暨市", "year": 2023},
        "two.zip/2024": {"year": 2024},
        "c.txt": {"year": 2025},
    }
    members = {name: REPORT.encode() + name.encode() for name in ("a.txt", "2023/b.txt")}
    members |= {name: REPORT.encode() + name.encode() for name in ("2024/c.txt", "2024/d.txt")}
    answer = service.submit({"two.zip": zipped(*members.items())}, metadata=json.dumps(known))
    assert answer.status_code == 202, answer.text
    given = {
        found["source"]: service.http.get(f"/v1/documents/{found['id']}").json()["given"]
        for found in service.http.get("/v1/documents").json()["documents"]
    }
    assert given == {
        "two.zip/a.txt": {"province": "陕西省", "year": 2020, "region": "彬州市"},
        "two.zip/2023/b.txt": {"province": "陕西省", "year": 2023, "region": "诸暨市"},
        "two.zip/2024/c.txt": {"province": "陕西省", "year": 2025},
        "two.zip/2024/d.txt": {"province": "陕西省", "year": 2024},
    }


def test_a_line_of_ndjson_is_named_by_what_it_says_its_name_is(service: Any) -> None:
    lines = "".join(
        json.dumps({"name": name, "text": REPORT + name}) + "\n" for name in ("a.txt", "b.txt")
    )
    known = {"all.ndjson": {"province": "陕西省"}, "b.txt": {"year": 2022}}
    answer = service.submit({"all.ndjson": lines.encode()}, metadata=json.dumps(known))
    assert answer.status_code == 202, answer.text
    given = [service.http.get(f"/v1/documents/{n}").json()["given"] for n in (1, 2)]
    assert given == [{"province": "陕西省"}, {"province": "陕西省", "year": 2022}]


@pytest.mark.parametrize("body", ["form", "zip"])
def test_metadata_of_a_file_that_does_not_come_are_refused_by_name(service: Any, body: str) -> None:
    metadata = json.dumps({"0.txt": {"year": 2023}, "c2.txt": {"year": 2023}})
    if body == "form":
        answer = service.submit(numbered(2), metadata=metadata)
    else:
        answer = service.http.post(
            "/v1/runs",
            params={"metadata": metadata},
            content=zipped(*numbered(2).items()),
            headers={"Content-Type": "application/zip"},
        )
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "invalid_metadata"
    assert error["details"]["unmatched"] == ["c2.txt"]
    assert "c2.txt" in error["message"]
    assert_nothing_kept(service)


def test_metadata_after_the_files_are_refused_rather_than_ignored(service: Any) -> None:
    answer = service.http.post(
        "/v1/runs",
        files=[("files", ("a.txt", REPORT.encode())), ("metadata", (None, b'{"year": 2023}'))],
    )
    assert answer.status_code == 422
    assert "before the files" in answer.json()["error"]["message"]
    assert_nothing_kept(service)
