"""Keyword sets: named dictionaries of terms, from files people have (txt, csv, TOML) or bundled.

docs/keywords.md describes the files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from zhibiao.errors import ReadError, ZhibiaoError
from zhibiao.reading.encodings import decode
from zhibiao.reading.small_csv import column, csv_rows

BUNDLED: Final = Path(__file__).parent / "data"
LONGEST_TERM: Final = 100  # characters
MOST_TERMS: Final = 100_000

_TERM_NAMES = ("term", "keyword", "word", "关键词", "词语", "词", "术语", "指标词")
_GROUP_NAMES = ("group", "category", "dimension", "组", "组别", "类别", "分类", "维度", "一级指标")
_WEIGHT_NAMES = ("weight", "权重")
# Columns that say something to people; any other one may be a misspelt weight.
_NOTE_NAMES = (
    "", "note", "notes", "remark", "comment", "source", "id", "no", "english",
    "备注", "说明", "注", "来源", "出处", "序号", "编号", "英文",
)  # fmt: skip
_REMARKS = ("name", "description")  # keys of a TOML file that say what it is


class KeywordSetError(ZhibiaoError):
    """A keyword set is invalid."""

    code = "invalid_keyword_set"


@dataclass(frozen=True, kw_only=True, slots=True)
class Keyword:
    """One term of a set."""

    term: str
    group: str = ""  # "": in none
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Entry:
    """A term with where it stands in its file."""

    term: Any
    place: str
    group: Any = ""
    weight: Any = 1.0


def load_keywords(chosen: str | Path) -> tuple[Keyword, ...]:
    """The terms of a file, or of a bundled set by its name; each once, in order.

    Raises KeywordSetError, which names file and line.
    """
    path = Path(chosen)
    if not path.exists() and str(chosen) in bundled_sets():
        path = bundled_sets()[str(chosen)]
    try:
        text, _ = decode(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        names = ", ".join(bundled_sets())
        raise KeywordSetError(
            f"{path}: there is no such file, and no bundled set of that name ({names})."
        ) from error
    except OSError as error:
        raise KeywordSetError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except ReadError as error:
        raise KeywordSetError(
            f"{path} is no text: save the terms as txt (a term a line), csv or TOML."
        ) from error
    reading = {".csv": _of_csv, ".tsv": _of_csv, ".toml": _of_toml}.get(
        path.suffix.lower(), _of_text
    )
    return keyword_set(reading(text, path), str(path))


def as_asked(keywords: Iterable[Keyword]) -> list[str | Mapping[str, Any]]:
    """As a request holds them: bare terms where there is no more to say, for it is the shorter."""
    return [
        keyword.term if keyword == Keyword(term=keyword.term) else asdict(keyword)
        for keyword in keywords
    ]


def bundled_sets() -> dict[str, Path]:
    """The sets that come along, by name."""
    return {path.stem: path for path in sorted(BUNDLED.glob("*.toml"))}


def keyword_set(entries: Iterable[_Entry], name: str) -> tuple[Keyword, ...]:
    """A term that stands twice counts once. Raises KeywordSetError where its entries differ."""
    found: dict[str, tuple[Keyword, str]] = {}
    for entry in entries:
        keyword = _checked(entry, name)
        first, place = found.setdefault(keyword.term, (keyword, entry.place))
        if first != keyword:
            raise KeywordSetError(
                f"{name}, {entry.place}: {keyword.term!r} is in {place} already, with another "
                "group or weight. A term is counted once: leave it in one place."
            )
    if not found:
        raise KeywordSetError(f"{name} holds no term.")
    if len(found) > MOST_TERMS:
        raise KeywordSetError(f"{name} holds {len(found):,} terms; at most {MOST_TERMS:,} fit.")
    return tuple(keyword for keyword, _ in found.values())


def _checked(entry: _Entry, name: str) -> Keyword:
    where = f"{name}, {entry.place}"
    if not isinstance(entry.term, str) or not entry.term.strip():
        raise KeywordSetError(f"{where}: a term is a text of at least one character.")
    term = entry.term.strip()
    if len(term) > LONGEST_TERM:
        raise KeywordSetError(
            f"{where}: {term[:20]}… has {len(term):,} characters; a term has at most "
            f"{LONGEST_TERM}. In a text file each term has a line of its own."
        )
    if any(ord(character) < 32 or character == "\ufffd" for character in term):
        raise KeywordSetError(f"{where}: {term!r} holds a character that no text has.")
    if not isinstance(entry.group, str):
        raise KeywordSetError(f"{where}: the group of {term!r} is no text.")
    weight = _weight(entry.weight)
    if weight is None:
        raise KeywordSetError(
            f"{where}: the weight of {term!r} is {entry.weight!r}; a number such as 0.5 is wanted."
        )
    return Keyword(term=term, group=entry.group.strip(), weight=weight)


def _weight(written: Any) -> float | None:
    if isinstance(written, bool):
        return None
    try:
        weight = float(written)
    except (TypeError, ValueError):
        return None
    return weight if abs(weight) < 1e12 else None  # neither nan nor inf


def _of_text(text: str, _path: Path) -> Iterator[_Entry]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield _Entry(line, f"line {number}")


def _of_csv(text: str, path: Path) -> Iterator[_Entry]:
    try:
        rows = csv_rows(text)
    except ValueError as error:
        raise KeywordSetError(f"{path}: {error}.") from error
    if not rows:
        return
    heading = rows[0][1]
    term = column(heading, _TERM_NAMES)
    if term is None:
        if any(len(row) > 1 for _, row in rows):
            raise KeywordSetError(
                f"{path}, line {rows[0][0]}: no column is called {', '.join(_TERM_NAMES[:4])} …; "
                "a CSV of several columns needs a heading: term,group,weight."
            )
        yield from (_Entry(row[0], f"line {number}") for number, row in rows)
        return
    known = {*_TERM_NAMES, *_GROUP_NAMES, *_WEIGHT_NAMES, *_NOTE_NAMES}
    unknown = [cell for cell in heading if cell.lower() not in known]
    if unknown:
        raise KeywordSetError(
            f"{path}, line {rows[0][0]}: the column {unknown[0]!r} is unknown; known are term, "
            "group, weight and note (词, 类别, 权重, 备注)."
        )
    group, weight = column(heading, _GROUP_NAMES), column(heading, _WEIGHT_NAMES)
    for number, row in rows[1:]:
        if any(row[len(heading) :]):
            raise KeywordSetError(
                f"{path}, line {number}: has {len(row)} cells, and the heading {len(heading)}. A "
                "term with a comma in it is written in quotes."
            )
        cells = row + [""] * (len(heading) - len(row))
        yield _Entry(
            cells[term],
            f"line {number}",
            "" if group is None else cells[group],
            1.0 if weight is None or not cells[weight] else cells[weight],
        )


def _of_toml(text: str, path: Path) -> Iterator[_Entry]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KeywordSetError(
            f"{path}: is no TOML: {error}. Names that are not ASCII need quotes there: "
            '[groups."应用"].'
        ) from error
    content = {key: value for key, value in content.items() if key not in _REMARKS}
    groups = content.pop("groups", {})
    if not isinstance(groups, Mapping):
        raise KeywordSetError(f"{path}: groups is no table; write [groups.NAME] with terms in it.")
    terms = content.pop("terms", [])
    yield from _of_group("", {"terms": terms, "weight": content.pop("weight", 1.0)}, path)
    for key in ("keywords", "keyword"):  # [[keyword]] with term, group, weight
        yield from _of_group("", content.pop(key, []), path)
    for name, group in [*content.items(), *groups.items()]:
        yield from _of_group(name, group, path)


def _of_group(name: str, group: Any, path: Path) -> Iterator[_Entry]:
    """A list of terms; or a table with `terms` and perhaps `weight`; or one of terms' weights."""
    place = f"group {name!r}" if name else "the top"
    table: Mapping[str, Any] = {"terms": group} if isinstance(group, list) else group
    if not isinstance(table, Mapping):
        raise KeywordSetError(
            f"{path}, {place}: expected a list of terms or a table with terms, found {group!r}."
        )
    if "terms" not in table:
        table = {"terms": dict(table)}
    if unknown := set(table) - {"terms", "weight", *_REMARKS}:
        raise KeywordSetError(
            f"{path}, {place}: unknown key {min(unknown)!r}; a group has terms and weight."
        )
    terms, usual = table["terms"], table.get("weight", 1.0)
    if isinstance(terms, Mapping):
        terms = [{"term": term, "weight": weight} for term, weight in terms.items()]
    if not isinstance(terms, list):
        raise KeywordSetError(f"{path}, {place}: terms is no list.")
    for number, entry in enumerate(terms, start=1):
        here = f"{place}, term {number}"
        if not isinstance(entry, Mapping):
            yield _Entry(entry, here, name, usual)
            continue
        if unknown := set(entry) - {"term", "group", "weight"}:
            raise KeywordSetError(f"{path}, {here}: unknown key {min(unknown)!r}.")
        weight = entry.get("weight", usual)
        yield _Entry(entry.get("term"), here, entry.get("group", name), weight)
