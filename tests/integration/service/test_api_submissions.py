"""Files go in: every form of request, every kind of bad input, nothing half-written."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from archived import zipped
from raw_http import answer_of, begun_upload
from sqlalchemy import func, select
from submitted import REPORT, numbered
from waiting import wait_until

from zhibiao.store.database.schema import documents, sources
from zhibiao.store.work import runs


def states(service: Any, run: int) -> dict[str, tuple[str, str | None]]:
    listed = service.http.get(f"/v1/runs/{run}/documents", params={"limit": 1000}).json()
    return {
        document["source"]: (document["state"], document["error_code"])
        for document in listed["documents"]
    }


def stored(service: Any) -> tuple[int, int]:
    with service.store.read() as connection:
        return (
            connection.scalar(select(func.count()).select_from(documents)) or 0,
            connection.scalar(select(func.count()).select_from(sources)) or 0,
        )


def test_files_of_a_form_become_one_sealed_run_though_no_broker_answers(service: Any) -> None:
    answer = service.submit(numbered(3), label="counties")
    assert answer.status_code == 202
    run = answer.json()
    assert run["label"] == "counties"
    assert run["priority"] == "interactive"
    assert run["accounts"]["files"] == run["accounts"]["pending"] == 3
    assert run["accounts"]["balanced"]
    assert run["sealed_at"] is not None


def test_many_files_go_in_the_bulk_queue(service: Any) -> None:
    answer = service.submit(numbered(service.settings.interactive_documents + 1))
    assert answer.json()["priority"] == "bulk"


def test_one_bad_file_is_named_with_its_reason_and_the_others_go_on(serve: Any) -> None:
    service = serve(max_file_bytes=10_000)
    answer = service.submit(
        {
            "good.txt": REPORT.encode(),
            "empty.txt": b"",
            "large.txt": b"x" * 10_001,
            "../../etc/passwd": REPORT.encode() + b"!",
            "nothing.zip": zipped(),
            "folders.zip": zipped(("a/", b"")),
            "broken.zip": b"PK\x03\x04" + b"\x00" * 50,
            "twice.txt": REPORT.encode(),
        }
    )
    assert answer.status_code == 202
    found = states(service, answer.json()["id"])
    assert found["good.txt"] == ("pending", None)
    assert found["empty.txt"] == ("quarantined", "empty")
    assert found["large.txt"] == ("quarantined", "limit_exceeded")
    assert found["etc/passwd"] == ("pending", None)
    assert found["nothing.zip"][0] == "quarantined"
    assert found["folders.zip"][0] == "quarantined"
    assert found["broken.zip"][0] == "quarantined"
    assert found["twice.txt"] == ("duplicate", None)
    assert len(found) == 8


def test_a_file_field_in_which_nothing_was_chosen_is_no_file(service: Any) -> None:
    head = '--b\r\nContent-Disposition: form-data; name="files"; filename="{}"\r\n\r\n{}\r\n'
    answer = service.http.post(
        "/v1/runs",
        content=(head.format("", "") + head.format("a.txt", REPORT) + "--b--\r\n").encode(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert set(states(service, answer.json()["id"])) == {"a.txt"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("报告 2023.txt".encode(), "报告 2023.txt"),
        ("报告.txt".encode("gb18030"), "报告.txt"),
        (b"a\x07b\x1b[31m.txt", "ab[31m.txt"),
        (b"/etc/../x.txt", "etc/x.txt"),
        (b"..", "unnamed"),
    ],
)
def test_a_file_name_is_kept_as_it_was_meant_and_made_harmless(
    service: Any, sent: bytes, kept: str
) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="'
        + sent
        + f'"\r\n\r\n{REPORT}\r\n--b--\r\n'.encode()
    )
    answer = service.http.post(
        "/v1/runs", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert set(states(service, answer.json()["id"])) == {kept}


def test_a_zip_larger_than_one_file_may_be_is_taken_and_its_members_are_judged(serve: Any) -> None:
    service = serve(max_file_bytes=5_000)
    noise = json.dumps(list(range(3000))).encode()  # about 17,000 bytes
    members = {f"{n}.txt": f"{REPORT}{n}".encode() * 40 for n in range(30)} | {"big.txt": noise}
    packed = zipped(*members.items())
    assert len(packed) > 5_000
    run = service.submit({"all.zip": packed}).json()
    found = states(service, run["id"])
    assert found["all.zip/big.txt"] == ("quarantined", "limit_exceeded")
    assert sum(state == "pending" for state, _ in found.values()) == 30


def test_a_malformed_line_of_an_ndjson_body_fails_alone_and_says_which(service: Any) -> None:
    lines = [
        json.dumps({"name": f"{n}.txt", "text": f"{REPORT}{n}", "year": 2023}) for n in range(500)
    ]
    lines[299] = '{"name": "300.txt", "text": '
    answer = service.http.post(
        "/v1/runs?label=lines",
        content="\n".join(lines).encode(),
        headers={"Content-Type": "application/x-ndjson"},
    )
    accounts = answer.json()["accounts"]
    assert (accounts["pending"], accounts["quarantined"]) == (499, 1)
    bad = service.http.get("/v1/documents", params={"state": "quarantined"}).json()["documents"]
    assert "300" in bad[0]["error_message"]
    first = service.http.get("/v1/documents/1").json()
    assert first["given"]["year"] == 2023


def test_a_zip_body_is_a_submission(service: Any) -> None:
    answer = service.http.post(
        "/v1/runs?name=scrape.zip",
        content=zipped(*numbered(2).items()),
        headers={"Content-Type": "application/zip"},
    )
    assert set(states(service, answer.json()["id"])) == {"scrape.zip/0.txt", "scrape.zip/1.txt"}


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("text/plain", b"hello", 415, "unsupported_body"),
        ("application/zip", b"", 422, "nothing_submitted"),
        ("application/x-ndjson", b"", 422, "nothing_submitted"),
        ("multipart/form-data", b"", 422, "incomplete_upload"),
        ("multipart/form-data; boundary=x", b"nonsense", 422, "incomplete_upload"),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 422, "nothing_submitted"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nabc',
            422,
            "incomplete_upload",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="nope"\r\n\r\nabc\r\n--x--\r\n',
            422,
            "invalid_request",
        ),
    ],
)
def test_a_request_that_is_no_submission_is_refused_and_leaves_nothing(
    service: Any, content_type: str, body: bytes, status: int, code: str
) -> None:
    answer = service.http.post("/v1/runs", content=body, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert service.http.get("/v1/runs").json()["runs"] == []
    assert stored(service) == (0, 0)


def test_a_request_above_the_limit_is_refused_announced_or_not(serve: Any) -> None:
    service = serve(max_request_bytes=50_000)

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 10_000

    headers = {"Content-Type": "application/zip"}
    for body in (b"x" * 60_000, pieces()):
        answer = service.http.post("/v1/runs", content=body, headers=headers)
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "request_too_large"
    assert stored(service) == (0, 0)


def test_an_upload_that_breaks_off_leaves_nothing_behind(service: Any) -> None:
    part = '--b\r\nContent-Disposition: form-data; name="files"; filename="{}.txt"\r\n\r\n{}\r\n'
    with begun_upload(service, "multipart/form-data; boundary=b") as wire:
        for n in range(100):  # more than one batch, so that some are in the database
            wire.sendall(part.format(n, f"{REPORT}{n}").encode())
        wait_until(lambda: stored(service)[0] > 0)
    wait_until(lambda: stored(service) == (0, 0))
    assert service.http.get("/v1/runs").json()["runs"] == []


def test_a_repeated_key_returns_the_first_run_and_stores_nothing_twice(service: Any) -> None:
    first = service.http.post(
        "/v1/runs",
        files=[("files", ("a.txt", REPORT.encode()))],
        headers={"Idempotency-Key": "k-1"},
    )
    again = service.http.post(
        "/v1/runs",
        files=[("files", ("a.txt", REPORT.encode()))],
        headers={"Idempotency-Key": "k-1"},
    )
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    assert stored(service) == (1, 1)


def test_a_key_whose_upload_goes_on_is_a_conflict_to_retry(service: Any) -> None:
    with service.store.write() as connection:
        runs.create(
            connection,
            kind="submission",
            priority="bulk",
            label="",
            now=time.time(),
            idempotency_key="k-2",
        )
    answer = service.http.post(
        "/v1/runs",
        files=[("files", ("a.txt", REPORT.encode()))],
        headers={"Idempotency-Key": "k-2"},
    )
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "idempotency_key_in_use"
    assert int(answer.headers["retry-after"]) > 0


def test_a_key_whose_receiver_was_killed_is_free_again_after_a_minute(service: Any) -> None:
    with service.store.write() as connection:
        runs.create(
            connection,
            kind="submission",
            priority="bulk",
            label="",
            now=time.time() - 120,
            idempotency_key="k-3",
        )
    answer = service.http.post(
        "/v1/runs",
        files=[("files", ("a.txt", REPORT.encode()))],
        headers={"Idempotency-Key": "k-3"},
    )
    assert answer.status_code == 202
    assert len(service.http.get("/v1/runs").json()["runs"]) == 1


def test_a_full_backlog_puts_submissions_off_until_it_drains(serve: Any) -> None:
    service = serve(max_backlog=2)
    assert service.submit(numbered(2)).status_code == 202
    refused = service.submit({"late.txt": b"later"})
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "backlog_full"
    assert int(refused.headers["retry-after"]) > 0
    service.work()
    assert service.submit({"late.txt": REPORT.encode() + b"late"}).status_code == 202


def test_what_a_run_that_is_still_received_brought_makes_no_duplicates_of_others(
    service: Any,
) -> None:
    """Else a file would be left out for the sake of one that is forgotten a moment later."""
    part = '--b\r\nContent-Disposition: form-data; name="files"; filename="{}.txt"\r\n\r\n{}\r\n'
    with begun_upload(service, "multipart/form-data; boundary=b") as wire:
        for n in range(100):
            wire.sendall(part.format(n, f"{REPORT}第{n}份。").encode())
        wait_until(lambda: stored(service)[0] > 0)
        run = service.submit(numbered(1)).json()
    wait_until(lambda: stored(service) == (1, 1))
    assert states(service, run["id"]) == {"0.txt": ("pending", None)}


@pytest.mark.long
def test_five_thousand_files_go_through_in_one_request(service: Any) -> None:
    def body() -> Iterator[bytes]:
        for n in range(5000):
            yield (
                f'--b\r\nContent-Disposition: form-data; name="files"; filename="{n}.txt"\r\n\r\n'
                f"{REPORT}{n}\r\n"
            ).encode()
        yield b"--b--\r\n"

    answer = service.http.post(
        "/v1/runs",
        content=body(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
        timeout=httpx.Timeout(120),
    )
    assert answer.status_code == 202
    assert answer.json()["accounts"]["pending"] == 5000


def test_an_upload_that_stands_still_is_given_up(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.arriving.WINDOW_SECONDS", 0.3)
    with begun_upload(service) as wire:
        wire.settimeout(10)
        wire.sendall(b"PK")
        status, answer = answer_of(wire)
    assert (status, answer["error"]["code"]) == (408, "request_timeout")
    assert stored(service) == (0, 0)
    assert service.http.get("/v1/runs").json()["runs"] == []


def test_a_run_that_is_still_received_shows_signs_of_life(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.intake.TOUCH_SECONDS", 0.05)

    def touched() -> float:
        with service.store.read() as connection:
            return float(runs.get(connection, 1)["touched_at"])

    with begun_upload(service) as wire:
        wait_until(lambda: service.http.get("/v1/runs/1").status_code == 200)
        first = touched()

        def later() -> bool:
            wire.sendall(b"x")
            return touched() > first

        wait_until(later)
        assert service.http.get("/v1/runs/1").json()["status"] == "receiving"
