"""Submission from S3-compatible storage: a real local server (moto), a real service."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from zhibiao.cli.main import run
from zhibiao.object_storage import ObjectStorageError, list_objects

BUCKET = "scraped"


@pytest.fixture(scope="module")
def storage() -> Iterator[Any]:
    """A client of the server, which has one bucket with reports."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patched:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
            patched.delenv(name, raising=False)
        patched.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
        patched.setenv("AWS_ACCESS_KEY_ID", "test")
        patched.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-the-storage")
        patched.setenv("AWS_CONFIG_FILE", "/nonexistent")
        patched.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        for key in (
            "2023/甲市.txt",
            "2023/sub/乙市.txt",
            "2023/.hidden",
            "2023/Thumbs.db",
            "other.txt",
        ):
            client.put_object(Bucket=BUCKET, Key=key, Body=f"报告 {key}".encode())
        client.put_object(Bucket=BUCKET, Key="2023/", Body=b"")
        yield client
    server.stop()


def documents(service: Any) -> dict[str, bytes]:
    with service.client as client:
        return {
            document["source"]: service.http.get(f"/v1/documents/{document['id']}/source").content
            for document in client.documents(limit=500)
        }


def test_all_objects_under_a_prefix_are_submitted_with_their_names_and_bytes(
    service: Any, storage: Any
) -> None:
    with service.client as client:
        made = client.submit(f"s3://{BUCKET}/2023/")
    assert made["accounts"]["files"] == 2
    assert documents(service) == {
        "甲市.txt": "报告 2023/甲市.txt".encode(),
        "sub/乙市.txt": "报告 2023/sub/乙市.txt".encode(),
    }


def test_more_objects_than_a_page_of_the_listing_come_along(
    storage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhibiao.object_storage._PAGE_KEYS", 3)
    for n in range(10):
        storage.put_object(Bucket=BUCKET, Key=f"many/{n:05}.txt", Body=b"x")
    assert len(list_objects(f"s3://{BUCKET}/many")) == 10


def test_the_command_takes_prefixes_beside_paths_and_names_what_is_wrong(
    service: Any,
    storage: Any,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ZHIBIAO_URL", service.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", service.token)
    (tmp_path / "local.txt").write_text("a local one")
    assert run(["submit", f"s3://{BUCKET}/other", str(tmp_path / "local.txt")]) == 0
    assert set(documents(service)) == {"other.txt", "local.txt"}
    capsys.readouterr()
    assert run(["submit", f"s3://{BUCKET}/nothing-here"]) == 1
    assert "no object" in capsys.readouterr().err
    assert run(["submit", "s3://no-such-bucket/x"]) == 1
    told = capsys.readouterr().err
    assert "no-such-bucket" in told
    assert "a-secret-of-the-storage" not in told
    assert run(["submit", "s3:///x"]) == 1
    assert "names no bucket" in capsys.readouterr().err
    assert run(["submit", "no-such-file.txt"]) == 2


def test_an_object_that_is_gone_when_it_is_opened_is_left_out_and_named(
    service: Any, storage: Any
) -> None:
    storage.put_object(Bucket=BUCKET, Key="fleeting/a.txt", Body=b"here")
    storage.put_object(Bucket=BUCKET, Key="fleeting/b.txt", Body=b"gone soon")
    files = list_objects(f"s3://{BUCKET}/fleeting/")
    storage.delete_object(Bucket=BUCKET, Key="fleeting/b.txt")
    left_out: list[str] = []
    with service.client as client:
        client.send(files, unreadable=lambda file, _error: left_out.append(file.place))
    assert left_out == [f"s3://{BUCKET}/fleeting/b.txt"]
    assert documents(service) == {"a.txt": b"here"}


def test_without_the_extra_it_is_said_what_to_install() -> None:
    code = (
        "import sys; sys.modules['boto3'] = None\n"
        "from zhibiao.object_storage import list_objects, ObjectStorageError\n"
        "try: list_objects('s3://a/b')\n"
        "except ObjectStorageError as error: print(error.message)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'zhibiao[s3]'" in done.stdout


def test_storage_that_does_not_answer_is_an_error_and_no_hang(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr("zhibiao.object_storage._TRIES", 1)
    with pytest.raises(ObjectStorageError, match="cannot be listed"):
        list_objects("s3://a/b")
