"""What is wrong is said in the page's language, whatever is wrong. The values are made up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

import api.app  # noqa: F401  (every class of errors is defined)
from api.access import RULES, forbidden
from api.console.choices import (
    DocumentChoice,
    ListChoice,
    ObservationChoice,
    PanelChoice,
    PlanChoice,
    RunDocumentChoice,
    SearchChoice,
    chosen,
)
from api.console.messages import CHINESE, fields_told, in_chinese, told
from api.console.routes.coverage import CoverageChoice
from api.console.routes.keywords import KeywordPageChoice
from api.schemas.access import NewKey, NewUser
from api.schemas.corrections import CorrectionRequest
from api.schemas.documents import DocumentPatch
from zhibiao.domain.access import Caller
from zhibiao.errors import InvalidCorrection, MetadataError, ZhibiaoError
from zhibiao.extract.by_hand import FIELDS
from zhibiao.store.database.errors import NotFound

ERRORS = Path(__file__).parents[2] / "docs" / "errors.md"
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
CHINESE_LETTERS = re.compile("[\u4e00-\u9fff]")
FORMS = [
    *(ListChoice, RunDocumentChoice, DocumentChoice, ObservationChoice, SearchChoice, PanelChoice),
    *(PlanChoice, CoverageChoice, KeywordPageChoice),
]
WRONG = ("x", "-1", "1.5", "9" * 40, "2" * 300, "\0", "\ud800", "true", "…")


def request(language: str, **query: str) -> Request:
    wanted = {"type": "http", "headers": [(b"accept-language", language.encode())]}
    found = Request({**wanted, "query_string": b""})
    found._query_params = query  # type: ignore[assignment]  # none that an address could not hold
    return found


def is_chinese(said: str) -> bool:
    return bool(CHINESE_LETTERS.search(said)) and not ENGLISH.search(said)


def codes(heading: str) -> list[str]:
    (part,) = re.findall(
        rf"^## {heading}\n(.*?)(?=^## |\Z)", ERRORS.read_text("utf-8"), re.S | re.M
    )
    found = re.findall(r"^\| `(\w+)` \|", part, re.M)
    assert len(found) > 10
    return found


@pytest.mark.parametrize("heading", ["Requests", "Documents"])
def test_every_error_that_a_page_can_show_has_words_in_chinese(heading: str) -> None:
    assert [code for code in codes(heading) if code not in CHINESE] == []


def test_no_words_are_of_an_error_that_there_is_not() -> None:
    described = ERRORS.read_text("utf-8")
    assert [code for code in CHINESE if f"`{code.partition('.')[0]}`" not in described] == []
    fields = {code.partition(".")[2] for code in CHINESE if code.startswith("invalid_correction.")}
    assert fields <= {*FIELDS, "observation", "evidence"}


@pytest.mark.parametrize("kind", FORMS)
def test_a_wrong_choice_is_told_in_the_language_of_the_page(kind: type[BaseModel]) -> None:
    told_of = 0
    for name in (*kind.model_fields, "unknown"):
        for wrong in WRONG:
            in_english = chosen(request("en", **{name: wrong}), kind).problem
            said = chosen(request("zh", **{name: wrong}), kind).problem
            assert (said is None) == (in_english is None)
            if said is not None and in_english is not None:
                told_of += 1
                assert is_chinese(said), said
                assert not CHINESE_LETTERS.search(in_english.replace("…", "")), in_english
    assert told_of >= len(WRONG)  # `unknown` is always


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (NewUser, {"name": "", "scopes": [], "password": "short", "expires_days": "x"}),
        (NewKey, {"name": "a b", "scopes": ["all"], "expires_days": "0"}),
        (CorrectionRequest, {"kind": "other", "observation": "x"}),
        (CorrectionRequest, {"kind": "edited", "stated": {"value": "inf", "start": "-1"}}),
        (CorrectionRequest, {"kind": "edited", "stated": {"unit": "元" * 99, "bound": "x"}}),
        (DocumentPatch, {"year": "soon", "delivered_on": "soon", "partial": "perhaps"}),
    ],
)
def test_a_wrong_form_is_told_by_field_in_the_language_of_the_page(
    form: type[BaseModel], written: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as wrong:
        form.model_validate(written)
    assert is_chinese(fields_told(request("zh"), wrong.value))
    said = fields_told(request("en"), wrong.value)
    assert not CHINESE_LETTERS.search(said)
    wrong_fields = written.get("stated", written)
    assert {each.partition(":")[0] for each in said.split("; ")} == wrong_fields.keys()


def kinds(root: type[ZhibiaoError]) -> Iterable[type[ZhibiaoError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_error_is_told_in_chinese_with_what_it_is_about() -> None:
    asked = request("zh")
    for kind in kinds(ZhibiaoError):
        if kind.code in CHINESE:
            assert is_chinese(told(asked, kind())), kind
    assert "批次 99" in told(asked, NotFound("There is no run 99.", run=99))
    assert "文档 3" in told(asked, NotFound("There is no document 3.", document=3))
    wrong = MetadataError("There is no region.", field="region", value="无此县")
    assert "“无此县”" in told(asked, wrong)
    meant = InvalidCorrection("indicator is wrong.", field="indicator", nearest=["gdp", "gnp"])
    assert told(asked, meant).endswith("相近的有：gdp、gnp。")
    caller = Caller(name="user:li", owner="user:li", scopes=frozenset(), credential="")
    refused = told(asked, forbidden(RULES["GET", "/access"], caller))
    assert ("一切" in refused, "user:li" in refused) == (True, True)


def test_an_error_that_is_not_known_is_told_in_chinese_too() -> None:
    assert is_chinese(in_chinese("made_up", {"field": "made_up"}))
    assert is_chinese(in_chinese("not_found"))
