"""The subject of a number that the catalogue does not know, in one form however it is worded.

改造老旧小区24个, 完成老旧小区改造24个 and 24个老旧小区全部完成改造 are all about
老旧小区改造, so that one search finds them. Word lists: words/data/subjects.toml.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Final

from zhibiao.language.alternatives import Beginnings, Endings, any_of
from zhibiao.language.wording import wording

_SHORTEST: Final = 2  # characters of a subject that is still one
_MARKS: Final = re.compile(
    r"[“”‘’\"《》①-⑳⑴-⒇●◆■▲★▼]|[〔\[][0-9]{1,3}[〕\]]|^[0-9]{1,3}[〕\]]|[〔\[]$"
)
_WORDING: Final = wording(__name__)
_ASIDE: Final = _WORDING.pattern("aside")
_SINCE: Final = _WORDING.pattern("since")
_MARKED: Final = _WORDING.pattern("marked")
_OF_SIZE: Final = _WORDING.text("of_size")
_EDGES: Final = " \n　，、：；。（）()—-~:;,."
_GAPS: Final = " ，、："  # marks between the subject and the words on either side


class _Forms:
    """The words of subjects.toml. A plain class, for compiled ones have fields at fixed places."""

    def __init__(self, words: dict[str, list[str]]) -> None:
        self.before = Beginnings(words["before"], words["kept_before"])
        self.behind = Endings(words["behind"])
        self.work = Beginnings(words["work"], words["nouns_of_work"])
        self.between = Endings(words["between"])
        self.worked = Endings(words["work"])
        self.undertaking = Endings(words["undertakings"])
        self.head = Endings(words["heads"])
        self.measure = Endings([*words["heads"], *words["measures"]])
        self.predicate = re.compile(any_of(words["predicates"]))


def subject_of(phrase: str, *, counted: bool = False) -> str:
    """The subject that a phrase next to a number names; "" where it names none.

    `counted`: the phrase stands behind its number (24个老旧小区完成改造).
    """
    forms = _forms()
    if phrase.endswith(("）", ")")):
        phrase = _ASIDE.sub("", phrase)  # 保障性住房（含棚户区改造）
    plain = _MARKED.search(phrase) is None
    text = (phrase if plain else _MARKS.sub("", phrase)).strip(_EDGES)
    parted = _parted(text, forms)
    if parted:
        text = parted
    elif counted:
        cut = forms.predicate.search(text, _SHORTEST)
        text = text[: cut.start()] if cut is not None else text
    if not plain:
        text = _SINCE.sub("", text) or text
    text = _stripped(text, forms)
    text = _without_undertaking(text, forms)
    work = forms.work.of(text)
    if work and len(text) - len(work) >= _SHORTEST:
        rest = text[len(work) :]
        if _OF_SIZE not in rest:  # 亿元以上重点项目开工: 重点 is no thing without 项目
            rest = rest.removesuffix(forms.undertaking.of(rest))
        text = _without_undertaking(rest + work, forms)
    return "" if text.rstrip(_GAPS) in forms.before.words else text.strip(_EDGES)


def shared_head(last: str) -> str:
    """The end that a list's last name shares with those before it: 吞吐量 of 货邮吞吐量; ""."""
    last = _stripped(last, _forms())
    head = _forms().head.of(last)
    return head if len(head) < len(last) else ""


def has_head(name: str) -> bool:
    """Whether a name of a list says by itself what is measured of it."""
    return bool(_forms().measure.of(_stripped(name, _forms())))


def _parted(text: str, forms: _Forms) -> str:
    """老旧小区全部完成改造 as 老旧小区改造; "" where nothing stands between thing and work."""
    rest, work = "", ""
    for said in forms.worked.all_of(text):
        between = forms.between.of(text[: -len(said)])
        before = text[: len(text) - len(said) - len(between)]
        if between and (not work or len(before) < len(rest)):
            rest, work = before, said
    return rest + work if len(rest) >= _SHORTEST else ""


def _without_undertaking(text: str, forms: _Forms) -> str:
    """老旧小区改造工程 as 老旧小区改造."""
    undertaking = forms.undertaking.of(text)
    if not undertaking:
        return text
    work = text.removesuffix(undertaking)
    return work if forms.worked.end(work) else text


def _stripped(text: str, forms: _Forms) -> str:
    """Without the words on either side that say nothing of what it is about."""
    while before := forms.before.of(text):
        rest = text[len(before) :].lstrip(_GAPS)
        if len(rest) < _SHORTEST:
            break
        text = rest
    while behind := forms.behind.of(text):
        rest = text[: -len(behind)].rstrip(_GAPS)
        if len(rest) < _SHORTEST:
            break
        text = rest
    return text


@lru_cache(maxsize=1)
def _forms() -> _Forms:
    source = resources.files("zhibiao.extract.words").joinpath("data", "subjects.toml")
    return _Forms(tomllib.loads(source.read_text("utf-8")))
