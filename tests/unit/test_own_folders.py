"""The data dir is closed to others, and no folder that is not the service's."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from zhibiao.folders import own_folder


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


@pytest.mark.parametrize("found", [0o755, 0o777, 0o750, 0o705])
@pytest.mark.parametrize("inside", [None, "token", "zhibiao.db", "up.log"])
def test_an_existing_data_dir_is_closed(tmp_path: Path, found: int, inside: str | None) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(found)
    if inside is not None:
        (folder / inside).touch()
    own_folder(folder)
    assert mode(folder) == 0o700


def test_a_new_one_is_closed_from_the_start(tmp_path: Path) -> None:
    own_folder(tmp_path / "new" / "data")
    assert mode(tmp_path / "new" / "data") == 0o700


def test_a_stricter_one_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    own_folder(tmp_path)
    assert mode(tmp_path) == 0o500


def test_a_folder_of_other_things_or_of_everybody_stays_open(tmp_path: Path) -> None:
    everybodys, others = tmp_path / "tmp", tmp_path / "srv"
    everybodys.mkdir()
    everybodys.chmod(0o1777)
    (others / "www").mkdir(parents=True)
    others.chmod(0o755)
    for folder, before in ((everybodys, 0o1777), (others, 0o755)):
        own_folder(folder)
        assert mode(folder) == before
