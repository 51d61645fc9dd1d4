"""The docs name every setting, route, command, option and error code, as they are."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from command_reference import ENGLISH, Wording, all_commands, options_of, reference

from api.app import create_app
from zhibiao.analysis.coverage import COVERAGE_COLUMNS
from zhibiao.analysis.names import CODEBOOK_COLUMNS
from zhibiao.analysis.panel import LONG_COLUMNS, PANEL_KEYS
from zhibiao.settings import PREFIX, Settings
from zhibiao.store.queries.exports import DOCUMENT_COLUMNS
from zhibiao.tables.keywords import KEYWORD_COLUMNS
from zhibiao.tables.observations import OBSERVATION_COLUMNS, STATEMENT_COLUMNS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
MARK = "<!-- Made from the commands themselves: REGENERATE=1 pytest tests/unit/test_docs.py -->\n"


BOTH = pytest.mark.parametrize("folder", [DOCS, DOCS / "zh"], ids=["english", "chinese"])
# The Chinese of what the code says in English; whoever changes the one changes the other.
IN_CHINESE = tomllib.loads((DOCS / "zh/help.toml").read_text("utf-8"))
CHINESE = Wording(
    said=IN_CHINESE.__getitem__,
    joined="、",
    between="",
    colon="：",
    one_of="取值：{}。",
    default="默认：{}。",
    required="必填。",
)


def kept_or_made(page: Path, wanted: str) -> None:
    if os.environ.get("REGENERATE") and page.read_text("utf-8") != wanted:
        page.write_text(wanted, "utf-8")
        pytest.fail(f"{page.name} was written anew; run again without REGENERATE")
    assert page.read_text("utf-8") == wanted


def settings_table(nothing: str, wording: Wording) -> dict[str, str]:
    """A row a setting, by its variable."""
    rows = {}
    for name, entry in Settings.model_fields.items():
        variable = f"{PREFIX}{name.upper()}"
        default = "~/.local/share/zhibiao" if name == "data_dir" else entry.default
        shown = nothing if default in ("", None) else f"`{default}`"
        rows[variable] = f"| `{variable}` | {shown} | {wording.said(str(entry.description))} |"
    return rows


def test_every_setting_stands_in_the_docs_with_its_default_and_meaning() -> None:
    lines = (DOCS / "settings.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith(f"| `{PREFIX}")]
    assert sorted(rows) == sorted(settings_table("(none)", ENGLISH).values())
    made = settings_table("（无）", CHINESE)
    chinese = "\n".join(made[re.findall(rf"{PREFIX}\w+", row)[0]] for row in rows)
    page = DOCS / "zh/settings.md"
    kept_or_made(
        page,
        re.sub(
            rf"(?<=\|---\|---\|---\|\n)(?:\| `{PREFIX}.*\n)*",
            lambda _: f"{chinese}\n",
            page.read_text("utf-8"),
        ),
    )


@BOTH
def test_every_route_stands_in_the_docs_with_its_method(folder: Path) -> None:
    text = (folder / "api.md").read_text("utf-8")
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


@BOTH
def test_every_error_code_stands_in_the_docs(folder: Path) -> None:
    codes = error_codes()
    assert len(codes) >= 30
    text = (folder / "errors.md").read_text("utf-8")
    assert {code for code in codes if f"`{code}`" not in text} == set()


@BOTH
def test_every_column_of_every_table_stands_in_the_docs(folder: Path) -> None:
    text = (folder / "exports.md").read_text("utf-8")
    columns = {*OBSERVATION_COLUMNS, *STATEMENT_COLUMNS, *DOCUMENT_COLUMNS, *KEYWORD_COLUMNS}
    columns |= {*LONG_COLUMNS, *PANEL_KEYS, *COVERAGE_COLUMNS, *CODEBOOK_COLUMNS}
    assert {column for column in columns if f"`{column}`" not in text} == set()


@pytest.mark.parametrize(
    ("name", "wording"), [("cli.md", ENGLISH), ("zh/cli.md", CHINESE)], ids=["english", "chinese"]
)
def test_every_command_stands_in_the_docs_with_every_option(name: str, wording: Wording) -> None:
    page = DOCS / name
    before = page.read_text("utf-8").partition(MARK)[0]
    kept_or_made(page, before + MARK + reference(wording))


def test_the_chinese_help_has_nothing_that_no_command_and_no_setting_says() -> None:
    asked: set[str] = set()

    def said(paragraph: str) -> str:
        asked.add(paragraph)
        return paragraph

    reference(replace(ENGLISH, said=said))
    asked |= {str(entry.description) for entry in Settings.model_fields.values()}
    assert IN_CHINESE.keys() == asked
    for english, chinese in IN_CHINESE.items():
        assert re.search("[\u4e00-\u9fff]", chinese), english
        assert set(re.findall(r"`[^`]+`|ZHIBIAO_\w+|--[a-z-]+", english)) == set(
            re.findall(r"`[^`]+`|ZHIBIAO_\w+|--[a-z-]+", chinese)
        ), english


def test_every_command_teaches_with_an_example() -> None:
    for name, command in all_commands():
        assert re.search(rf"```\n(?:.* )?zhibiao {name}\b|zhibiao {name}\)", command.help), name


PAGES = [*DOCS.glob("**/*.md"), *ROOT.glob("*.md"), *DOCS.glob("*.ipynb")]
# In a span of code, or at the beginning of a line of a shell's.
_COMMAND = re.compile(r"(?:`|^|[&|(] ?)zhibiao ([a-z]+[^`\n#|&)$]*)", re.MULTILINE)


def test_every_command_that_a_page_names_exists_with_its_options() -> None:
    known = {name: options_of(command) for name, command in all_commands()}
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
    text = reference()
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
