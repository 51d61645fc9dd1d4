"""A report on its way: as read, as cleaned, and what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from zhibiao.domain.spans import OffsetMap


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoding:
    """How bytes became characters."""

    encoding: str  # Python's codec name: "utf-8", "gb18030", "big5hkscs", "utf-16-le"
    # "bom" | "utf-8" | "declared" | "score" | "format" (docx and pdf know theirs) | "repaired" (it
    # had been read in a wrong encoding; `encoding` names both: "utf-8 read as gb18030")
    decided_by: str
    undecodable: int = 0  # bytes that fit no character of that encoding


@dataclass(frozen=True, kw_only=True, slots=True)
class RawDocument:
    """One report as it was read out of a source; `text` is what every stored span points into."""

    name: str  # the source's file name; "archive.zip/folder/name.txt" for a member
    part: int  # 0-based position among the source's documents
    text: str
    media_type: str  # of the file it came from: "text/plain", "text/html", "application/pdf" …
    title: str | None = None  # a title that stands outside the text (HTML <title>, docx property)
    decoding: Decoding | None = None
    split_by: str | None = None  # why it was cut here: the title line; None when it was not cut
    given: Mapping[str, object] = field(default_factory=dict)  # metadata that came with it (NDJSON)


@dataclass(frozen=True, kw_only=True, slots=True)
class CleanText:
    """A document's text without boilerplate, and where each character of it stood."""

    text: str
    offsets: OffsetMap  # clean -> raw


@dataclass(frozen=True, kw_only=True, slots=True)
class Metadata:
    """What is known about a document. None is "not stated", never a guess."""

    title: str | None = None
    region: str | None = None  # full official name of the reporting region: 彬州市
    region_code: str | None = None  # GB/T 2260, six digits; the nation is 000000
    province: str | None = None  # full name; None for the nation
    level: str | None = None  # "nation" | "province" | "prefecture" | "county"
    year: int | None = None  # of delivery
    review_year: int | None = None  # the (last) year that is reviewed
    speaker: str | None = None  # 贾晟
    delivered_on: date | None = None
    meeting: str | None = None  # 扬中市第十八届人民代表大会第一次会议
    partial: bool = False  # an excerpt, a digest, one half of a newspaper print
    candidates: tuple[str, ...] = ()  # region codes that fit, when none could be settled on
    decided_by: Mapping[str, str] = field(default_factory=dict)  # field -> where it was found
