"""An ordinary mistake is one line on standard error and an exit code, never a trace."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from local_server import Handler, serving

from workers.__main__ import main as workers
from zhibiao import __version__
from zhibiao.cli.main import run

Pointed = Callable[..., None]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Pointed]:
    """Points the commands at a server that always gives one answer."""

    class Answers(Handler):
        given = (200, b"", {"Content-Type": "text/html"})

        def answer(self) -> None:
            self.say(*self.given)

    monkeypatch.setenv("ZHIBIAO_TOKEN", "t")
    monkeypatch.setenv("ZHIBIAO_DATA_DIR", str(tmp_path))

    def answer(body: bytes, *, kind: str = "application/json", status: int = 200) -> None:
        Answers.given = (status, body, {"Content-Type": kind})

    with serving(Answers) as url:
        monkeypatch.setenv("ZHIBIAO_URL", url)
        yield answer


def told(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code and what stood on standard error, which holds no trace."""
    code = run(arguments)
    error = capfd.readouterr().err
    assert "Traceback" not in error
    return code, error


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"<html>Please log in</html>", "text/html", 200),
        (b'{"ok": 1}', "application/json", 200),
        (b"[]", "application/json", 200),
        (b'{"error": "bad gateway"}', "application/json", 400),
        (b"<html>nginx</html>", "text/html", 404),
    ],
)
@pytest.mark.parametrize(
    "arguments", [["runs"], ["status", "7"], ["documents"], ["reprocess", "--plan"], ["diff", "3"]]
)
def test_another_program_at_the_address_is_told_from_the_service(
    answering: Pointed,
    capfd: pytest.CaptureFixture[str],
    arguments: list[str],
    body: bytes,
    kind: str,
    status: int,
) -> None:
    answering(body, kind=kind, status=status)
    code, error = told(arguments, capfd)
    assert code == 3
    assert "ZHIBIAO_URL" in error
    assert len(error.splitlines()) == 1


def test_a_portals_page_is_not_written_as_a_table(
    answering: Pointed, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answering(b"<html>Please log in</html>", kind="text/html")
    code, _ = told(["export", "panel", "-o", str(tmp_path / "panel.csv")], capfd)
    assert code == 3
    assert list(tmp_path.iterdir()) == []


def test_a_folder_to_write_to_is_named(
    answering: Pointed, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for command, name in (("export panel", "panel.csv"), ("plot targets", "targets.png")):
        folder = tmp_path / name
        folder.mkdir()
        code, error = told([*command.split(), "-o", str(folder)], capfd)
        assert code == 2
        assert error == (
            f"zhibiao: Invalid value for --output: {folder} is a folder. "
            f"See zhibiao {command.split()[0]} --help.\n"
        )


@pytest.mark.parametrize("command", ["export panel", "extract {file}", "plot targets", "backup"])
def test_a_pipe_is_not_replaced_by_a_file(
    answering: Pointed, capfd: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    file, pipe = tmp_path / "a.txt", tmp_path / ("b.png" if "plot" in command else "b.csv")
    file.write_text("某县2024年政府工作报告\n地区生产总值增长6.5%。\n", "utf-8")
    os.mkfifo(pipe)
    option = [] if command == "backup" else ["-o"]
    code, error = told([*command.format(file=file).split(), *option, str(pipe)], capfd)
    assert code in (1, 2)
    assert str(pipe) in error
    assert pipe.is_fifo()


def test_a_place_where_nothing_can_be_written_is_named(
    answering: Pointed, capfd: pytest.CaptureFixture[str]
) -> None:
    code, error = told(["export", "panel", "-o", "/proc/panel.csv"], capfd)
    assert code == 2
    assert error.startswith("zhibiao: /proc/panel.csv: ")


def test_a_stack_that_has_no_place_is_not_begun(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(*_arguments: object) -> None:
        raise AssertionError("begun")

    monkeypatch.setattr("os.execve", begin)
    code, error = told(["up", "--data-dir", "/proc/stack"], capfd)
    assert code == 2
    assert error.startswith("zhibiao: /proc/stack: ")


def test_a_token_of_other_letters_is_told(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIBIAO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ZHIBIAO_TOKEN", "密码")
    code, error = told(["runs"], capfd)
    assert code == 3
    assert "ZHIBIAO_TOKEN" in error


@pytest.mark.parametrize(
    ("content", "named"), [(b"", "holds no term"), (b"# only a remark\n\n", "holds no term")]
)
def test_a_keyword_file_without_a_term_is_told(
    answering: Pointed,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    content: bytes,
    named: str,
) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_bytes(content)
    out = str(tmp_path / "out.csv")
    code, error = told(["export", "keywords", "-o", out, "--keywords", str(terms)], capfd)
    assert code == 2
    assert named in error


def test_terms_for_a_table_that_counts_none_are_refused(
    answering: Pointed, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = str(tmp_path / "out.csv")
    code, _ = told(["export", "panel", "-o", out, "--keyword", "数字经济"], capfd)
    assert code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["documents", "--state", "lost"],
        ["export", "documents", "-o", "x.csv", "--state", "lost"],
        ["reprocess", "--state", "lost"],
        ["submit", ".", "--metadata", "[" * 100_000],
        ["plot", "targets", "-o", "x.gif"],
        ["plot", "targets", "-o", "nowhere/x.png"],
        ["plot", "targets", "-o", "x.png", "--measure", "grwoth"],
        ["plot", "targets", "-o", "x.png", "--keywords", "数字经济"],
    ],
)
def test_what_is_no_choice_is_refused_before_anything_is_asked(
    capfd: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, error = told(arguments, capfd)
    assert code == 2
    assert error.startswith("zhibiao: ")
    assert error.endswith(f" See zhibiao {arguments[0]} --help.\n")
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["exportt"], "No such command 'exportt'. Did you mean 'export'? See zhibiao --help."),
        (["--verbos"], "No such option: --verbos (Possible options: --version)"),
        (["export"], "Missing argument 'TABLE'"),
        (["export", "panel"], "Missing option '--output' / '-o'. See zhibiao export --help."),
        (["runs", "--limit"], "Option '--limit' requires an argument. See zhibiao"),
        (["runs", "--limit", "many"], "Invalid value for '--limit': "),
    ],
)
@pytest.mark.parametrize("columns", ["20", "60", "200"])
def test_a_mistyped_command_is_one_line_on_a_terminal_of_any_width(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
    columns: str,
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERMINAL_WIDTH", columns)
    code, error = told(arguments, capfd)
    assert code == 2
    assert error.startswith(f"zhibiao: {said}")
    assert len(error.splitlines()) == 1


def test_no_command_at_all_shows_the_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    shown = capfd.readouterr()
    assert "zhibiao up" in shown.out
    assert shown.err == ""


def test_the_version_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    shown = capfd.readouterr().out.removesuffix("\n")
    assert shown in (f"zhibiao {__version__} ({engine})" for engine in ("compiled", "pure Python"))


def test_the_version_is_that_of_the_package() -> None:
    import tomllib

    project = Path(__file__).resolve().parents[2] / "pyproject.toml"
    assert tomllib.loads(project.read_text("utf-8"))["project"]["version"] == __version__


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["extract", "{file}", "--table", "panel"], "--table"),
        (["extract", "{file}", "--long"], "--long"),
        (["extract", "{file}", "--unit", "亿元"], "--unit"),
        (["extract", "{file}", "--labels", "zh"], "--labels"),
        (["extract", "{file}", "-o", "{out}.csv", "--labels", "zh"], "--labels"),
        (["export", "observations", "-o", "{out}.csv", "--labels", "zh"], "--labels"),
        (["export", "panel", "-o", "{out}.parquet", "--format", "csv"], "--format"),
        (["extract", "{file}", "-o", "{out}.xlsx", "--format", "csv"], "--format"),
        (["extract", "{file}", "-o", "{out}.csv", "--format", "table"], "--format"),
        (["extract", "{file}", "-o", "{out}.csv", "--table", "panel", "--open"], "--open"),
        (["extract", "{file}", "-o", "{out}.csv", "--table", "coverage", "--all"], "--all"),
        (["extract", "{file}", "--explain", "--format", "csv"], "--format"),
        (["extract", "{file}", "--explain", "--statements"], "--statements"),
        (["export", "panel", "-o", "{out}.csv", "--parts"], "--parts"),
        (["export", "statements", "-o", "{out}.csv", "--certain"], "--certain"),
        (["export", "documents", "-o", "{out}.csv", "--indicator", "gdp"], "--indicator"),
        (["export", "keywords", "-o", "{out}.csv", "--as-found"], "--as-found"),
        (["export", "keywords", "-o", "{out}.csv", "--top", "3"], "--top"),
        (["export", "concordance", "-o", "{out}.csv", "--by", "section"], "--by"),
        (["export", "gold", "-o", "{out}", "--indicator", "gdp"], "--indicator"),
        (["export", "gold", "-o", "{out}", "--as-of", "7"], "--as-of"),
        (["export", "gold", "-o", "{out}", "--state", "done"], "--state"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], option: str
) -> None:
    file, out = tmp_path / "a.txt", tmp_path / "out"
    file.write_text("某县2024年政府工作报告\n地区生产总值增长6.5%。\n", "utf-8")
    code, error = told([each.format(file=file, out=out) for each in arguments], capfd)
    assert code == 2
    assert error.startswith(f"zhibiao: Invalid value for {option}: ")
    assert len(error.splitlines()) == 1
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("command", ["extract", "inspect", "clean"])
def test_a_folder_without_a_file_is_told_and_prints_nothing(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    assert run([command, str(tmp_path)]) == 2
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "there is no file" in shown.err


def test_choices_are_listed_in_plain_words(
    answering: Pointed, capfd: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["keys", "create", "scraper"], ["keys", "create", "scraper", "-s", "write"]):
        code, error = told(arguments, capfd)
        assert code == 2
        assert "read" in error
        assert "submit" in error
        assert "Value error" not in error
        assert "\t" not in error


def test_an_empty_list_is_said_to_be_empty(
    answering: Pointed, capfd: pytest.CaptureFixture[str]
) -> None:
    for body, arguments in (
        (b'{"entries": []}', ["audit", "--action", "delet"]),
        (b'{"users": []}', ["users", "list"]),
        (b'{"keys": []}', ["keys", "list"]),
    ):
        answering(body)
        code, error = told(arguments, capfd)
        assert code == 0
        assert error.startswith(("zhibiao: No entry", "zhibiao: There is no "))


def test_looking_at_a_place_without_a_database_leaves_it_as_it_is(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "mistyped"
    monkeypatch.setenv("ZHIBIAO_DATA_DIR", str(place))
    monkeypatch.delenv("ZHIBIAO_DATABASE_URL", raising=False)
    code, error = told(["backup", str(tmp_path / "b.zip")], capfd)
    assert code == 1
    assert str(place / "zhibiao.db") in error
    assert workers(["doctor", "--json"]) == 2
    found = json.loads(capfd.readouterr().out)["findings"]
    assert [each["check"] for each in found if each["gravity"] == "error"] == ["database"]
    assert str(place / "zhibiao.db") in found[-1]["detail"]
    assert list(tmp_path.iterdir()) == []
