"""The tables of words and patterns that stand beside the modules."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

import zhibiao
from zhibiao.language.wording import FILE, Wording

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
            if isinstance(entry, str)
            for name in re.findall(r"\{([a-z_]+)\}", entry)
        }
        assert asked & entries.keys(), module
        assert not entries.keys() - asked - within, module
