"""What part of a report a place belongs to; the five-year plans, and counts of years back."""

from __future__ import annotations

import re
from typing import NamedTuple

from zhibiao.domain import Status
from zhibiao.language.plans import counted

# Several years up to the one under review; 五年 may be said of a term of office.
SEVERAL_BACK = re.compile(
    r"(?:过去|这|近|上|回首|回顾|回望)(?:的|过去)?(?P<past>[三四五345])年|(?P<since>[三四五345])年来|五年(?:工作)?回顾|五年的?(?:工作|成就)|本届政府(?:的)?(?:工作)?(?:五年|回顾)|回首五年|回顾五年|(?P<within>[三四五345])年[间中]|的五年$"
    r"|(?:本届|上届)(?:政府|任期)?(?:任期|成立|履职|组成|任职)*(?:以来|五年|期间|内)|任期五年|届期五年|五年任期"
    r"|(?:自|从)?[省市县区州旗盟]?第?[一二三四五六七八九十]{1,3}届人(?:大|民代表大会)(?:第)?一次会议(?:召开)?以来"
    r"|第?[一二三四五六七八九十]{1,3}届[省市县区州旗盟]?(?:人民)?政府(?:任期|五年)?(?:的)?工作"
)


class Frame(NamedTuple):
    """From `start` on: whether figures are outturns or aims, and of which years."""

    start: int  # offset into the text
    status: Status
    year: int | None  # the year that a figure without its own year belongs to
    several: int  # how many years the frame covers: 5 in 五年来, else 1
    glossary: bool  # explanations of terms: no statements of the report
    alone: bool = False  # of a heading that names one year and no more: 2022年工作回顾


class Years(NamedTuple):
    """The years that a report speaks from; None where they are unknown."""

    delivered: int | None
    review: int | None
    names_next: bool = False  # whether the speech calls the year after its delivery 明年

    @property
    def planned(self) -> int | None:
        """The first year planned: after a session at the end of the year under review, the next."""
        return self.delivered + 1 if self.delivered and self.at_years_end else self.delivered

    @property
    def at_years_end(self) -> bool:
        """Whether the year of delivery is itself under review: 今年 lies behind such a report."""
        return self.delivered is not None and self.delivered == self.review

    def meant(self, word: str) -> int | None:
        """The year that 今年, 明年, 去年 or 过去一年 is."""
        if word == "过去一年" or self.delivered is None:
            return self.review
        return self.delivered + {"去年": -1, "明年": 1}.get(word, 0)


def told_back(match: re.Match[str]) -> int:
    """How many years a match of SEVERAL_BACK tells of; a term of office has five."""
    digit = next((digit for digit in match.groups() if digit), None)
    return counted(digit) if digit else 5
