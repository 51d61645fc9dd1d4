"""The subject of a number that the catalogue does not know, in one form however it is worded.

改造老旧小区24个, 完成老旧小区改造24个 and 24个老旧小区全部完成改造 are all about
老旧小区改造, so that one search finds them. Word lists: words/data/subjects.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

_SHORTEST = 2  # characters of a subject that is still one
_MARKS = re.compile(r"[“”‘’\"《》①-⑳⑴-⒇●◆■▲★▼]|[〔\[][0-9]{1,3}[〕\]]|^[0-9]{1,3}[〕\]]|[〔\[]$")
# 供热面积由2011年的, 价格比上年: when, and not what.
_SINCE = re.compile("[由从比较](?:[12][0-9]{3}年?|上年|去年|年初).*$")
_MEASURES = ("率", "额", "量", "值", "数", "度")  # at the end of a name: a head of some kind
_EDGES = " \n　，、：；。（）()—-~:;,."


class _Forms(NamedTuple):
    before: re.Pattern[str]
    behind: re.Pattern[str]
    work: re.Pattern[str]
    parted: re.Pattern[str]
    predicate: re.Pattern[str]
    head: re.Pattern[str]
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
    return name.endswith(_MEASURES) or _forms().head.search(name) is not None


def _without_undertaking(text: str, forms: _Forms) -> str:
    """老旧小区改造工程 as 老旧小区改造."""
    work = forms.undertaking.sub("", text)
    return work if forms.worked.search(work) else text


def _stripped(text: str, forms: _Forms) -> str:
    """Without the words on either side that say nothing of what it is about."""
    while (found := forms.before.match(text)) and len(text) - found.end() >= _SHORTEST:
        text = text[found.end() :]
    while (found := forms.behind.search(text)) and found.start() >= _SHORTEST:
        text = text[: found.start()]
    return text


@lru_cache(maxsize=1)
def _forms() -> _Forms:
    source = resources.files("zhibiao.extract.words").joinpath("data", "subjects.toml")
    words: dict[str, list[str]] = tomllib.loads(source.read_text("utf-8"))
    kept, nouns = _any(words["kept_before"]), _any(words["nouns_of_work"])
    return _Forms(
        before=re.compile(f"(?:{_any(words['before'])})(?!{kept})[ ，、：]*"),
        behind=re.compile(f"[ ，、：]*(?:{_any(words['behind'])})$"),
        work=re.compile(f"(?:{_any(words['work'])})(?!{nouns})"),
        parted=re.compile(f"(?:{_any(words['between'])})(?P<work>{_any(words['work'])})$"),
        predicate=re.compile(_any(words["predicates"])),
        worked=re.compile(f".(?:{_any(words['work'])})$"),
        undertaking=re.compile(f"(?:{_any(words['undertakings'])})$"),
        head=re.compile(f"(?:{_any(words['heads'])})$"),
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))
