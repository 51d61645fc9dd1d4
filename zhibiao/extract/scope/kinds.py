"""The kinds of parts of a region that a figure can be of."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class PartKind(StrEnum):
    """Why a figure is not the region's as a whole."""

    SUBJECT = "subject"  # 经开区实现产值…: a part is the subject
    ATTRIBUTE = "part"  # 园区产值: a part stands before the name
    PLACE = "place"  # a row, a column or a caption of a table is of a part
    AMONG = "among"  # a row of a table under 其中, and the row above it
    OF = "of"  # 经开区企业增至57户，税收…: a part that an uncatalogued number was about
    INNER = "inner"  # 中心城区PM2.5…: only figures that towns are measured by go on about it
    BUILT = "built"  # 建成区面积…，人口…: how far the town is built, and who lives there
    OTHER_REGION = "other_region"  # 全省
    PARTNER = "partner"  # 对香港进出口
    SECTOR = "sector"  # “新三样”出口
    WITHOUT = "without"  # 剔除烟草因素
    PER = "per"  # 人均财政收入
    UNKNOWN = "unknown"  # a word that nobody knows stands before a short name


class Part(NamedTuple):
    """A part of the region: its kind, and the words that say so."""

    kind: PartKind
    words: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.words}"
