"""The Python client against the real service."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhibiao.testing.samples import sample_paths


@pytest.fixture(scope="module")
def filled(serve: Any) -> Any:
    service = serve()
    with service.client as client:
        client.submit(sample_paths()[:2])
    service.work()
    return service


@pytest.mark.parametrize("as_given", [str, Path, os.fspath])
@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "jsonl", "CSV"])
@pytest.mark.parametrize("table", ["panel", "observations"])
def test_a_table_is_exported_to_a_path_of_any_kind(
    filled: Any, tmp_path: Path, as_given: Callable[[Path], Any], ending: str, table: str
) -> None:
    target, manifest = tmp_path / f"表.{ending}", tmp_path / "made_of.json"
    with filled.client as client:
        exported = client.export(table, as_given(target), manifest=as_given(manifest))
    assert target.stat().st_size == exported.size > 0
    assert manifest.exists()


@pytest.mark.parametrize("as_given", [str, Path])
def test_files_and_folders_are_submitted_by_paths_of_any_kind(
    serve: Any, tmp_path: Path, as_given: Callable[[Path], Any]
) -> None:
    (tmp_path / "a.txt").write_text("甲", "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.txt").write_text("乙", "utf-8")
    with serve().client as client:
        for paths, files in (
            (as_given(tmp_path / "a.txt"), 1),
            (as_given(tmp_path / "folder"), 1),
            ([as_given(tmp_path)], 2),
            ((as_given(path) for path in (tmp_path / "a.txt", tmp_path / "folder")), 2),
        ):
            assert client.submit(paths)["accounts"]["files"] == files
