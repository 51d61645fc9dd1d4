"""Synthetic reports as the files people submit: text, web pages, Word, a compendium, archives.

Each function gives bytes, the same bytes for the same report.
"""

from __future__ import annotations

import codecs
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import resources
from string import Template

from docx import Document
from docx.shared import Pt

from zhibiao.testing.pdf import as_pdf
from zhibiao.testing.planted import PlantedReport

__all__ = [
    "as_compendium",
    "as_docx",
    "as_html",
    "as_markdown",
    "as_ndjson",
    "as_pdf",
    "as_txt",
    "as_zip",
]

_LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)  # a file's time, so that its bytes repeat


def as_txt(report: PlantedReport, encoding: str = "utf-8", *, wrap: int | None = None) -> bytes:
    """The text in an encoding Python knows; "utf-16" (little-endian) and "utf-8-sig" begin with
    a mark.

    With `wrap` it is as a copy from a print: a hard line break after so many letters, within
    words and numbers too, and a space on either side of a number.

    Raises:
        UnicodeEncodeError: the encoding lacks one of the report's characters.
    """
    text = report.text if wrap is None else _wrapped(report.text, wrap)
    if encoding == "utf-16":
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    return text.encode(encoding)


def as_markdown(report: PlantedReport) -> bytes:
    """UTF-8 Markdown: the title and the sections as headings, a blank line between paragraphs."""
    lines = []
    for number, line in enumerate(report.text.splitlines()):
        if number == 0:
            lines.append(f"# {line}")
        elif _is_heading(line):
            lines.append(f"## {line}")
        else:
            lines.append(line)
    return ("\n\n".join(lines) + "\n").encode()


def as_html(report: PlantedReport, kind: str = "portal") -> bytes:
    """A web page: "portal", a government site in UTF-8, or "forum", a board in GBK.

    Raises:
        ValueError: `kind` is neither.
    """
    if kind not in ("portal", "forum"):
        raise ValueError(f"no such kind of page: {kind!r}")
    return _page(report, kind).encode("utf-8" if kind == "portal" else "gb18030")


def as_docx(report: PlantedReport) -> bytes:
    """A Word document with the title as its heading and in its properties."""
    document = Document()
    document.core_properties.title = report.title
    document.core_properties.author = "办公室"
    document.core_properties.created = _LONG_AGO
    document.core_properties.modified = _LONG_AGO
    # A part of the default template that only Word 2010 looked at, and a third of its size.
    for name, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            del document.part.rels[name]
    title, *paragraphs = report.text.splitlines()
    document.add_heading(title, level=0)
    for text in paragraphs:
        if _is_heading(text):
            document.add_heading(text, level=1)
        else:
            paragraph = document.add_paragraph(text)
            paragraph.paragraph_format.first_line_indent = Pt(24)
    written = io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as parts:
        return as_zip({part: parts.read(part) for part in parts.namelist()})


def as_ndjson(reports: Iterable[PlantedReport]) -> bytes:
    """One JSON object a line: a report's text with the metadata that came with it."""
    return b"".join(
        json.dumps(
            {
                "name": report.name,
                "title": report.title,
                "region": report.region,
                "region_code": report.region_code,
                "province": report.province,
                "year": report.year,
                "text": report.text,
            },
            ensure_ascii=False,
        ).encode()
        + b"\n"
        for report in reports
    )


def as_compendium(
    reports: Sequence[PlantedReport], *, toc: bool = True, encoding: str = "utf-8"
) -> bytes:
    """Several reports in one text, each under its title line, after a table of contents.

    A report whose own title names neither region nor year gets one that does.
    """
    parts = []
    if toc:
        years = sorted({report.year for report in reports})
        span = f"{years[0]}年" if len(years) == 1 else f"{years[0]}—{years[-1]}年"
        entries = "\n".join(
            f"{_full_title(report)}{'…' * 12}{number * 14 + 1}"
            for number, report in enumerate(reports)
        )
        parts.append(f"政府工作报告汇编（{span}）\n目录\n{entries}\n")
    for report in reports:
        full_title = _full_title(report)
        text = report.text
        if not text.startswith(full_title):
            text = full_title + text[len(report.title) :]
        parts.append(text)
    return "\n".join(parts).encode(encoding)


def as_zip(members: Mapping[str, bytes]) -> bytes:
    """An archive of the members, in the order given."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            stamp = zipfile.ZipInfo(name, date_time=_LONG_AGO.timetuple()[:6])
            stamp.compress_type = zipfile.ZIP_DEFLATED
            stamp.external_attr = 0o644 << 16
            archive.writestr(stamp, content)
    return written.getvalue()


def _wrapped(text: str, width: int) -> str:
    spaced = re.sub(r"(?<=[一-鿿])(?=\d)|(?<=\d)(?=[一-鿿])", " ", text)
    return "\n".join(
        line[start : start + width]
        for line in spaced.splitlines()
        for start in range(0, len(line), width)
    )


def _full_title(report: PlantedReport) -> str:
    if report.region in report.title and str(report.year) in report.title:
        return report.title
    return f"{report.year}年{report.region}政府工作报告"


def _is_heading(line: str) -> bool:
    return len(line) < 40 and line[1:2] == "、" and line[0] in "一二三四五六七八九十"


def _published(report: PlantedReport) -> date:
    return report.delivered_on or date(report.year, 2, 18)


def _page(report: PlantedReport, kind: str) -> str:
    """The report inside `phrases/{kind}.html`."""
    first, *paragraphs = (html.escape(line) for line in report.text.splitlines())
    if kind == "portal":
        body = "\n".join(f"<p>&emsp;&emsp;{paragraph}</p>" for paragraph in paragraphs)
    else:
        body = "<br />\n".join((first, *paragraphs))
    chrome = resources.files("zhibiao.testing") / "phrases" / f"{kind}.html"
    return Template(chrome.read_text("utf-8")).substitute(
        title=html.escape(report.title),
        first=first,
        body=body,
        region=report.region,
        short=report.region.removesuffix("市"),
        code=report.region_code,
        day=_published(report),
    )
