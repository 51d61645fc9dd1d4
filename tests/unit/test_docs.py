"""The docs name every setting, route, command, option and error code, as they are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from api.app import create_app
from zhibiao.analysis.coverage import COVERAGE_COLUMNS
from zhibiao.analysis.names import CODEBOOK_COLUMNS
from zhibiao.analysis.panel import LONG_COLUMNS, PANEL_KEYS
from zhibiao.cli.main import app
from zhibiao.settings import PREFIX, Settings
from zhibiao.store.queries.exports import DOCUMENT_COLUMNS
from zhibiao.tables.keywords import KEYWORD_COLUMNS
from zhibiao.tables.observations import OBSERVATION_COLUMNS, STATEMENT_COLUMNS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
MARK = "<!-- Made from the commands themselves: REGENERATE=1 pytest tests/unit/test_docs.py -->\n"


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def test_every_setting_stands_in_the_docs_with_its_default_and_meaning() -> None:
    table = read("settings.md")
    rows = {line for line in table.splitlines() if line.startswith(f"| `{PREFIX}")}
    expected = set()
    for name, entry in Settings.model_fields.items():
        default = "~/.local/share/zhibiao" if name == "data_dir" else entry.default
        shown = "(none)" if default in ("", None) else f"`{default}`"
        expected.add(f"| `{PREFIX}{name.upper()}` | {shown} | {entry.description} |")
    assert rows == expected


def test_every_route_stands_in_the_docs_with_its_method() -> None:
    text = read("api.md")
    routes = {
        f"`{method.upper()} {path}`"
        for path, methods in create_app(Settings()).openapi()["paths"].items()
        for method in methods
    }
    assert {route for route in routes if route not in text} == set()
    told = set(re.findall(r"`(?:GET|POST|PUT|DELETE) /[^`?]*`", text))
    assert told <= routes


def error_codes() -> set[str]:
    """The codes that stand in the code, on classes and where answers are made."""
    found: set[str] = set()
    for package in ("zhibiao", "tasks", "workers", "api"):
        for path in (ROOT / package).rglob("*.py"):
            source = path.read_text("utf-8")
            found |= set(
                re.findall(r'\bcode(?:: ClassVar\[str\])?(?:, message)? ?= ?"([a-z_]+)"', source)
            )
            found |= set(re.findall(r'State\.[A-Z]+, "([a-z_]+)"', source))
    return found


def test_every_error_code_stands_in_the_docs() -> None:
    codes = error_codes()
    assert len(codes) >= 30
    text = read("errors.md")
    assert {code for code in codes if f"`{code}`" not in text} == set()


def test_every_column_of_every_table_stands_in_the_docs() -> None:
    text = read("exports.md")
    columns = {*OBSERVATION_COLUMNS, *STATEMENT_COLUMNS, *DOCUMENT_COLUMNS, *KEYWORD_COLUMNS}
    columns |= {*LONG_COLUMNS, *PANEL_KEYS, *COVERAGE_COLUMNS, *CODEBOOK_COLUMNS}
    assert {column for column in columns if f"`{column}`" not in text} == set()


def all_commands(group: Any = None, before: str = "") -> Iterator[tuple[str, Any]]:
    """The commands by their whole names: also those of a group, `keys create`."""
    found = typer.main.get_command(app) if group is None else group
    for name, command in sorted(found.commands.items()):
        if hasattr(command, "commands"):
            yield from all_commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def commands() -> str:
    """The reference of all commands, from the commands."""
    lines: list[str] = []
    for name, command in all_commands():
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
        needed = [f"{option.opts[0]} {_metavar(option)}" for option in options if option.required]
        usage = " ".join(["zhibiao", name, *map(_argument, arguments), *needed])
        lines += ["", f"### {name}", "", f"`{usage}`", "", command.help.strip()]
        lines += [""] if arguments or options else []
        lines += [f"- `{_argument(each)}`: {_described(each)}" for each in arguments]
        for option in options:
            names = ", ".join(f"`{flag}`" for flag in option.opts)
            value = "" if option.is_flag else f" {_metavar(option)}"
            lines.append(f"- {names}{value}: {_described(option)}")
    return "\n".join(lines).rstrip() + "\n"


def _argument(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


_VALUES = {"str": "TEXT", "int": "NUMBER", "float": "NUMBER", "Path": "PATH"}


def _metavar(option: Any) -> str:
    if option.metavar:
        return str(option.metavar)
    kind = option.bare_type().removeprefix("list[").removesuffix("]")
    return "NAME" if option.type_descriptor.choices else _VALUES[kind]


def _described(parameter: Any) -> str:
    """Its help, what it may be, and what it is where nothing is said."""
    parts = [parameter.help]
    choices = [getattr(each, "value", each) for each in parameter.type_descriptor.choices or ()]
    if choices:
        parts.append(f"One of {', '.join(f'`{choice}`' for choice in choices)}.")
    default = getattr(parameter.default, "value", parameter.default)
    if default not in (None, False, "") and default != [] and not callable(default):
        parts.append(f"Default: `{default}`.")
    if parameter.required and parameter.param_type_name == "option":
        parts.append("Required.")
    return " ".join(parts)


def test_every_command_stands_in_the_docs_with_every_option() -> None:
    path = DOCS / "cli.md"
    text = path.read_text("utf-8")
    before = text.partition(MARK)[0]
    if os.environ.get("REGENERATE"):
        path.write_text(before + MARK + commands(), "utf-8")
        pytest.fail("docs/cli.md was written anew; run again without REGENERATE")
    assert text == before + MARK + commands()


def test_every_command_teaches_with_an_example() -> None:
    for name, command in all_commands():
        assert re.search(rf"```\n(?:.* )?zhibiao {name}\b|zhibiao {name}\)", command.help), name


PAGES = [*DOCS.glob("*.md"), *ROOT.glob("*.md"), *DOCS.glob("*.ipynb")]
# In a span of code, or at the beginning of a line of a shell's.
_COMMAND = re.compile(r"(?:`|^|[&|(] ?)zhibiao ([a-z]+[^`\n#|&)$]*)", re.MULTILINE)


def test_every_command_that_a_page_names_exists_with_its_options() -> None:
    known = {
        name: {flag for p in command.params for flag in (*p.opts, *p.secondary_opts)} | {"--help"}
        for name, command in all_commands()
    }
    groups = {name.partition(" ")[0] for name in known}
    named = 0
    for page in PAGES:
        text = page.read_text("utf-8")
        for shell in (*re.findall(r"`[^`\n]+`", text), *re.findall(r"```sh\n(.*?)```", text, re.S)):
            for words in (found[1].split() for found in _COMMAND.finditer(shell)):
                name = words[0] if words[0] in known else " ".join(words[:2])
                assert name in known or words[0] in groups, (page.name, words)
                flags = {word.partition("=")[0] for word in words if word.startswith("--")}
                assert flags <= known.get(name, set()), (page.name, words)
                named += 1
    assert named > 100


def test_both_readmes_teach_the_same_commands() -> None:
    def taught(name: str) -> list[str]:
        blocks = re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
        lines = (line.partition("#")[0].strip() for block in blocks for line in block.splitlines())
        return sorted(filter(None, lines))

    assert taught("README.md") == taught("README.zh-CN.md")
    assert len(taught("README.md")) > 20


def anchors(page: str) -> set[str]:
    """Of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}


def test_every_link_of_a_page_leads_somewhere() -> None:
    followed = 0
    for page in PAGES:
        text = page.read_text("utf-8")
        for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            assert target.exists(), (page.name, link)
            if anchor:
                assert anchor in anchors(target.read_text("utf-8")), (page.name, link)
            followed += 1
    assert followed > 60


def test_the_reference_tells_choices_defaults_and_what_may_be_left_out() -> None:
    text = commands()
    assert "`zhibiao status [RUN]`" in text
    assert "`zhibiao cancel RUN`" in text
    assert "`zhibiao diff RUN|DATE [RUN|DATE]`" in text
    assert "- `--format`, `-f` NAME:" in text
    assert "One of `table`, `json`, `csv`. Default: `table`." in text
    assert "One of `observations`, `statements`, `panel`, `coverage`, `codebook`," in text
    assert "`running`, `done`, `failed`, `quarantined`" in text
    assert "- `--limit` NUMBER: How many at most. Default: `50`." in text
    assert "- `--output`, `-o` PATH:" in text
    assert "- `--wait`, `-w`: " in text
