"""`zhibiao watch`: files appear in a folder, are finished, and are submitted once."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from live_stack import ZHIBIAO
from waiting import wait_until

from zhibiao.answers import ServiceUnreachable
from zhibiao.inbox import NOTES, Inbox, WatchedElsewhere, watched

SETTLE = 0.05


class Watching:
    """An inbox, what it told, and looks that wait as long as a file needs to be finished."""

    def __init__(self, inbox: Inbox, told: list[str]) -> None:
        self.inbox = inbox
        self.told = told

    def look(self) -> bool:
        self.inbox.look()
        time.sleep(SETTLE * 1.5)
        return self.inbox.look()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "incoming"
    made.mkdir()
    return made


@pytest.fixture
def watch(service: Any, folder: Path) -> Callable[..., Any]:
    @contextmanager
    def begin(through: Any = None, **options: Any) -> Iterator[Watching]:
        told: list[str] = []
        chosen = {"settle_seconds": SETTLE, "tell": told.append, **options}
        with service.client as client, watched(folder, through or client, **chosen) as inbox:
            yield Watching(inbox, told)

    return begin


def names(service: Any) -> list[str]:
    with service.client as client:
        documents = client.documents(order="newest", limit=500)
        return sorted(document["source"] for document in documents)


def test_files_are_submitted_when_they_are_finished_and_once(
    service: Any, folder: Path, watch: Any
) -> None:
    (folder / "2023").mkdir()
    (folder / "2023" / "甲.txt").write_text("one")
    (folder / "still.pdf.part").write_text("half")
    (folder / "empty.txt").touch()
    with watch() as watching:
        assert names(service) == []
        watching.look()
        assert names(service) == ["2023/甲.txt"]
        (folder / "still.pdf.part").rename(folder / "still.txt")
        (folder / "empty.txt").write_text("not any more")
        watching.look()
        watching.look()
        assert names(service) == ["2023/甲.txt", "empty.txt", "still.txt"]
    with watch() as again:  # begun anew
        again.look()
        assert len(names(service)) == 3
        (folder / "still.txt").write_text("another text")
        again.look()
    assert names(service).count("still.txt") == 2


def test_a_file_that_grows_waits(service: Any, folder: Path, watch: Any) -> None:
    grows = folder / "grows.txt"
    with watch(settle_seconds=0.3) as watching:
        for _ in range(8):
            with grows.open("a") as opened:
                opened.write("more\n")
            watching.inbox.look()
            time.sleep(0.1)
        assert names(service) == []
        time.sleep(0.35)
        watching.inbox.look()
    assert names(service) == ["grows.txt"]
    assert service.http.get("/v1/documents/1/source").content == grows.read_bytes()


def test_submitted_files_are_moved_where_that_is_wanted(
    service: Any, folder: Path, watch: Any
) -> None:
    done = folder / "done"  # inside: it is not watched
    for text in ("one", "two"):
        (folder / "a").mkdir(exist_ok=True)
        (folder / "a" / "x.txt").write_text(text)
        with watch(move_to=done) as watching:
            watching.look()
    assert not (folder / "a" / "x.txt").exists()
    assert (done / "a" / "x.txt").read_text() == "one"
    assert (done / "a" / "x (2).txt").read_text() == "two"
    assert names(service) == ["a/x.txt", "a/x.txt"]


def test_what_fails_is_told_once(service: Any, folder: Path, watch: Any) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    with watch() as watching:
        watching.look()
        assert not watching.inbox.look()
        service.work()
        assert watching.inbox.look()
        watching.inbox.look()
        assert sum("broken.pdf" in line for line in watching.told) == 1
        assert sum("1 quarantined" in line for line in watching.told) == 1
    with watch() as again:
        again.look()
        assert again.told == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told_once(service: Any, folder: Path, watch: Any) -> None:
    (folder / "shut.txt").write_text("x")
    (folder / "shut.txt").chmod(0)
    with watch() as watching:
        watching.look()
        watching.look()
    assert sum("shut.txt cannot be read" in line for line in watching.told) == 1


def test_a_batch_whose_answer_was_lost_is_the_run_that_was_made(
    service: Any, folder: Path, watch: Any
) -> None:
    """As after a crash between the service's commit and the note of it."""
    (folder / "a.txt").write_text("one")

    class LosesAnswers:
        def __init__(self) -> None:
            self.lost = 0

        def send(self, *arguments: Any, **options: Any) -> Any:
            with service.client as client:
                client.send(*arguments, **options)
            self.lost += 1
            raise ServiceUnreachable("The line is cut.")

    loses = LosesAnswers()
    with watch(through=loses) as watching:
        watching.look()
        watching.look()
        assert loses.lost >= 2
        assert sum("The line is cut." in line for line in watching.told) == 1
    with watch() as again:
        again.look()
        assert any(line.startswith("run 1: 1 file submitted") for line in again.told)
    assert names(service) == ["a.txt"]


def test_a_folder_is_watched_by_one(folder: Path, watch: Any) -> None:
    with watch(), pytest.raises(WatchedElsewhere), watch():
        pass


def test_ctrl_c_ends_the_command_cleanly_and_the_notes_stay_in_the_folder(
    service: Any, folder: Path
) -> None:
    (folder / "a.txt").write_text("one")
    process = subprocess.Popen(
        [ZHIBIAO, "watch", str(folder), "--settle", "0.1"],
        env={**os.environ, "ZHIBIAO_URL": service.url, "ZHIBIAO_TOKEN": service.token},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def submitted() -> list[str]:
        assert process.poll() is None, process.communicate()
        return names(service)

    wait_until(submitted)
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "Ended." in said
    assert "Traceback" not in errors
    assert (folder / NOTES).exists()
