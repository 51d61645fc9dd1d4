"""What cleaning costs, beside what segmenting costs: `python -m bench.clean_speed`.

Cleaning one report is to cost less than segmenting it three times with rjieba, in processor time:
the clock of a shared machine depends on its neighbours. Uses the reports in ../shared/data where
they are at hand, else a text of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

from bench.beside import DATA
from zhibiao.domain import RawDocument
from zhibiao.metadata.describe import describe
from zhibiao.text import clean
from zhibiao.text.segmentation import load_segmenter
from zhibiao.text.similarity import sketch

OWN = (
    "全市地区生产总值完成412.6亿元，增长8.1%，固定资产投资增长9%，各项事业取得新的进步。"
    "改造老旧小区23个，新建停车泊位1800个，城乡面貌持续改善，群众生活水平稳步提高。\n"
)


def texts() -> dict[str, str]:
    files = sorted(DATA.glob("*/*.txt"))
    if not files:
        return {
            "own text": OWN * 180,
            "own text, wrapped": "\n    ".join((OWN * 180)[::1].split("，")),
        }
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def milliseconds(call: Callable[[], object], rounds: int = 7) -> float:
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return 1000 * min(taken)


def main() -> int:
    segmenter = load_segmenter("rjieba")
    ratios = []
    print(f"{'text':24} {'chars':>7} {'clean':>7} {'meta':>7} {'sketch':>7} {'segment':>8} ratio")
    for name, text in texts().items():
        document = RawDocument(name=name, part=0, text=text, media_type="text/plain")
        result = clean(document)
        cleaning = milliseconds(lambda document=document: clean(document))  # type: ignore[misc]
        meta = milliseconds(lambda document=document, result=result: describe(document, result))  # type: ignore[misc]
        sketching = milliseconds(lambda result=result: sketch(result.text))  # type: ignore[misc]
        segmenting = milliseconds(lambda result=result: segmenter.cut(result.text))  # type: ignore[misc]
        ratios.append(cleaning / segmenting)
        print(
            f"{name:24} {len(text):7} {cleaning:6.2f}m {meta:6.2f}m {sketching:6.2f}m"
            f" {segmenting:7.2f}m  {ratios[-1]:.2f}"
        )
    print(f"clean/segment: median {median(ratios):.2f}, worst {max(ratios):.2f} (at most 3)")
    return 0 if max(ratios) <= 3 else 1


if __name__ == "__main__":
    sys.exit(main())
