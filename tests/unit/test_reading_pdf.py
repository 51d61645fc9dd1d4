"""PDFs made by a real writer, read back."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from types import SimpleNamespace

import numpy
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from zhibiao.errors import BrokenFile, LimitExceeded, MissingReader, UnsupportedFormat
from zhibiao.reading import loops, pdf_pages, read

TITLE = "2023年清河县政府工作报告"
FONT = "STSong-Light"
Draw = Callable[[canvas.Canvas], None]


def sentences(count: int) -> list[str]:
    return [
        f"全县上下坚持稳中求进工作总基调，第{n}季度生产总值完成{300 + n}.5亿元，"
        f"增长6.{n % 9}%，城镇居民人均可支配收入增长5.{n % 7}%，财政收入平稳增长。"
        for n in range(count)
    ]


def made(*pages: Draw, **options: object) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    written = canvas.Canvas(stream, **options)
    for draw in pages:
        written.setFont(FONT, 12)
        draw(written)
        written.showPage()
    written.save()
    return stream.getvalue()


def wrapped(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


def lines_at(left: float, top: float, lines: list[str]) -> Draw:
    def draw(page: canvas.Canvas) -> None:
        for row, line in enumerate(lines):
            page.drawString(left, top - 18 * row, line)

    return draw


def numbered_page(number: int, lines: list[str]) -> Draw:
    def draw(page: canvas.Canvas) -> None:
        page.drawString(180, 815, "清河县第十八届人民代表大会第二次会议文件（一）")
        page.drawCentredString(300, 25, f"— {number} —")
        lines_at(80, 770, lines)(page)

    return draw


def test_running_heads_and_page_numbers_are_dropped_and_nothing_else() -> None:
    pages = [wrapped(sentence, 34) for sentence in sentences(5)]
    content = made(*(numbered_page(n, lines) for n, lines in enumerate(pages, 1)))
    (document,) = read(content, "report.pdf")
    assert document.text == "\n".join(line for lines in pages for line in lines)
    assert document.media_type == "application/pdf"
    assert document.decoding is not None
    assert document.decoding.decided_by == "format"


def test_a_title_that_is_only_printed_as_running_head_is_kept_once() -> None:
    def page(number: int) -> Draw:
        def draw(page: canvas.Canvas) -> None:
            page.drawString(200, 815, TITLE)
            lines_at(80, 770, wrapped(sentences(9)[number], 34))(page)

        return draw

    (document,) = read(made(*(page(n) for n in range(5))), "report.pdf")
    assert document.text.count(TITLE) == 1


@pytest.mark.parametrize("row_by_row", [False, True])
def test_two_columns_are_read_one_after_the_other(row_by_row: bool) -> None:
    text = "".join(sentences(9))
    lines = wrapped(text, 18)
    half = len(lines) // 2
    columns = [(60, lines[:half]), (320, lines[half:])]

    def draw(page: canvas.Canvas) -> None:
        page.drawCentredString(300, 800, TITLE + "，县长张某某代表县人民政府向大会报告")
        if row_by_row:
            for row in range(len(lines) - half):
                for left, column in columns:
                    if row < len(column):
                        page.drawString(left, 770 - 18 * row, column[row])
        else:
            for left, column in columns:
                lines_at(left, 770, column)(page)

    (document,) = read(made(draw), "columns.pdf")
    first, rest = document.text.split("\n", 1)
    assert first.startswith(TITLE)
    assert rest.replace("\n", "") == text


def test_a_table_is_read_row_by_row() -> None:
    rows = [(f"指标之{name}", f"{n}.5亿元", f"{n}%") for n, name in enumerate("甲乙丙丁戊己庚辛")]

    def draw(page: canvas.Canvas) -> None:
        lines_at(80, 780, wrapped(sentences(1)[0], 34))(page)
        for row, cells in enumerate(rows):
            for left, cell in zip((80, 300, 460), cells, strict=True):
                page.drawString(left, 700 - 20 * row, cell)

    (document,) = read(made(draw), "table.pdf")
    assert document.text.split("\n")[-8:] == ["\t".join(row) for row in rows]


def test_an_indented_line_begins_a_paragraph() -> None:
    lines = wrapped(sentences(1)[0] * 2, 32)

    def draw(page: canvas.Canvas) -> None:
        page.drawString(104, 790, lines[0])
        lines_at(80, 772, lines[1:])(page)

    (document,) = read(made(draw), "indent.pdf")
    assert document.text == "　　" + "\n".join(lines)


def test_a_compendium_in_pdf_comes_apart() -> None:
    def page(place: str) -> Draw:
        opening = [f"2023年{place}政府工作报告", "各位代表：", "现在，我代表政府向大会报告工作。"]
        return lines_at(80, 790, [*opening, *wrapped(sentences(1)[0], 34)])

    documents = read(made(*(page(place) for place in ("清河县", "南湖市"))), "all.pdf")
    assert [document.split_by for document in documents] == [
        "2023年清河县政府工作报告",
        "2023年南湖市政府工作报告",
    ]


def test_the_title_of_the_properties_is_kept_unless_a_program_wrote_it() -> None:
    def titled(title: str) -> Draw:
        def draw(page: canvas.Canvas) -> None:
            page.setTitle(title)
            lines_at(80, 790, wrapped(sentences(1)[0], 34))(page)

        return draw

    assert read(made(titled(TITLE)), "a.pdf")[0].title == TITLE
    assert read(made(titled(f"Microsoft Word - {TITLE}.doc")), "a.pdf")[0].title == TITLE
    assert read(made(titled("untitled")), "a.pdf")[0].title is None


def pictures(page: canvas.Canvas) -> None:
    page.rect(80, 80, 300, 500, fill=1)


def test_pictures_without_a_text_layer_name_the_extra_that_reads_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # as if it were not installed
    with pytest.raises(MissingReader) as refused:
        read(made(pictures, pictures), "scan.pdf")
    assert "zhibiao[ocr]" in refused.value.message
    assert refused.value.details["pages"] == 2


def test_a_scan_with_one_page_of_text_is_not_taken_for_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    cover = lines_at(80, 790, wrapped(sentences(1)[0], 34))
    with pytest.raises(MissingReader):
        read(made(cover, pictures, pictures, pictures), "scan.pdf")


class _Engine:
    """Has the shape of RapidOCR's: called with a picture, answers with texts and corners."""

    def __init__(self, params: dict[str, object]) -> None:
        self.params = params

    def __call__(self, picture: numpy.ndarray) -> SimpleNamespace:
        assert picture.ndim == 3
        if self.params.get("blank"):
            return SimpleNamespace(txts=None, boxes=None)
        lines = ["各位代表：", *wrapped(sentences(1)[0], 30)]
        boxes = [
            [[100, 100 + 40 * n], [900, 100 + 40 * n], [900, 130 + 40 * n], [100, 130 + 40 * n]]
            for n in range(len(lines))
        ]
        return SimpleNamespace(txts=tuple(lines), boxes=numpy.array(boxes, dtype=float))


def test_pictures_are_read_by_the_engine_when_it_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", SimpleNamespace(RapidOCR=_Engine))
    (document,) = read(made(pictures), "scan.pdf")
    assert document.text == "\n".join(["各位代表：", *wrapped(sentences(1)[0], 30)])


def test_a_password_is_named() -> None:
    locked = made(pictures, encrypt=StandardEncryption("secret", canPrint=0))
    with pytest.raises(UnsupportedFormat, match="password"):
        read(locked, "locked.pdf")


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_pages, "PDF_PAGES", 2)
    page = lines_at(80, 790, wrapped(sentences(1)[0], 34))
    with pytest.raises(LimitExceeded) as refused:
        read(made(page, page, page), "long.pdf")
    assert refused.value.details["found"] == 3


def test_too_many_characters_are_refused_with_their_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_pages, "PDF_CHARACTERS", 150)
    page = lines_at(80, 790, wrapped(sentences(1)[0], 34))
    with pytest.raises(LimitExceeded) as refused:
        read(made(page, page, page), "long.pdf")
    assert refused.value.details["page"] == 3


@pytest.mark.parametrize("keep", [0.02, 0.3, 0.6, 0.9])
def test_a_truncated_pdf_is_broken_or_read_and_never_hangs(keep: float) -> None:
    content = made(*(numbered_page(n, wrapped(sentences(9)[n], 34)) for n in range(9)))
    cut = content[: int(len(content) * keep)]
    with pytest.raises(BrokenFile) as refused:
        read(cut, "cut.pdf")
    assert refused.value.details["part"] == "pdf"
    assert "cut.pdf" in refused.value.message
    assert ".)" not in refused.value.message


def test_a_page_tree_that_is_a_loop_ends() -> None:
    looped = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3/Prev 9>>\nstartxref\n9\n%%EOF"
    )
    with pytest.raises(BrokenFile):
        read(looped, "loop.pdf")


def objects(*bodies: bytes) -> bytes:
    """A PDF of these numbered objects, the first one its catalogue."""
    written, places = b"%PDF-1.5\n", []
    for number, inner in enumerate(bodies, 1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + inner + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(written)
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
        + table
        + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, start)
    )


def drawing(places: bytes, content: bytes, kind: bytes = b"/Type/XObject/Subtype/Form") -> bytes:
    resources = b"/BBox[0 0 9 9]/Resources<</XObject<</X %s 0 R>>>>" % places
    return b"<<%s%s/Length %d>>stream\n%s\nendstream" % (kind, resources, len(content), content)


@pytest.mark.parametrize("name", [b"/Type/XObject/Subtype/Form", b"/Type/XObject/Subtype/F#6frm"])
def test_a_page_that_draws_itself_without_end_is_refused_in_bounded_time(
    name: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "PDF_SECONDS", 2)
    looped = objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</XObject<</X 5 0 R>>>>>>",
        drawing(b"5", b"/X Do /X Do", b""),
        drawing(b"5", b"/X Do /X Do", name),
    )
    with pytest.raises(LimitExceeded) as refused:
        read(looped, "loop.pdf")
    assert refused.value.details["part"] == "page content"
    assert "loop.pdf" in refused.value.message


def test_a_page_that_draws_a_form_is_read() -> None:
    lines = wrapped(sentences(1)[0], 34)

    def draw(page: canvas.Canvas) -> None:
        page.beginForm("stamp")
        page.setFont(FONT, 12)
        page.drawString(80, 790, TITLE)
        page.endForm()
        page.doForm("stamp")
        lines_at(80, 760, lines)(page)

    content = made(draw)
    assert loops.may(content)
    assert read(content, "form.pdf")[0].text == "\n".join([TITLE, *lines])


def test_errors_found_in_the_process_of_its_own_are_the_same() -> None:
    content = made(pictures) + b"\n%/Form"
    with pytest.raises(BrokenFile) as refused:
        read(content[:300] + content[-9:], "cut.pdf")
    assert refused.value.details == {"name": "cut.pdf", "part": "pdf"}
