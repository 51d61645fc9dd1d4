"""The threat model names tests that there are, and the broker's messages are JSON alone."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads

from tasks.app import app

ROOT = Path(__file__).resolve().parents[2]


def test_every_threat_has_its_test() -> None:
    table = [
        line.split(" | ")
        for line in (ROOT / "docs" / "security.md").read_text("utf-8").splitlines()
        if line.startswith("| ") and "`test_" in line
    ]
    named = [set(re.findall(r"`(test_\w+)`", row[-1])) for row in table]
    assert len(named) >= 15
    assert all(named)
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert set().union(*named) - there == set()


class Opened:
    """Ends the test's process when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return (SystemExit, (3,))


def test_a_pickle_on_the_broker_is_not_opened() -> None:
    with pytest.raises(ContentDisallowed):
        loads(
            pickle.dumps(Opened()),
            "application/x-python-serialize",
            "binary",
            accept=app.conf.accept_content,
        )
