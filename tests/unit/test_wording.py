"""The tables of words and patterns that stand beside the modules."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

import zhibiao
from zhibiao.language.wording import FILE, Wording, wording

PACKAGE = Path(zhibiao.__file__).parent
TABLES = sorted(PACKAGE.rglob(FILE))


def test_a_name_in_braces_stands_for_another_entry() -> None:
    wording = Wording({"signs": ["乙", "甲乙"], "both": "(?:{signs})[0-9]{1,2}"})
    assert wording.pattern("both").fullmatch("甲乙12")
    assert not wording.pattern("both").fullmatch("丙12")


def test_code_may_give_what_only_it_knows() -> None:
    assert Wording({"year": "{digits}年"}).text("year", digits="[0-9]{4}") == "[0-9]{4}年"


def test_a_pattern_may_be_written_over_several_lines() -> None:
    assert Wording({"verbs": "\n    增长\n    |下降"}).text("verbs") == "增长|下降"


def test_a_list_may_hold_the_words_of_another_entry() -> None:
    wording = Wording(
        {"towns": ["镇", "乡"], "firm": "公司", "bodies": ["{firm}", "{towns}", "村"]}
    )
    assert wording.words("bodies") == ("公司", "镇", "乡", "村")
    assert wording.pattern("bodies").fullmatch("乡")


def test_a_table_names_what_it_shares_and_has_nothing_of_the_same_name() -> None:
    module = "zhibiao.extract.words.lexicon"
    shared = wording(module, Wording({"parks": ["园区"]}))
    assert shared.words("parks") == ("园区",)
    assert shared.words("parting") == wording(module).words("parting")
    with pytest.raises(AssertionError, match="parting"):
        wording(module, Wording({"parting": ["园区"]}))


def test_an_entry_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="nothing"):
        Wording({}).words("nothing")


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.parent.name)
def test_every_table_is_read_by_its_module_and_every_entry_is_asked_for(path: Path) -> None:
    for module, entries in tomllib.loads(path.read_text(encoding="utf8")).items():
        source = path.with_name(f"{module}.py").read_text(encoding="utf8")
        asked = {
            node.args[0].value
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("words", "text", "pattern")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        }
        within = {
            name
            for entry in entries.values()
            for name in re.findall(
                r"\{([a-z_]+)\}", entry if isinstance(entry, str) else " ".join(entry)
            )
        }
        assert asked & entries.keys(), module
        assert not entries.keys() - asked - within, module


# Packages of which each word that is looked for stands in a wording.toml.
READERS = ("analysis", "extract", "language", "metadata", "outline")
# Modules whose Chinese is told to people; and a table of the units that annotations have.
TELLING = frozenset(
    {"analysis/labels.py", "analysis/names.py", "analysis/scoring.py", "extract/explanation.py"}
)
# One character may stand in the code that asks for it, where its name would say no more: 倍, 第.
FUNCTION = frozenset(
    "的和由比在这即等第前后内末来成连原位级域全代道点个年日天岁元户戶人产港番倍附迈省区盟乾"
)
NUMERALS = frozenset(
    "零〇○一二三四五六七八九十百千万亿两半几数廿卅卌壹贰貳叁參肆伍陆陸柒捌玖拾佰仟"
)
SCRIPT = frozenset("\u4e00\u9fff")  # the first and the last of it, as bounds
HAN = re.compile("[\u3400-\u9fff]+")


def said(path: Path) -> list[str]:
    """The strings of a module but for its docstrings and what its errors tell people."""
    tree = ast.parse(path.read_text(encoding="utf8"))
    for_people = {
        id(each)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for each in ast.walk(node)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in for_people
    ]


def is_plain(run: str) -> bool:
    """Whether Chinese characters in a row are no word: a numeral, or one function character."""
    return run in FUNCTION or set(run) <= NUMERALS | SCRIPT


@pytest.mark.parametrize("package", READERS)
def test_words_that_are_looked_for_stand_in_no_code(package: str) -> None:
    modules = sorted((PACKAGE / package).rglob("*.py"))
    assert modules
    inline = [
        (name, text)
        for path in modules
        if (name := path.relative_to(PACKAGE).as_posix()) not in TELLING
        for text in said(path)
        if not all(is_plain(run) for run in HAN.findall(text))
    ]
    assert inline == []


def test_every_function_character_is_one_that_some_code_asks_for() -> None:
    modules = [path for package in READERS for path in (PACKAGE / package).rglob("*.py")]
    modules = [path for path in modules if path.relative_to(PACKAGE).as_posix() not in TELLING]
    told = {run for path in modules for text in said(path) for run in HAN.findall(text)}
    assert told >= FUNCTION
