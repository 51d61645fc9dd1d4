"""Synthetic reports that hold a table, in several forms, and what the extractor makes of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import docx

from zhibiao import pipeline
from zhibiao.domain import Extraction, Observation, Scope
from zhibiao.pipeline import Language

FRONT = (
    "2024年清河县政府工作报告",
    "——2024年1月8日在清河县第十八届人民代表大会第四次会议上",
    "县长 某某",
    "各位代表：",
    "现在，我代表县人民政府向大会报告工作，请予审议。",
)
REVIEW = ("一、2023年工作回顾", "过去一年，全县上下攻坚克难，各项工作取得新的进展。")
PLAN = ("二、2024年工作安排", "今年，我们要扎扎实实做好各项工作，不断开创新局面。")
Rows = Sequence[Sequence[str]]
ROWS = (
    ("指标", "单位", "2023年实绩", "增长（%）", "2024年目标"),
    ("地区生产总值", "亿元", "312.5", "6.2", "6%左右"),
    ("社会消费品零售总额", "亿元", "98.4", "8.3", "8%"),
    ("城镇新增就业", "人", "4,210", "", "4000人以上"),
    ("居民消费价格涨幅", "%", "0.4", "", "控制在2%以内"),
)
# what is read of them, in whatever form they are printed
READ = [
    "gdp level 312.5 亿元 actual 2023",
    "gdp growth 6.2 % actual 2023",
    "gdp growth 6 % target 2024 approx",
    "retail_sales level 98.4 亿元 actual 2023",
    "retail_sales growth 8.3 % actual 2023",
    "retail_sales growth 8 % target 2024",
    "urban_new_jobs level 4210 人 actual 2023",
    "urban_new_jobs level 4000 人 target 2024 ge",
    "cpi growth 0.4 % actual 2023",
    "cpi growth 2 % target 2024 le",
]


@cache
def language() -> Language:
    return Language.load()


def extracted(content: bytes, name: str) -> Extraction:
    """What a file's only document gives; each observation's evidence is checked on the way."""
    (raw,) = pipeline.read(content, name)
    described = pipeline.clean(raw, {})
    extraction = pipeline.extract(described.clean, raw.text, described.metadata, language())
    for observation in extraction.observations:
        span, number = observation.span, observation.number_span
        assert raw.text[span.start : span.end] == observation.evidence
        assert span.start <= number.start < number.end <= span.end
    return extraction


def told(observation: Observation) -> str:
    """One line: indicator measure value unit status year, and the bound where there is one."""
    high = "" if observation.value_high is None else f"~{observation.value_high}"
    years = f"{observation.period_end}"
    if observation.period_start != observation.period_end:
        years = f"{observation.period_start}-{observation.period_end}"
    words = [
        str(observation.indicator), str(observation.measure), f"{observation.value}{high}",
        observation.unit or "-", str(observation.status), years,
    ]  # fmt: skip
    return " ".join([*words, *([] if observation.bound == "eq" else [str(observation.bound)])])


def of_region(extraction: Extraction) -> list[str]:
    """The catalogue's indicators of the region as a whole, in order."""
    return [
        told(observation)
        for observation in extraction.observations
        if observation.scope is Scope.REGION and observation.indicator is not None
    ]


def reasons(extraction: Extraction) -> dict[str, str]:
    """Why each rejected number but the dates is none."""
    return {r.surface: r.reason for r in extraction.rejections if r.reason != "date"}


def as_text(lines: Sequence[str], above: Sequence[str] = REVIEW) -> Extraction:
    text = "\n".join((*FRONT, *above, *lines, *PLAN))
    return extracted(text.encode(), "report.txt")


def as_page(table: str, above: Sequence[str] = REVIEW, behind: Sequence[str] = PLAN) -> Extraction:
    def prose(lines: Sequence[str]) -> str:
        return "".join(f"<p>{line}</p>" for line in lines)

    page = f"<html><body><div>{prose((*FRONT, *above))}{table}{prose(behind)}</div></body></html>"
    return extracted(page.encode(), "report.html")


def html(rows: Rows) -> str:
    """A table; a cell that begins with <td or <th is markup already."""
    made = (
        "".join(cell if cell.startswith("<t") else f"<td>{cell}</td>" for cell in row)
        for row in rows
    )
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in made)}</table>"


def as_word(rows: Rows, merged: Sequence[tuple[int, int, int, int]] = ()) -> Extraction:
    """`merged`: first and last row and column of the cells that are one."""
    document = docx.Document()
    for line in (*FRONT, *REVIEW):
        document.add_paragraph(line)
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in enumerate(rows):
        for column, words in enumerate(cells):
            if words:
                table.cell(row, column).text = words
    for top, left, bottom, right in merged:
        table.cell(top, left).merge(table.cell(bottom, right))
    for line in PLAN:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return extracted(stream.getvalue(), "report.docx")
