"""One report in six forms, made by real tools: the same observations come out of all of them."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from dataclasses import dataclass

import docx
import pytest
from opencc import OpenCC
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

from bench.beside import DATA
from zhibiao import pipeline
from zhibiao.pipeline import Language

REPORTS = DATA / "reports"
NAMES = ("00_彬州市", "06_临沧市", "12_宁波市", "16_商洛市", "22_珠海市")

pytestmark = pytest.mark.skipif(
    not REPORTS.exists(), reason="the real reports are not on this machine"
)


def as_gb18030(text: str) -> bytes:
    return text.encode("gb18030")


def as_utf16(text: str) -> bytes:
    return text.encode("utf-16")


def as_big5(text: str) -> bytes:
    return OpenCC("s2tw").convert(text).encode("big5hkscs")


def as_page(text: str) -> bytes:
    """A portal's page in GBK that says it is GB2312, with chrome around the text."""
    title, *paragraphs = text.splitlines()
    body = "\n".join(f"<p>　　{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    page = f"""<!DOCTYPE html><html><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{title}_市人民政府门户网站</title><style>p {{ text-indent: 2em }}</style>
<script>var visits = 1031;</script></head><body>
<div class="nav"><a href="/">首页</a> &gt; <a>政务公开</a> &gt; <a>政府工作报告</a></div>
<h1>{title}</h1>
<div class="info">发布时间：2023-02-10 09:30　来源：市政府办公室　浏览次数：1031
字号：<a>大</a> <a>中</a> <a>小</a></div>
<div class="article" id="zoom">{body}</div>
<div class="share">分享到：<a>微信</a> <a>微博</a></div><div>扫一扫在手机打开当前页</div>
<div>【打印本页】【关闭窗口】</div><div>上一篇：没有了</div><div>下一篇：政策解读</div>
<div class="footer">主办：市人民政府办公室　备案号：陕ICP备05000001号　网站标识码：6100000001
网站地图　联系我们</div></body></html>"""
    return page.encode("gbk", "xmlcharrefreplace")


def as_word(text: str) -> bytes:
    document = docx.Document()
    title, *paragraphs = text.splitlines()
    document.add_heading(title, 0)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def as_print(text: str) -> bytes:
    """A PDF with wrapped lines, running heads and page numbers."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle(
        "body", fontName="STSong-Light", fontSize=12, leading=20, wordWrap="CJK", firstLineIndent=24
    )
    title, *paragraphs = text.splitlines()
    heading = ParagraphStyle("title", parent=style, fontSize=20, alignment=1, leading=40)
    content = io.BytesIO()

    def decorate(canvas: object, document: object) -> None:
        canvas.setFont("STSong-Light", 9)  # type: ignore[attr-defined]
        canvas.drawString(72, 800, "政府公报")  # type: ignore[attr-defined]
        canvas.drawCentredString(297, 30, f"— {document.page} —")  # type: ignore[attr-defined]

    story = [Paragraph(html.escape(title), heading)]
    story += [Paragraph(html.escape(paragraph), style) for paragraph in paragraphs]
    SimpleDocTemplate(content, pagesize=A4).build(
        story, onFirstPage=decorate, onLaterPages=decorate
    )
    return content.getvalue()


Statement = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Plain:
    """A report as text in UTF-8, and what it states so."""

    name: str
    text: str
    stated: set[Statement]


def statements(content: bytes, name: str, language: Language) -> set[Statement]:
    (raw,) = pipeline.read(content, name)
    described = pipeline.clean(raw, {})
    extraction = pipeline.extract(described.clean, raw.text, described.metadata, language)
    for observation in extraction.observations:
        span = observation.span
        assert raw.text[span.start : span.end] == observation.evidence
    return {
        (
            described.metadata.region_code,
            described.metadata.year,
            o.indicator,
            o.measure,
            o.value,
            o.value_high,
            o.bound,
            o.status,
            o.period_start,
            o.period_end,
        )
        for o in extraction.observations
        if o.indicator is not None and o.scope == "region"
    }


@pytest.fixture(scope="module")
def language() -> Language:
    return Language.load()


@pytest.fixture(scope="module", params=NAMES)
def plain(request: pytest.FixtureRequest, language: Language) -> Plain:
    name = request.param
    text = (REPORTS / f"{name}.txt").read_text("utf-8")
    stated = statements(text.encode(), f"{name}.txt", language)
    return Plain(name=name, text=text, stated=stated)


@pytest.mark.parametrize("form", [as_gb18030, as_utf16, as_big5, as_page, as_word, as_print])
def test_every_form_states_the_same(
    plain: Plain, form: Callable[[str], bytes], language: Language
) -> None:
    assert len(plain.stated) > 20
    assert statements(form(plain.text), f"{plain.name}.bin", language) == plain.stated
