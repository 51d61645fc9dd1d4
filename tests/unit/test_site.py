"""The pages as a site, and the Chinese pages beside the English ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
# What a reader types: commands and options, settings, fields, addresses; also inside longer code.
_CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_COMMAND = re.compile(
    r"\b(?:zhibiao|make|python -m|celery -A \w+|docker compose|kubectl|systemctl) [a-z][\w.-]*"
)
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_SETTING = re.compile(r"\bZHIBIAO_[A-Z_]+[A-Z]\b")
_ADDRESS = re.compile(r"(?:GET|POST) /[\w/{}.-]*\w")

CHINESE = sorted(path.name for path in (DOCS / "zh").glob("*.md"))


def named(page: Path) -> dict[str, set[str]]:
    text = page.read_text("utf-8")
    code = "\n".join(
        re.sub(r"(^|\s)# .*", "", fenced) + inline for fenced, inline in _CODE.findall(text)
    )
    return {
        "commands": set(_COMMAND.findall(code)),
        "options": set(_OPTION.findall(code)),
        "settings": set(_SETTING.findall(text)),
        "addresses": set(_ADDRESS.findall(code)),
    }


def cells(page: Path) -> list[set[str]]:
    """Of each row of a table what stands in it as code."""
    rows = [line for line in page.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [set(re.findall(r"`([^`]+)`", row.split("|")[1])) for row in rows]


# What people measure who change zhibiao, and a table of names.
ENGLISH_ONLY = {"benchmarks.md", "licences.md", "performance.md"}


def test_what_a_researcher_and_an_operator_read_is_there_in_chinese() -> None:
    assert set(CHINESE) == {path.name for path in DOCS.glob("*.md")} - ENGLISH_ONLY
    assert len(CHINESE) > 20


def test_a_chinese_page_leads_to_chinese_pages() -> None:
    for name in CHINESE:
        links = re.findall(r"\]\(\.\./([\w-]+\.md)", (DOCS / "zh" / name).read_text("utf-8"))
        assert set(links) <= ENGLISH_ONLY, name
    links = re.findall(r"\]\(docs/([\w-]+\.md)", (ROOT / "README.zh-CN.md").read_text("utf-8"))
    assert set(links) <= ENGLISH_ONLY


@pytest.mark.parametrize("name", CHINESE)
def test_both_languages_name_the_same_commands_and_settings(name: str) -> None:
    assert named(DOCS / "zh" / name) == named(DOCS / name)


@pytest.mark.parametrize("name", sorted(set(CHINESE) - {"glossary.md"}))
def test_both_languages_list_the_same_fields(name: str) -> None:
    assert cells(DOCS / "zh" / name) == cells(DOCS / name)


@pytest.mark.parametrize("name", CHINESE)
def test_a_chinese_page_is_chinese(name: str) -> None:
    prose = _CODE.sub("", (DOCS / "zh" / name).read_text("utf-8"))
    prose = re.sub(r"\]\([^)]*\)", "", prose)
    assert len(re.findall(r"[\u4e00-\u9fff]", prose)) > 2 * len(re.findall(r"[A-Za-z]{3,}", prose))


def test_the_chinese_glossary_has_the_words_of_the_english_one() -> None:
    english, chinese = (
        (DOCS / folder / "glossary.md").read_text("utf-8").splitlines() for folder in ("", "zh")
    )
    words = {tuple(row.split(" | ")[:2]) for row in english if row.count(" | ") == 2}
    theirs = {tuple(row.split(" | ")[:2]) for row in chinese if row.count(" | ") == 2}
    said = {(word.removeprefix("| "), name) for word, name in words if name != "中文"}
    assert {(word, name.removeprefix("| ")) for name, word in theirs if word != "英文"} == said


def test_the_site_is_built_and_all_its_links_lead_somewhere(tmp_path: Path) -> None:
    """Strict: a page that the navigation lacks, a link or an anchor that leads nowhere ends it."""
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    pages = [path.read_text("utf-8") for path in tmp_path.rglob("*.html")]
    assert len(pages) > len(list(DOCS.glob("*.md"))) + len(CHINESE)
    loaded = re.compile(r"<(?:script|img|link)\b[^>]*(?:src|href)=\"?(https?:)?//", re.I)
    assert not [found[0] for page in pages if (found := loaded.search(page))]
