"""The subject of a number that the catalogue does not know, in one form however it is worded.

改造老旧小区24个, 完成老旧小区改造24个 and 24个老旧小区全部完成改造 are all about
老旧小区改造, so that one search finds them. Word lists: words/data/subjects.toml.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from zhibiao.language.alternatives import any_of

_SHORTEST = 2  # characters of a subject that is still one
_MARKS = re.compile(r"[“”‘’\"《》①-⑳⑴-⒇●◆■▲★▼]|[〔\[][0-9]{1,3}[〕\]]|^[0-9]{1,3}[〕\]]|[〔\[]$")
# 供热面积由2011年的, 价格比上年: when, and not what.
_SINCE = re.compile("[由从比较](?:[12][0-9]{3}年?|上年|去年|年初).*$")
_EDGES = " \n　，、：；。（）()—-~:;,."
_GAPS = " ，、："  # marks between the subject and the words on either side


class _Forms(NamedTuple):
    before: re.Pattern[str]
    behind: re.Pattern[str]
    work: re.Pattern[str]
    parted: re.Pattern[str]
    predicate: re.Pattern[str]
    head: re.Pattern[str]
    measure: re.Pattern[str]
    worked: re.Pattern[str]
    undertaking: re.Pattern[str]


def subject_of(phrase: str, *, counted: bool = False) -> str:
    """The subject that a phrase next to a number names; "" where it names none.

    `counted`: the phrase stands behind its number (24个老旧小区完成改造).
    """
    forms = _forms()
    text = _MARKS.sub("", phrase).strip(_EDGES)
    parted = forms.parted.search(text)
    if parted is not None and parted.start() >= _SHORTEST:
        text = text[: parted.start()] + parted["work"]
    elif counted:
        cut = forms.predicate.search(text, _SHORTEST)
        text = text[: cut.start()] if cut is not None else text
    text = _SINCE.sub("", text) or text
    text = _stripped(text, forms)
    text = _without_undertaking(text, forms)
    work = forms.work.match(text)
    if work is not None and len(text) - work.end() >= _SHORTEST:
        text = forms.undertaking.sub("", text[work.end() :]) + work[0]
    text = _without_undertaking(text, forms)
    return "" if forms.before.fullmatch(text) else text.strip(_EDGES)


def shared_head(last: str) -> str:
    """The end that a list's last name shares with those before it: 吞吐量 of 货邮吞吐量; ""."""
    last = _stripped(last, _forms())
    found = _forms().head.search(last)
    return found[0] if found is not None and found.start() else ""


def has_head(name: str) -> bool:
    """Whether a name of a list says by itself what is measured of it."""
    name = _stripped(name, _forms())
    return _forms().measure.search(name) is not None


def _without_undertaking(text: str, forms: _Forms) -> str:
    """老旧小区改造工程 as 老旧小区改造."""
    work = forms.undertaking.sub("", text)
    return work if forms.worked.search(work) else text


def _stripped(text: str, forms: _Forms) -> str:
    """Without the words on either side that say nothing of what it is about."""
    while (found := forms.before.match(text)) and len(text) - found.end() >= _SHORTEST:
        text = text[found.end() :]
    while found := forms.behind.search(text):
        rest = text[: found.start()].rstrip(_GAPS)
        if len(rest) < _SHORTEST:
            break
        text = rest
    return text


@lru_cache(maxsize=1)
def _forms() -> _Forms:
    source = resources.files("zhibiao.extract.words").joinpath("data", "subjects.toml")
    words: dict[str, list[str]] = tomllib.loads(source.read_text("utf-8"))
    any_ = {kind: any_of(listed) for kind, listed in words.items()}
    return _Forms(
        before=re.compile(f"(?:{any_['before']})(?!{any_['kept_before']})[{_GAPS}]*"),
        behind=re.compile(f"(?:{any_['behind']})$"),
        work=re.compile(f"(?:{any_['work']})(?!{any_['nouns_of_work']})"),
        parted=re.compile(f"(?:{any_['between']})(?P<work>{any_['work']})$"),
        predicate=re.compile(any_["predicates"]),
        worked=re.compile(f".(?:{any_['work']})$"),
        undertaking=re.compile(f"(?:{any_['undertakings']})$"),
        head=re.compile(f"(?:{any_['heads']})$"),
        measure=re.compile(f"(?:{any_['heads']}|{any_['measures']})$"),
    )
