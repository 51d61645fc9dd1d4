"""An entry of a list, a text with what is known about it, becomes a member.

The same for a line of NDJSON, an element of a JSON array and a row of a CSV table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhibiao.errors import BrokenFile, LimitExceeded, UndecodableText
from zhibiao.reading.encodings import UNDECODABLE_SHARE
from zhibiao.reading.members import Member
from zhibiao.reading.names import safe_name, visible
from zhibiao.reading.storable import defect_of

# The first of these that is there wins. Compared without regard to case and outer blanks.
TEXT_KEYS = ("text", "content", "正文", "内容", "全文", "文本")
NAME_KEYS = ("name", "source", "filename", "file_name", "file", "文件名", "文件")
METADATA_KEYS: dict[str, tuple[str, ...]] = {
    # a field of the metadata, and what its column is called elsewhere
    "title": ("标题", "题目", "报告标题", "报告名称"),
    "region": ("地区", "地区名称", "行政区", "区县", "城市"),
    "region_code": ("地区代码", "行政区划代码", "区划代码", "行政代码"),
    "province": ("省份", "省"),
    "year": ("年份", "年度", "年"),
    "review_year": ("回顾年份",),
    "speaker": ("报告人", "作报告人"),
    "delivered_on": ("报告日期", "作报告日期"),
    "meeting": ("会议", "会议名称"),
    "partial": ("节选",),
}
_KNOWN = frozenset(
    (
        *NAME_KEYS,
        *METADATA_KEYS,
        *(alias for aliases in METADATA_KEYS.values() for alias in aliases),
    )
)
_LONGEST_HEADING = 40  # characters of a column's name
SHOWN_COLUMNS = 12
_LONGEST_EXTRA = 1_000  # characters of a value that is no metadata; a page's source is not kept
_WHOLE = re.compile(r"\s*(\d+)(?:\.0+)?\s*年?\s*")
_DATE = re.compile(r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00)?)?\s*")
_FLAGS = {"true": True, "false": False, "是": True, "否": False}


def _absent(_constant: str) -> None:
    """NaN is what pandas writes where nothing is known."""


DECODER = json.JSONDecoder(parse_constant=_absent)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an entry stands: 17th line of all.ndjson, its row in a sheet …"""

    file: str
    noun: str  # line, entry or row
    number: int  # from 1; a sheet's header is row 1
    alone: bool = False  # the file holds nothing else

    @property
    def name(self) -> str:
        return self.file if self.alone else f"{self.file}:{self.number}"

    def broken(self, why: str) -> BrokenFile:
        return BrokenFile(
            f"{self.name} cannot be used: {why}. Correct the {self.noun} and submit it again.",
            name=self.name,
            **{self.noun: self.number},
        )


def has_text(keys: Iterable[object]) -> bool:
    """Whether one of these keys or columns may hold the report itself."""
    return any(_plain(key) in TEXT_KEYS for key in keys)


def is_header(columns: Sequence[str]) -> bool:
    """Whether cells are the names of columns, one of them that of the texts."""
    return all(len(column) <= _LONGEST_HEADING for column in columns) and has_text(columns)


def shown(columns: Sequence[str]) -> str:
    """Columns or keys for a message: the first ones, each cut off where it is long; "" for none."""
    named = ", ".join(
        f'"{visible(column[:_LONGEST_HEADING])}"' for column in columns[:SHOWN_COLUMNS]
    )
    return named + (" …" if len(columns) > SHOWN_COLUMNS else "")


def is_known(key: object) -> bool:
    """Whether a key or column is a name or metadata."""
    return _plain(key) in _KNOWN


def wanted_text() -> str:
    """The keys that were looked for, in words."""
    return ", ".join(TEXT_KEYS[:-1]) + f" or {TEXT_KEYS[-1]}"


def member(entry: object, place: Place, longest: int) -> Member:
    """The entry's text under its name, with what else it holds as metadata.

    `longest` in bytes. Raises BrokenFile, LimitExceeded or UndecodableText.
    """
    if not isinstance(entry, dict):
        raise place.broken("it is not a JSON object")
    keys = {_plain(key): key for key in entry}
    text = next((key for key in TEXT_KEYS if isinstance(entry.get(keys.get(key)), str)), None)
    if text is None:
        raise place.broken(f"it has no text (looked for {wanted_text()})")
    rest = {key: value for key, value in entry.items() if key and key != keys[text]}
    content = _encoded(entry[keys[text]], place, longest)
    name = place.name
    for key in NAME_KEYS:
        stated = rest.get(keys.get(key))
        if isinstance(stated, str) and (safe := safe_name(stated)):
            name = safe
            del rest[keys[key]]
            break
    given = _metadata(rest, keys)
    if (defect := defect_of(given)) is not None:
        raise place.broken(f"what is known of it holds {defect}")
    return Member(name=name, content=content, given=given)


def _plain(key: object) -> str:
    return str(key).strip().casefold()


def _encoded(text: str, place: Place, longest: int) -> bytes:
    if text.count("\ufffd") > UNDECODABLE_SHARE * len(text):
        raise UndecodableText(
            f"{place.name}: more than {UNDECODABLE_SHARE:.1%} of its text fits no character. Save "
            f"{place.file} as UTF-8 and submit it again.",
            name=place.name,
        )
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise place.broken(f"its text holds half a character ({error})") from error
    if len(content) > longest:
        raise LimitExceeded(
            f"{place.name} is longer than the limit of {longest} bytes.",
            name=place.name,
            limit=longest,
        )
    return content


def _metadata(rest: dict[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """What is known of the text, by the metadata's own names; short values besides as they are."""
    given: dict[str, Any] = {}
    for field, aliases in METADATA_KEYS.items():
        for key in (field, *aliases):
            if rest.get(keys.get(key, ""), "") not in (None, ""):
                given[field] = _tidy(field, rest.pop(keys[key]))
                break
    extras = {
        key: value
        for key, value in rest.items()
        if value not in (None, "") and len(_written(value)) <= _LONGEST_EXTRA
    }
    return extras | given


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tidy(field: str, value: Any) -> Any:
    """As it was meant: tables write 2023.0 or 2023年, and 2023/1/5 or midnight for a day."""
    if field in ("year", "review_year", "region_code"):
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, str) and (whole := _WHOLE.fullmatch(value)):
            return whole[1]
    if not isinstance(value, str):
        return value
    if field == "delivered_on" and (day := _DATE.fullmatch(value)):
        return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
    if field == "partial":
        return _FLAGS.get(value.strip().casefold(), value)
    return value
