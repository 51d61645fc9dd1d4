"""What the doctor finds, on a store with processed reports that a test then damages."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from workers.__main__ import main
from zhibiao.store.database import schema
from zhibiao.testing.reports import generate_many

Findings = dict[str, list[Mapping[str, str]]]
Doctor = Callable[..., tuple[int, Findings]]


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Asks as `zhibiao doctor` does: its exit code, and its findings by check."""

    def ask(service: Any, *options: str, **more: str) -> tuple[int, Findings]:
        for name in [name for name in os.environ if name.startswith("ZHIBIAO_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("ZHIBIAO_DATA_DIR", str(service.settings.data_dir))
        monkeypatch.setenv("ZHIBIAO_BROKER_URL", service.settings.broker_url)
        for name, value in more.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = main(["doctor", "--json", *options])
        found: Findings = {}
        for finding in json.loads(capsys.readouterr().out)["findings"]:
            found.setdefault(finding["check"], []).append(finding)
        return code, found

    return ask


@pytest.fixture(scope="module")
def filled(serve: Any) -> Any:
    service = serve()
    reports = {f"{n}.txt": made.text.encode() for n, made in enumerate(generate_many(6, seed=3))}
    service.submit(reports | {"again.txt": reports["0.txt"]})
    service.work()
    return service


def test_a_sound_store_is_said_to_be_sound_and_a_missing_broker_is_an_error(
    filled: Any, doctor: Doctor
) -> None:
    code, found = doctor(filled)
    assert code == 2
    assert found["integrity"][0]["gravity"] == "ok"
    assert "6 sources and 24 outputs" in found["integrity"][0]["detail"]
    assert "cannot be compared" not in found["integrity"][0]["detail"]
    assert found["accounts"][0]["detail"] == "All 7 documents are accounted for."
    assert found["broker"][0]["gravity"] == "error"
    assert "ZHIBIAO_BROKER_URL" in found["broker"][0]["todo"]
    assert "integrity" not in doctor(filled, "--quick")[1]


DAMAGES = {
    "source": "UPDATE sources SET size = size + 1",
    "read": "UPDATE raw_texts SET text = (SELECT text FROM raw_texts WHERE document_id = 2)"
    " WHERE document_id = 1",
    "clean": "UPDATE clean_texts SET text = x'28b52ffd' WHERE document_id = 1",
    "segment": "UPDATE term_counts SET counts = (SELECT counts FROM term_counts"
    " WHERE document_id = 2) WHERE document_id = 1",
    "extract": "DELETE FROM observations WHERE ordinal = 3",
}


def test_what_is_damaged_is_named_with_what_to_do(
    filled: Any, doctor: Doctor, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(filled.settings.data_dir / "zhibiao.db")) as whole:
        copy = sqlite3.connect(tmp_path / "zhibiao.db")
        whole.backup(copy)
    with closing(copy), copy:
        for statement in DAMAGES.values():
            copy.execute(statement)
    code, found = doctor(filled, ZHIBIAO_DATA_DIR=str(tmp_path))
    assert code == 2
    for kind in DAMAGES:
        named = "The source" if kind == "source" else f"The output of {kind} of document"
        told = [each for each in found["integrity"] if each["detail"].startswith(named)]
        assert told, kind
        assert all(each["gravity"] == "error" and each["todo"] for each in told)


def test_lost_rows_and_orphans_are_found(serve: Any, doctor: Doctor) -> None:
    service = serve()
    service.submit({"a.txt": b"one", "b.txt": b"two"})
    with service.store.write() as connection:
        connection.execute(
            insert(schema.sources).values(
                sha256="0" * 64, size=1, content=b"x", created_at=time.time() - 9999
            )
        )
        connection.execute(delete(schema.work).where(schema.work.c.document_id == 1))
        connection.execute(
            update(schema.documents).where(schema.documents.c.id == 2).values(read_hash="gone")
        )
    code, found = doctor(service, "--quick")
    assert code == 2
    told = " ".join(finding["detail"] for finding in found["accounts"])
    assert "1 documents are in no state" in told
    assert "runs 1 do not add up" in told
    assert "1 documents lack their output of read" in told
    assert found["orphans"][0]["gravity"] == "warning"


def test_a_wrong_setting_a_broken_catalogue_and_an_open_folder_are_named(
    serve: Any, doctor: Doctor, tmp_path: Any
) -> None:
    service = serve()
    code, found = doctor(service, ZHIBIAO_WORKRES="2")
    assert (code, list(found)) == (2, ["configuration"])
    assert "ZHIBIAO_WORKERS" in found["configuration"][0]["detail"]
    broken = tmp_path / "mine.toml"
    broken.write_text("[[indicator]\n")
    service.settings.data_dir.chmod(0o755)
    code, found = doctor(service, "--quick", ZHIBIAO_CATALOGUE=str(broken))
    assert code == 2
    assert "mine.toml" in found["configuration"][0]["detail"]
    assert found["data dir"][0]["gravity"] == "warning"
    code, found = doctor(
        service, "--quick", ZHIBIAO_DATABASE_URL="postgresql+psycopg://127.0.0.1:1/x"
    )
    assert code == 2
    assert "ZHIBIAO_DATABASE_URL" in found["database"][0]["todo"]
