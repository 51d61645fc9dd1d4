"""A list of the reports that a user expects: region and year, one a line of a CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import typer

# What columns are called. Of several names the first one in this order counts: a table of cities
# has a column of their provinces, too.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "region": ("region", "name", "地区", "区域", "名称", "城市", "省份"),
    "region_code": ("region_code", "code", "代码", "行政区划代码", "地区代码"),
    "year": ("year", "年份", "年", "年度"),
}
_YEARS = range(1949, 2201)
_OPTION = "--expect"


def expected_reports(path: Path) -> list[dict[str, object]]:
    """`{"region_code", "year"}` of every line. Raises typer.BadParameter, which names the line."""
    from zhibiao.errors import ReadError
    from zhibiao.reading.encodings import decode
    from zhibiao.reading.small_csv import csv_rows

    try:
        text, _ = decode(path.read_bytes(), str(path))
        rows = csv_rows(text)
    except ReadError as error:
        raise _mistake(error.message) from error
    except ValueError as error:
        raise _mistake(f"{path}: {error}") from error
    columns = _columns(path, rows[0][1] if rows else [])
    found: dict[tuple[str, int], dict[str, object]] = {}
    for number, row in rows[1:]:
        cells = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
        try:
            code, year = _code(cells), _year(cells["year"])
        except ValueError as error:
            raise _mistake(f"{path}, line {number}: {error}") from error
        found[code, year] = {"region_code": code, "year": year}
    if not found:
        raise _mistake(f"{path} lists no report")
    return list(found.values())


def _mistake(message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint=_OPTION)


def _columns(path: Path, heading: list[str]) -> dict[str, int]:
    from zhibiao.reading.small_csv import column

    places = {name: column(heading, known) for name, known in _NAMES.items()}
    found = {name: at for name, at in places.items() if at is not None}
    if "year" not in found or not {"region", "region_code"} & set(found):
        raise _mistake(
            f"{path}: the first line has to name the columns year and region or region_code, "
            f"and says {', '.join(heading) or 'nothing'}"
        )
    return found


def _year(written: str) -> int:
    digits = written.removesuffix("年")
    if not digits.isdecimal() or int(digits) not in _YEARS:
        raise ValueError(f"{written!r} is no year")
    return int(digits)


def _code(cells: Mapping[str, str]) -> str:
    """The region's code, of its own cell or by its name."""
    from zhibiao.gazetteer.gazetteer import Gazetteer

    code, name = cells.get("region_code", ""), cells.get("region", "")
    if code:
        if not (code.isdecimal() and len(code) in (2, 4, 6)):
            raise ValueError(f"{code!r} is no region code of six digits")
        return code.ljust(6, "0")
    if not name:
        raise ValueError("it names no region")
    gazetteer = Gazetteer.load()
    regions = gazetteer.meant(name)
    if not regions:
        raise ValueError(f"there is no region {name!r}")
    highest = {"nation": 0, "province": 1, "prefecture": 2, "county": 3}
    rank = min(highest[region.level] for region in regions)
    meant = [region for region in regions if highest[region.level] == rank]
    if len(meant) > 1:
        codes = ", ".join(
            f"{region.code} ({gazetteer.province(region) or region.name})" for region in meant
        )
        raise ValueError(f"several regions are called {name!r}: give region_code, of {codes}")
    return meant[0].code
