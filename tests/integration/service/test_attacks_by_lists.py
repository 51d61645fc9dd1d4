"""More of the table of attacks: lists that take over who opens them, and what no store can hold."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import psutil
import pytest

HOSTILE = Path(__file__).resolve().parents[2] / "hostile"
MARK = "此处有诈："  # as in tests/hostile/sitecustomize.py
REPORT = "示例县政府工作报告\n\n2024年，地区生产总值326.3亿元，增长5.1%。\n"  # invented
ENTRY = json.dumps({"name": "a.txt", "text": REPORT}, ensure_ascii=False)
LISTS = {
    "csv": f'name,text\na.txt,"{REPORT}"\n'.encode(),
    "json": f"[{ENTRY}]".encode(),
    "ndjson": f"{ENTRY}\n".encode(),
}


def rows_of(service: Any, run: int) -> dict[str, dict[str, Any]]:
    answer = service.http.get(f"/v1/runs/{run}/documents").json()
    return {row["source"]: row for row in answer["documents"]}


def zipped(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture(scope="module")
def tricked(serve: Any) -> Any:
    """A service whose parsers do what a list's name says."""
    path = os.pathsep.join(filter(None, (str(HOSTILE), os.environ.get("PYTHONPATH"))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", path)
        service = serve()
        service.submit({"a.csv": LISTS["csv"]})  # from here on its parsers are forked
    return service


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_that_takes_its_parser_over_is_refused_alone(tricked: Any, kind: str) -> None:
    files = {
        "good.txt": REPORT.encode(),
        f"{MARK}NUL.{kind}": LISTS[kind],
        f"good.{kind}": LISTS[kind].replace(b"a.txt", f"of a {kind}.txt".encode()),
    }
    answer = tricked.submit(files)
    assert answer.status_code == 202
    rows = rows_of(tricked, answer.json()["id"])
    assert rows.keys() == {"good.txt", f"{MARK}NUL.{kind}", f"of a {kind}.txt"}
    assert rows[f"{MARK}NUL.{kind}"]["state"] == "quarantined"
    assert "said what it may not" in rows[f"{MARK}NUL.{kind}"]["error_message"]
    assert rows[f"of a {kind}.txt"]["state"] in ("pending", "duplicate")


def test_no_parser_is_left_when_a_submission_is_answered(tricked: Any) -> None:
    assert tricked.submit(LISTS_AS_FILES).status_code == 202
    (zygote,) = [
        process
        for process in psutil.Process().children()
        if "zygote" in process.cmdline() and process.environ().get("PYTHONPATH", "").find("hostile")
    ]
    assert zygote.children() == []


LISTS_AS_FILES = {f"b.{kind}": content for kind, content in LISTS.items()}

UNSTORABLE = {
    "half.ndjson": b'{"name": "a.txt", "text": "%s", "title": "\\ud800"}' % REPORT[:9].encode(),
    "nul.ndjson": b'{"name": "a.txt", "text": "%s", "title": "\\u0000"}' % REPORT[:9].encode(),
    "endless.ndjson": b'{"name": "a.txt", "text": "%s", "x": 1e999}' % REPORT[:9].encode(),
    "nul-key.json": b'{"\\u0000": 1}',
    "half-key.json": b'{"\\ud800": 1}',
    "nul.csv": b"a\0b,c\n1,2\n",
    "nul-inside.csv": b"name,text\na\0.txt,b\n",
    "long.ndjson": b'{"text": "%s", "title": "%s"}' % (REPORT[:9].encode(), b"a" * 2_000_000),
    "deep.ndjson": b'{"text": "%s", "x": %s}' % (REPORT[:9].encode(), b"[" * 900 + b"]" * 900),
    "icon.zip": zipped("Icon\r", b""),
    "packed.zip": zipped("nul-key.json", b'{"\\u0000": 1}'),
}


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_what_no_store_can_hold_costs_no_other_file_of_a_submission(
    serve: Any, postgres_url: str, database: str
) -> None:
    service = serve() if database == "sqlite" else serve(database_url=postgres_url)
    for name, content in UNSTORABLE.items():
        answer = service.submit({"good.txt": REPORT.encode() + name.encode(), name: content})
        assert answer.status_code == 202, (name, answer.text)
        rows = rows_of(service, answer.json()["id"])
        assert rows["good.txt"]["state"] == "pending", name
        assert len(rows) == 2, name
        (other,) = [row for row in rows.values() if row["source"] != "good.txt"]
        assert "said what it may not" not in (other["error_message"] or ""), name
        detail = service.http.get(f"/v1/documents/{other['id']}")
        assert detail.status_code == 200, name
        assert "\0" not in json.dumps(detail.json(), ensure_ascii=False)
