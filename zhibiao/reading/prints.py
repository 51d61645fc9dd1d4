"""Which titles stand over another print of one report: its excerpt, or its body again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

from zhibiao.language.dates import HAN_YEAR
from zhibiao.text.copies import is_copy

_YEAR = re.compile(rf"{HAN_YEAR}(?=\s*年)")  # words of a title that was spaced keep their signs
_NO_PLACE = re.compile(
    rf"{_YEAR.pattern}|年度?|人民政府|政府工作的?(?:报告|報告)|工作报告|[^\u4e00-\u9fff]|关于|在"
)


class _Title(Protocol):
    @property
    def line_start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def words(self) -> str: ...
    @property
    def subtitle(self) -> str | None: ...


TitleT = TypeVar("TitleT", bound=_Title)


def of_one_print(text: str, titles: Sequence[TitleT]) -> list[TitleT]:
    """The titles but those under which the report before is printed another time.

    Both prints stay in one document; cleaning keeps the fuller one.
    """
    kept: list[TitleT] = []
    for index, title in enumerate(titles):
        end = titles[index + 1].line_start if index + 1 < len(titles) else len(text)
        before = text[kept[-1].end : title.line_start] if kept else ""
        if (
            not kept
            or _names_another(kept[-1], title)
            or not is_copy(before.strip(), text[title.end : end].strip())
        ):
            kept.append(title)
    return kept


def _names_another(one: _Title, other: _Title) -> bool:
    """Whether two titles name different years or different places."""
    years = [set(_YEAR.findall(f"{title.words}{title.subtitle}")) for title in (one, other)]
    if all(years) and years[0].isdisjoint(years[1]):
        return True
    places = [_NO_PLACE.sub("", title.words) for title in (one, other)]
    return all(places) and places[0] not in places[1] and places[1] not in places[0]
