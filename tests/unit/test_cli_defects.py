"""A defect in a stage costs the local commands one document; the rest is printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhibiao.cli.main import run
from zhibiao.reading import Member
from zhibiao.testing.forms import as_compendium, as_txt
from zhibiao.testing.reports import generate

# Comes before what a new interpreter imports: a defect in each stage, for texts that ask for one.
DEFECTS = """
from zhibiao import pipeline
from zhibiao import local as files

def with_defect(stage, call, text_of):
    def run(*arguments, **options):
        if f"{stage} has a defect" in text_of(arguments[0]):
            raise IndexError("list index\\nout of range")
        return call(*arguments, **options)
    return run

text_of = lambda document: document.text
pipeline.read = with_defect("read", pipeline.read, lambda content: content.decode())
pipeline.clean = with_defect("clean", pipeline.clean, text_of)
files.extract = with_defect("extract", files.extract, text_of)
files.explain = with_defect("extract", files.explain, text_of)
"""


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("extract", 4),
        pytest.param("extract", 110, marks=pytest.mark.long),  # in several processes
        ("extract --explain", 4),
        ("inspect", 4),
        ("clean", 4),
    ],
)
def test_a_defect_in_a_stage_costs_one_document_and_one_line(
    command: str, count: int, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(DEFECTS)
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(count):
        (folder / f"good{number}.txt").write_bytes(as_txt(generate(number % 3), "utf-8"))
    stages = ("read", "clean", "extract") if command.startswith("extract") else ("read", "clean")
    for stage in stages:
        bad = generate(3).text + f"\n{stage} has a defect。\n"
        (folder / f"bad_{stage}.txt").write_text(bad, "utf-8")
    compendium = as_compendium([generate(4), generate(5)]).decode()
    (folder / "two.txt").write_text(compendium + "\nclean has a defect。\n", "utf-8")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("zhibiao")), *command.split(), str(folder)]
        + (["--format", "json"] if command == "inspect" else []),
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    told = done.stderr.splitlines()
    names = sorted([*(f"bad_{stage}.txt: " for stage in stages), "two.txt [1]: "])
    assert [line[: len(name)] for line, name in zip(told, names, strict=True)] == names
    assert all("IndexError: list index out of range" in line for line in told)
    # Nothing else is missing, the other report of the same file least of all.
    if command in ("extract", "inspect"):
        sources = [json.loads(line)["source"] for line in done.stdout.splitlines()]
        assert set(sources) == {*(f"good{number}.txt" for number in range(count)), "two.txt"}
    else:
        assert done.stdout.count(generate(0).region) >= count // 3
        assert generate(4).region in done.stdout


def test_a_defect_in_unpacking_costs_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for number in (0, 1):
        (tmp_path / f"{number}.txt").write_bytes(as_txt(generate(number), "utf-8"))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("c.txt", as_txt(generate(5), "utf-8"))

    def defective(*_: object) -> Iterator[Member]:
        raise KeyError("no such entry")

    monkeypatch.setattr("zhibiao.reading.archives._zip", defective)
    assert run(["extract", str(tmp_path)]) == 1
    captured = capfdbinary.readouterr()
    sources = {json.loads(line)["source"] for line in captured.out.splitlines()}
    assert sources == {"0.txt", "1.txt"}
    (line,) = captured.err.decode().splitlines()
    assert line.startswith("all.zip cannot be unpacked further: KeyError: 'no such entry'")
