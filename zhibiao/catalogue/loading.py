"""Read the catalogue from its TOML files: the built-in one, and those of users."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from zhibiao.catalogue.indicators import (
    Catalogue,
    Compound,
    Elsewhere,
    Indicator,
    Kind,
    Made,
    Passage,
    Purpose,
    Share,
    Topic,
    Whole,
)
from zhibiao.catalogue.templates import expand
from zhibiao.catalogue.units import dimension
from zhibiao.errors import CatalogueError

_Choice = TypeVar("_Choice", bound=StrEnum)

_SOURCE = "catalogue.toml"


def load_catalogue(*user_files: Path) -> Catalogue:
    """The built-in catalogue, with the users' files added on top in the given order.

    A user's indicator with a new id is added; one with a known id extends it: its lists are
    appended, its other fields replace. Raises CatalogueError naming file and line.
    """
    written = [(str(path), read_catalogue(path)) for path in user_files]
    return parse_catalogue(built_in_text(), *written)


def built_in_text() -> str:
    """The built-in catalogue, as its file has it."""
    return resources.files("zhibiao.catalogue").joinpath("data", _SOURCE).read_text("utf-8")


def read_catalogue(path: Path) -> str:
    """The text of a user's file. Raises CatalogueError where there is none."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: cannot be read: {error}", file=str(path)) from error


@lru_cache(maxsize=4)  # the last few texts: whoever asks again gets the very same object
def parse_catalogue(built_in: str, *users: tuple[str, str]) -> Catalogue:
    """As `load_catalogue`, from the texts of the files; of users' ones (name of the file, text)."""
    sources = [(_SOURCE, built_in), *users]
    digest = hashlib.sha256()
    tables: dict[str, dict[str, Any]] = {}
    compounds: list[Compound] = []
    for file, content in sources:
        digest.update(content.encode())
        parsed = _parse(file, content)
        for position, table in enumerate(parsed.get("indicator", [])):
            place = _Place(file, content, "indicator", position)
            _check_fields(table, place)
            known = tables.get(table["id"])
            tables[table["id"]] = _extended(known, table) if known else table
            _indicator(tables[table["id"]], place)
        for position, table in enumerate(parsed.get("compound", [])):
            place = _Place(file, content, "compound", position)
            compounds.append(_compound(table, tables, place))
        unknown = set(parsed) - {"indicator", "compound"}
        if unknown:
            raise CatalogueError(
                f"{file}: unknown tables {sorted(unknown)}; known: indicator, compound", file=file
            )
    whole = _Place(_SOURCE, built_in, "indicator", 0)
    built = {table["id"] for table in _parse(_SOURCE, built_in).get("indicator", [])}
    # of indicators that share a name and a unit the first is meant: the user's own
    ordered = sorted(tables, key=lambda key: key in built)
    indicators = {key: _indicator(tables[key], whole) for key in ordered}
    return Catalogue(indicators, tuple(compounds), digest.hexdigest())


@dataclass(frozen=True)
class _Place:
    file: str
    content: str
    table: str
    position: int

    def error(self, message: str, key: str | None = None) -> CatalogueError:
        line = self.line(key)
        return CatalogueError(f"{self.file}:{line}: {message}", file=self.file, line=line)

    def line(self, key: str | None) -> int:
        """The line of the table's header, or of one of its keys; 1-based."""
        seen = -1
        header = 1
        for number, line in enumerate(self.content.splitlines(), start=1):
            stripped = line.strip()
            if stripped.startswith("[["):
                if seen == self.position:
                    break
                if re.match(rf"\[\[\s*{self.table}\s*\]\]", stripped):
                    seen += 1
                    header = number
            elif key and seen == self.position and re.match(rf"{re.escape(key)}\s*=", stripped):
                return number
        return header


def _parse(file: str, content: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else len(content.splitlines())
        raise CatalogueError(
            f"{file}:{line}: not valid TOML: {error}", file=file, line=line
        ) from error


_LISTS = ("aliases", "excludes", "change_aliases", "kinds", "units", "measures")
_TEXTS = ("id", "name", "name_zh", "kind", "base_unit", "made")
_PAIRS = ("range", "growth_range")
_FLAGS = ("gold", "strict", "per_head", "work")
_TABLES = {
    "share": ("numerators", "denominators"),
    "purpose": ("of", "into"),
    "topic": ("about", "heads", "not_about"),
    "passage": ("names", "about", "not_about"),
    "elsewhere": ("marks", "said"),
    "whole": ("part", "names", "until", "beside", "holding", "local"),
}
_REQUIRED = ("name_zh", "aliases", "units", "base_unit")
_MEASURES = frozenset({"level", "growth", "average_growth", "change", "ratio"})


def _check_fields(table: Mapping[str, Any], place: _Place) -> None:
    if not isinstance(table.get("id"), str) or not re.fullmatch(r"[a-z][a-z0-9_]*", table["id"]):
        raise place.error("an indicator needs an `id` of lower-case letters, digits and _", "id")
    for key, value in table.items():
        if key in _LISTS:
            good = isinstance(value, list) and all(isinstance(v, str) and v for v in value)
            expected = "a list of non-empty strings"
        elif key in _TEXTS:
            good, expected = isinstance(value, str) and bool(value), "a non-empty string"
        elif key in _PAIRS:
            good = (
                isinstance(value, list)
                and len(value) == 2
                and all(isinstance(v, int | float) for v in value)
                and value[0] <= value[1]
            )
            expected = "two numbers, the lower one first"
        elif key in _FLAGS:
            good, expected = isinstance(value, bool), "true or false"
        elif key in _TABLES:
            good = isinstance(value, dict) and set(value) <= set(_TABLES[key])
            expected = f"a table of {', '.join(_TABLES[key])}"
        else:
            known = ", ".join((*_TEXTS, *_LISTS, *_PAIRS, *_FLAGS, *_TABLES))
            raise place.error(f"unknown field `{key}`; known: {known}", key)
        if not good:
            raise place.error(f"`{key}` must be {expected}", key)


def _extended(known: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(known)
    for key, value in table.items():
        merged[key] = [*known.get(key, []), *value] if key in _LISTS else value
    return merged


def _indicator(table: Mapping[str, Any], place: _Place) -> Indicator:
    for key in _REQUIRED:
        if key not in table:
            raise place.error(f"indicator `{table['id']}` lacks `{key}`")
    kind = _choice(Kind, table, "kind", Kind.FLOW, place)
    for key in ("aliases", "excludes", "change_aliases", "kinds"):
        for template in table.get(key, []):
            try:
                expand(template)
            except ValueError as error:
                raise place.error(str(error), key) from None
    measures = frozenset(table.get("measures", _MEASURES))
    if not measures <= _MEASURES:
        known = ", ".join(sorted(_MEASURES))
        raise place.error(f"unknown measures; known: {known}", "measures")
    low_high = table.get("range")
    growth = table.get("growth_range", [-90, 500])
    return Indicator(
        id=table["id"],
        name=table.get("name", table["id"]),
        name_zh=table["name_zh"],
        kind=kind,
        aliases=tuple(table["aliases"]),
        excludes=tuple(table.get("excludes", [])),
        change_aliases=tuple(table.get("change_aliases", [])),
        kinds=tuple(table.get("kinds", [])),
        units=tuple(_dimension(unit, place) for unit in table["units"]),
        base_unit=table["base_unit"],
        range=(float(low_high[0]), float(low_high[1])) if low_high else None,
        growth_range=(float(growth[0]), float(growth[1])),
        gold=table.get("gold", False),
        strict=table.get("strict", False),
        per_head=table.get("per_head", False),
        work=table.get("work", False),
        made=_choice(Made, table, "made", Made.NO, place),
        share=Share(**_tuples(table["share"], "share")) if "share" in table else None,
        purpose=Purpose(**_tuples(table["purpose"], "purpose")) if "purpose" in table else None,
        topic=Topic(**_tuples(table["topic"], "topic")) if "topic" in table else None,
        passage=Passage(**_tuples(table["passage"], "passage")) if "passage" in table else None,
        elsewhere=(
            Elsewhere(**_tuples(table["elsewhere"], "elsewhere")) if "elsewhere" in table else None
        ),
        whole=_whole(table["whole"], place) if "whole" in table else None,
        measures=measures,
    )


def _choice(
    choices: type[_Choice], table: Mapping[str, Any], key: str, default: _Choice, place: _Place
) -> _Choice:
    try:
        return choices(table.get(key, default))
    except ValueError:
        known = ", ".join(choices)
        raise place.error(f"`{key}` is {table[key]!r}; known: {known}", key) from None


def _whole(table: Mapping[str, Any], place: _Place) -> Whole:
    part, until = table.get("part"), table.get("until")
    if not isinstance(part, str) or not isinstance(until, int | None):
        raise place.error("`whole` needs a `part`, an id, and may have `until`, a year", "whole")
    names, beside = tuple(table.get("names", ())), tuple(table.get("beside", ()))
    holding, local = tuple(table.get("holding", ())), tuple(table.get("local", ()))
    return Whole(part=part, names=names, until=until, beside=beside, holding=holding, local=local)


def _dimension(unit: str, place: _Place) -> str:
    found = dimension(unit)
    if found is None:
        raise place.error(f"unknown unit {unit!r}", "units")
    return found[0]


def _tuples(table: Mapping[str, Any], key: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(table.get(name, ())) for name in _TABLES[key]}


def _compound(table: Mapping[str, Any], known: Mapping[str, Any], place: _Place) -> Compound:
    for key in ("members", "aliases"):
        if not isinstance(table.get(key), list):
            raise place.error(f"a compound needs a list `{key}`", key)
    for member in (*table["members"], table.get("single", "")):
        if member and member not in known:
            raise place.error(f"unknown indicator `{member}`", "members")
    return Compound(
        members=tuple(table["members"]),
        single=table.get("single"),
        aliases=tuple(table["aliases"]),
    )
