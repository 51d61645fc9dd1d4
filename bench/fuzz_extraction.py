"""Sentences by the thousand, recombined from clauses of reports: whatever comes, nothing raises.

    python -m bench.fuzz_extraction [--sentences 150000] [--seed 1]

Clauses of the bundled samples, of generated reports and of the reports beside the repository (where
there are any) are cut, shuffled and joined by marks at random, with numerals of all kinds in
between. Every document goes from raw text to observations and explanations. A surprise is an
exception, an `evidence` that is not what stands at its span, a number outside its observation's
span, or a number that became neither an observation nor a rejection. Prints the surprises, each
with the one sentence that shows it; exits with 1 when there was one.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.beside import DATA
from bench.surprises import tell
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.domain import Metadata, RawDocument
from zhibiao.extract import explain, extract
from zhibiao.reading import expand, read
from zhibiao.testing.reports import generate_many
from zhibiao.testing.samples import sample_paths
from zhibiao.text import clean

REGIONS = (
    Metadata(region="江川市", level="prefecture", year=2023, review_year=2022),
    Metadata(region="江川省", level="province", year=2022, review_year=2021),
    Metadata(region="全国", level="nation", region_code="000000", year=1994, review_year=1993),
    Metadata(region="东湖区", level="county", year=2016, meeting="东湖区第九届人民代表大会"),
    Metadata(),
)
HEADINGS = (
    "一、2022年工作回顾", "二、2023年工作安排", "一、过去五年工作回顾", "二、今后五年的奋斗目标",
    "三、存在问题", "名词解释", "（一）主要指标", "",
)  # fmt: skip
# What stands between clauses: mostly commas, now and then something that belongs nowhere.
_MARKS = "，" * 10 + "、、、；；。。：（）()“”,;: \n—|/"
_FIRST = (
    "全市", "全县", "其中", "其中，", "预计", "力争",
    "分别", "均", "累计", "同比", "较上年", "占", "比",
    "城镇、农村", "人均", "增速", "达到", "增长", "下降", "由", "到", "和", "以上", "左右", "每",
    "均创", "均增长", "双双达到", "分别增长", "总数达",
    "开发区", "经开区", "市区", "企业", "园区", "全省",
    "新增", "总量", "完成", "税收", "占比", "累计完成投资", "用于民生",
)  # fmt: skip
_NUMERALS = (
    "1,234.5亿元", "1，234.5亿元", "12、315元", "3，4210人",
    "三万五千元", "两千六百家", "廿二个", "半数",
    "百分之十二点五", "千分之三", "三成五", "五成", "三分之二",
    "翻一番", "1.5倍", "12.5%", "-3.2%", "l3.6％",
    "１２．５％", "1O％", "13..亿元", "亿元", "%",
    "5%-6%", "6—7亿元", "10万级", "第3位", "2022年", "1-9月",
    "二〇二一年", "PM2.5", "5G", "一个多亿", "数十家",
    "几百户", "十余万人次", "上百亿元", "过亿元", "1:2",
    "3个百分点", "0.5个千分点", "10多亿元", "8000余人", "①",
    "½", "1.2.3", "，，", "１Ｏ0", "万亿", "零",
)  # fmt: skip
_CUT = re.compile(r"[，,、；;：:。（）()\n]")
_NUMBER = re.compile("[0-9０-９]")
_STATING = 0.75  # of the clauses: what states nothing raises nothing
_BATCH = 25  # sentences a document


@dataclass
class Outcomes:
    """What became of the sentences."""

    sentences: int = 0
    observations: int = 0
    rejections: int = 0
    surprises: list[str] = field(default_factory=list)


def texts(beside: Path = DATA) -> Iterator[str]:
    """The bundled samples, generated reports, and the reports beside the repository."""
    for path in sample_paths():
        for member in expand(path.name, io.BytesIO(path.read_bytes())):
            assert member.content is not None
            for document in read(member.content, member.name):
                yield document.text
    for report in generate_many(20, seed=20):
        yield report.text
    for path in sorted(beside.glob("*/*.txt")):
        yield path.read_text("utf-8", errors="replace")


@dataclass(frozen=True, kw_only=True)
class Clauses:
    """Every clause of some texts once, in order."""

    stating: Sequence[str]  # with a number
    other: Sequence[str]

    @classmethod
    def of(cls, sources: Iterator[str]) -> Clauses:
        pieces = (piece.strip() for text in sources for piece in _CUT.split(text))
        kept = dict.fromkeys(piece for piece in pieces if 1 < len(piece) <= 60)
        stating = [piece for piece in kept if _NUMBER.search(piece)]
        return cls(stating=stating, other=[piece for piece in kept if not _NUMBER.search(piece)])

    def any(self, rng: random.Random) -> str:
        return rng.choice(self.stating if rng.random() < _STATING else self.other)


def sentence(clauses: Clauses, rng: random.Random) -> str:
    """One to eight clauses in a row, some cut in two, some with a numeral put into them."""
    said = ""
    for _ in range(rng.choice((1, 2, 3, 3, 4, 4, 5, 6, 8))):
        clause = clauses.any(rng)
        match rng.randrange(12):
            case 0:
                clause = rng.choice(_FIRST) + clause
            case 1:
                clause = rng.choice(_FIRST) + rng.choice(_FIRST) + rng.choice(_NUMERALS)
            case 2:
                clause = clause[rng.randrange(len(clause)) :]
            case 3:
                clause = clause[: 1 + rng.randrange(len(clause))]
            case 4:
                at = rng.randrange(len(clause) + 1)
                clause = clause[:at] + rng.choice(_NUMERALS) + clause[at:]
            case 5:
                clause += rng.choice(_FIRST) + rng.choice(_NUMERALS)
            case _:
                pass
        said += clause + rng.choice(_MARKS)
    return said + "。\n"


def run(
    sentences: int, seed: int, clauses: Clauses, catalogue: Catalogue | None = None
) -> Outcomes:
    """Extract from so many random sentences, a batch of them to a document."""
    rng = random.Random(seed)
    known = load_catalogue() if catalogue is None else catalogue
    outcomes = Outcomes()
    while outcomes.sentences < sentences:
        metadata, heading = rng.choice(REGIONS), rng.choice(HEADINGS)
        count = min(_BATCH, sentences - outcomes.sentences)
        said = [sentence(clauses, rng) for _ in range(count)]
        outcomes.sentences += count
        if _surprise(heading, said, metadata, known, outcomes) is not None:
            outcomes.surprises.append(_smallest(heading, said, metadata, known))
    return outcomes


def _smallest(heading: str, said: list[str], metadata: Metadata, catalogue: Catalogue) -> str:
    """The surprise with as few sentences as show it."""
    kept = list(said)
    for one in said:
        fewer = [other for other in kept if other != one]
        if fewer and _surprise(heading, fewer, metadata, catalogue, Outcomes()) is not None:
            kept = fewer
    found = _surprise(heading, kept, metadata, catalogue, Outcomes())
    return f"{found}: {heading!r} {metadata.region} {''.join(kept)!r}"


def _surprise(
    heading: str, said: list[str], metadata: Metadata, catalogue: Catalogue, outcomes: Outcomes
) -> str | None:
    """What is wrong with the extraction of one document; None when all is well."""
    raw = f"{heading}\n" + "".join(said)
    document = RawDocument(name="random", part=0, text=raw, media_type="text/plain")
    try:
        cleaned = clean(document)
        extraction = extract(cleaned, raw, metadata, catalogue)
        told = explain(cleaned, raw, metadata, catalogue)
    except Exception as error:
        return repr(error)
    outcomes.observations += len(extraction.observations)
    outcomes.rejections += len(extraction.rejections)
    for observation in extraction.observations:
        span, number = observation.span, observation.number_span
        if raw[span.start : span.end] != observation.evidence:
            return f"evidence {observation.evidence!r} is not at {span}"
        if observation.sentence_span.of(raw) != observation.sentence:
            return f"sentence {observation.sentence!r} is not at {observation.sentence_span}"
        if observation.evidence not in observation.sentence:
            return f"evidence {observation.evidence!r} is not in {observation.sentence!r}"
        if not span.start <= number.start < number.end <= span.end:
            return f"number {number} is outside {span}"
    for rejection in extraction.rejections:
        if raw[rejection.span.start : rejection.span.end] != rejection.surface:
            return f"surface {rejection.surface!r} is not at {rejection.span}"
    accounted = {o.number_span.start for o in extraction.observations}
    accounted |= {rejection.span.start for rejection in extraction.rejections}
    lost = [e.surface for e in told if accounted.isdisjoint(range(e.span.start, e.span.end))]
    return f"neither stated nor rejected: {lost}" if lost else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=150_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    clauses = Clauses.of(texts())
    began = time.perf_counter()
    outcomes = run(asked.sentences, asked.seed, clauses)
    print(f"{len(clauses.stating)} clauses with a number, {len(clauses.other)} without")
    print(f"{outcomes.sentences} sentences", end=" ")
    print(f"in {time.perf_counter() - began:.1f} s")
    print(f"{outcomes.observations} observations, {outcomes.rejections} rejections")
    return tell(outcomes.surprises)


if __name__ == "__main__":
    sys.exit(main())
