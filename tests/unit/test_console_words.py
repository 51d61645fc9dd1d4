"""Every word of the API that a page shows has a name in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

import api.console
import zhibiao.metadata
from api.access import RULES
from api.auditing import LOG_IN
from api.console.words import ADVICE, MISSING_PARTS, WORDS
from api.schemas.runs import RunStatus
from zhibiao.analysis.cells import SET_ASIDE
from zhibiao.domain import Bound, Measure, Scope, Stage, State, Status
from zhibiao.domain.difference import COMPARED
from zhibiao.domain.vocabulary import Doubt
from zhibiao.gazetteer.gazetteer import Gazetteer
from zhibiao.outline.frames import SectionKind
from zhibiao.pipeline import Language, inputs
from zhibiao.store.reprocessing.outdated import LeftAlone
from zhibiao.store.reprocessing.plans import ASKED_FOR, MISSING, UNKNOWN

# What a plan names as the reason why documents are outdated.
INPUTS = {name for made in inputs(Language.load()).values() for name in made}
INPUTS |= {MISSING, ASKED_FOR, UNKNOWN}
TEMPLATES = sorted(Path(api.console.__file__).parent.glob("templates/*.html"))
DOCS = Path(__file__).parents[2] / "docs"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        *(("state", State), ("stage", Stage), ("measure", Measure), ("status", Status)),
        *(("bound", Bound), ("scope", Scope), ("doubt", Doubt), ("run", get_args(RunStatus))),
        *(("section", SectionKind), ("set aside", SET_ASIDE), ("left alone", LeftAlone)),
        ("difference", COMPARED),
        ("input", INPUTS),
        ("level", {each.level for each in Gazetteer.load()}),
        ("action", {rule.action for rule in RULES.values() if rule.action} | {LOG_IN}),
    ],
)
def test_every_value_has_a_name(kind: str, values: Iterable[str]) -> None:
    assert set(WORDS[kind]) == {str(value) for value in values}


def test_whatever_decides_metadata_has_a_name() -> None:
    folder = Path(zhibiao.metadata.__file__).parent
    sources = {"given", "corrected"}
    for path in folder.glob("*.py"):
        written = path.read_text("utf-8")
        sources |= set(re.findall(r'note\([^\n]*, "([a-z ]+)"\)$', written, re.MULTILINE))
        sources |= set(re.findall(r'\byield "([a-z ]+)", ', written))
        sources |= set(re.findall(r'\breturn [^\n]*, "([a-z ]+)"', written))
    assert len(sources) > 10
    assert sources <= set(WORDS["decided by"])


def test_every_kind_of_word_is_asked_for_and_known() -> None:
    written = "".join(path.read_text("utf-8") for path in TEMPLATES)
    asked = set(re.findall(r'\b(?:word|options)\("([\w ]+)"', written))
    assert asked == set(WORDS)


def test_every_part_of_the_service_says_in_chinese_why_it_is_not_well() -> None:
    assert MISSING_PARTS.keys() == WORDS["part"].keys()


def test_every_advice_is_about_an_error_that_there_is() -> None:
    described = (DOCS / "errors.md").read_text("utf-8")
    assert [code for code in ADVICE if f"`{code}`" not in described] == []


def test_every_text_of_a_page_is_there_in_english_and_in_chinese() -> None:
    found = 0
    for path in TEMPLATES:
        for english, chinese in re.findall(
            r'\bt\(\s*"((?:[^"\\]|\\.)*)"[^,()]*,\s*"((?:[^"\\]|\\.)*)"', path.read_text("utf-8")
        ):
            found += 1
            assert CHINESE.search(chinese) or not english.strip(" ,"), (path.name, english)
            assert not CHINESE.search(english.replace("彬州市", "")), (path.name, english)
    assert found > 150
