"""How long the extraction of a report takes, against the time that segmenting it takes.

`python -m bench.extract_speed [FOLDER]`: the reports (.txt) of a folder, by default those of the
annotated set beside the repository where it exists, else text made up here. Prints, for all
reports together, which engine ran (`ZHIBIAO_COMPILE=0` runs the Python sources of a repository),
extraction time over rjieba's segmenting time, what a number costs, the share of numbers that were
accounted for, and, for made-up text eight times as long, how much longer it took (8 is linear).
Calls are those that Python's profiler sees: compiled functions calling each other are none.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import rjieba

from bench.beside import DATA
from zhibiao import compiled
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.domain import CleanText, Extraction, Metadata, OffsetMap, RawDocument
from zhibiao.extract import extract
from zhibiao.text import clean

ROUNDS = 9
METADATA = Metadata(region="江川市", level="prefecture", year=2023, review_year=2022)
PARAGRAPH = (
    "一年来，我们坚持稳中求进，全市生产总值达到856.2亿元，同比增长6.1%；规上工业增加值增长8.4%，"
    "固定资产投资、社会消费品零售总额分别增长10.2%、7.9%。新增高新技术企业62家、规上工业企业38家，"
    "城乡居民人均可支配收入分别达到42350元、20180元。我们着力改善民生，办好民生实事，优化公共服务，"
    "新增中小学学位1.2万个，改造老旧小区86个，城镇新增就业4.3万人。推动绿色发展，持续改善生态环境，"
    "坚持依法行政，自觉接受监督，办理建议提案126件。\n"
)
HARD = {
    "growth words": "增长",
    "digits": "7",
    "list marks": "、",
    "open brackets": "（",
    "names": "规模以上工业增加值",
    "numbers": "增长5%、",
    "dashes": "5—6—",
    "Chinese numerals": "一百万亿",
    "years": "2017年至",
}


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """The shortest of several timings, in seconds of this process: neighbours do not count."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def reports(folder: Path) -> list[tuple[CleanText, str]]:
    """Clean and raw texts of a folder's reports, or made-up ones."""
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))]
    if not texts:
        texts = ["江川市政府工作报告\n一、2022年工作回顾\n" + PARAGRAPH * 60] * 10
    documents = (
        RawDocument(name="report", part=0, text=text, media_type="text/plain") for text in texts
    )
    return [(clean(document), document.text) for document in documents]


def coverage(documents: list[tuple[CleanText, str]], catalogue: Catalogue) -> float:
    """The share of the numbers seen that became an observation or a rejection with a reason."""
    seen = lost = 0
    for text, raw in documents:
        extraction = extract(text, raw, METADATA, catalogue)
        places = {observation.number_span for observation in extraction.observations}
        seen += len(places) + len(extraction.rejections)
        lost += sum(r.reason == "not_understood" for r in extraction.rejections)
    return (seen - lost) / max(1, seen)


def calls_of(work: Callable[[], object]) -> int:
    """How many functions, Python's and built-in ones, are called."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def linearity(unit: str, catalogue: Catalogue, *, length: int = 25_000) -> float:
    """How many times longer text of eight times the length takes."""

    def work(size: int) -> Callable[[], object]:
        text = (unit * (size // len(unit) + 1))[:size]
        identity = CleanText(text=text, offsets=OffsetMap.identity(len(text)))
        return lambda: extract(identity, text, METADATA, catalogue)

    return best_of(2, work(8 * length)) / best_of(2, work(length))


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA / "reports"
    documents = reports(folder)
    catalogue = load_catalogue()
    extract(*documents[0], METADATA, catalogue)  # compiles the catalogue
    rjieba.cut(documents[0][0].text)  # loads the dictionary

    def everything() -> list[Extraction]:
        return [extract(text, raw, METADATA, catalogue) for text, raw in documents]

    def segmented() -> list[list[str]]:
        return [rjieba.cut(text.text) for text, _ in documents]

    # In turn, and the middle one of the ratios: what neighbours do to a round is done to both.
    rounds = [(best_of(1, everything), best_of(1, segmented)) for _ in range(ROUNDS)]
    extracting, segmenting = (min(times) for times in zip(*rounds, strict=True))
    ratio = statistics.median(extracted / cut for extracted, cut in rounds)
    count = len(documents)
    numbers = sum(len(each.observations) + len(each.rejections) for each in everything())
    characters = sum(len(text.text) for text, _ in documents)
    print(f"engine {compiled.engine()}")
    print(f"reports {count} characters {characters} numbers {numbers}")
    print(f"extract {1000 * extracting / count:.2f} ms a report")
    print(f"segment {1000 * segmenting / count:.2f} ms a report (rjieba)")
    print(f"ratio {ratio:.2f}")
    print(
        f"a number {1e6 * extracting / numbers:.0f} µs, {calls_of(everything) / numbers:.0f} calls"
    )
    print(f"coverage {coverage(documents, catalogue):.4f}")
    for name, unit in {"report": PARAGRAPH, **HARD}.items():
        print(f"linearity {name}: {linearity(unit, catalogue):.1f} for 8 times the text")


if __name__ == "__main__":
    main()
