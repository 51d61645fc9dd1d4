"""Word documents and RTF, made by real tools or written byte by byte."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from zhibiao.errors import (
    BrokenFile,
    EmptySource,
    LimitExceeded,
    MissingReader,
    ReadError,
    UndecodableText,
    UnsupportedFormat,
)
from zhibiao.reading import read, word

TITLE = "2023年清河县政府工作报告"
LINES = [TITLE, "各位代表：", "现在，我代表县人民政府向大会报告工作。", "全年生产总值增长6.8%。"]


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def plain(lines: list[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def rewritten(content: bytes, part: str, becomes: bytes | None) -> bytes:
    """The same package with one part replaced, or left out."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
            elif becomes is not None:
                new.writestr(name, becomes)
    return stream.getvalue()


def test_paragraphs_and_tables_come_in_order() -> None:
    document = docx.Document()
    document.add_paragraph(LINES[0])
    table = document.add_table(2, 2)
    for row, cells in enumerate([("指标", "增长"), ("生产总值", "6.8%")]):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    table.cell(1, 0).add_paragraph("（初步核算）")
    document.add_paragraph(LINES[1])
    (read_back,) = read(saved(document), "report.docx")
    assert read_back.text == f"{TITLE}\n指标\t增长\n生产总值 （初步核算）\t6.8%\n各位代表："
    assert read_back.media_type == word.MEDIA_TYPE
    assert read_back.decoding is not None
    assert read_back.decoding.decided_by == "format"


def test_what_word_shows_is_read_and_what_it_hides_is_not() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("全年")
    for markup in (
        "<w:ins %s><w:r><w:t>新增就业</w:t></w:r></w:ins>",
        "<w:del %s><w:r><w:delText>减少</w:delText></w:r></w:del>",
        "<w:hyperlink %s><w:r><w:t>4200</w:t></w:r></w:hyperlink>",
        "<w:r %s><w:instrText>PAGE</w:instrText></w:r>",
        "<w:r %s><w:noBreakHyphen/><w:t>人</w:t><w:tab/><w:t>。</w:t></w:r>",
    ):
        paragraph._p.append(parse_xml(markup % nsdecls("w")))
    control = (
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>内容控件里的段落。</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    document.element.body.insert(1, parse_xml(control))
    (read_back,) = read(saved(document), "report.docx")
    assert read_back.text == "全年新增就业4200-人\t。\n内容控件里的段落。"


def listed(document: docx.document.Document, *levels: tuple[str, str]) -> str:
    """A new list with these levels (format, pattern); its number."""
    numbering = document.part.numbering_part.element
    inner = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        for n, (kind, pattern) in enumerate(levels)
    )
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{inner}</w:abstractNum>'
    numbering.insert(0, parse_xml(abstract))
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="78"><w:abstractNumId w:val="77"/></w:num>')
    )
    return "78"


def test_numbers_that_word_counts_by_itself_are_read() -> None:
    document = docx.Document()
    list_id = listed(document, ("chineseCounting", "%1、"), ("chineseCounting", "（%2）"))
    for level, words in (
        (0, "过去一年工作回顾"),
        (1, "经济运行"),
        (1, "民生改善"),
        (0, "今年工作安排"),
        (1, "稳增长"),
        (None, "各位代表"),
        (0, "政府自身建设"),
    ):
        paragraph = document.add_paragraph(words)
        if level is not None:
            numbered = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            numbered.get_or_add_ilvl().val = level
            numbered.get_or_add_numId().val = int(list_id)
    assert read(saved(document), "a.docx")[0].text.split("\n") == [
        "一、过去一年工作回顾",
        "（一）经济运行",
        "（二）民生改善",
        "二、今年工作安排",
        "（一）稳增长",
        "各位代表",
        "三、政府自身建设",
    ]


def test_numbers_of_a_style_are_read_and_bullets_are_not() -> None:
    document = docx.Document()
    for words, style in (("甲", "List Number"), ("乙", "List Number"), ("丙", "List Bullet")):
        document.add_paragraph(words, style=style)
    assert read(saved(document), "a.docx")[0].text == "1.甲\n2.乙\n丙"


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_chinese_numbers_count_as_word_does(number: int, words: str) -> None:
    document = docx.Document()
    list_id = listed(document, ("chineseCountingThousand", "%1、"))
    for n in range(number):
        numbered = document.add_paragraph(f"第{n}").paragraph_format._element
        properties = numbered.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = int(list_id)
    assert read(saved(document), "a.docx")[0].text.split("\n")[-1] == f"{words}、第{number - 1}"


def test_a_compendium_in_word_comes_apart() -> None:
    closing = "为建设现代化新县城而努力奋斗！"
    second = [line.replace("清河县", "南湖市") for line in LINES]
    documents = read(plain([*LINES, closing, *second, closing]), "all.docx")
    assert [document.split_by for document in documents] == [TITLE, "2023年南湖市政府工作报告"]


def test_the_property_title_is_kept() -> None:
    document = docx.Document()
    document.core_properties.title = TITLE
    document.add_paragraph(LINES[1])
    assert read(saved(document), "a.docx")[0].title == TITLE
    assert read(plain(LINES), "a.docx")[0].title is None


def test_an_ending_that_lies_does_not_matter() -> None:
    assert read(plain(LINES), "report.txt")[0].text == "\n".join(LINES)
    assert read("\n".join(LINES).encode("gb18030"), "report.docx")[0].text == "\n".join(LINES)


@pytest.mark.parametrize(
    "becomes",
    [
        b"",
        b"<w:document",
        b"\xff\xfe\x00",
        b"<a>" * 300_000,
        b'<!DOCTYPE a [<!ENTITY b "c">]><a/>',
        None,
    ],
    ids=["empty", "cut off", "noise", "nested", "entities", "missing"],
)
def test_a_broken_part_is_named(becomes: bytes | None) -> None:
    broken = rewritten(plain(LINES), "word/document.xml", becomes)
    with pytest.raises(BrokenFile) as refused:
        read(broken, "broken.docx")
    assert refused.value.details["part"] == "word/document.xml"
    assert "broken.docx" in refused.value.message


def test_a_part_with_damaged_bytes_is_named() -> None:
    content = bytearray(plain(LINES))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.getinfo("word/document.xml").header_offset
    content[start + 60 : start + 90] = bytes(30)
    with pytest.raises(BrokenFile) as refused:
        read(bytes(content), "broken.docx")
    assert refused.value.details["part"] == "word/document.xml"


def test_deep_nesting_within_the_part_is_read_or_refused_without_recursion() -> None:
    nested = (
        f"<w:document {nsdecls('w')}><w:body>{'<w:sdt>' * 50_000}<w:p><w:r><w:t>深处的段落。"
        f"</w:t></w:r></w:p>{'</w:sdt>' * 50_000}</w:body></w:document>"
    )
    content = rewritten(plain(LINES), "word/document.xml", nested.encode())
    assert read(content, "deep.docx")[0].text == "深处的段落。"


def test_a_part_that_unfolds_into_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "DOCX_PART_BYTES", 1_000_000)
    bomb = rewritten(plain(LINES), "word/document.xml", b"<a>" + b" " * 2_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(LimitExceeded) as refused:
        read(bomb, "bomb.docx")
    assert refused.value.details["part"] == "word/document.xml"


def test_an_empty_document_is_empty() -> None:
    with pytest.raises(EmptySource):
        read(plain([]), "empty.docx")


def test_other_office_files_are_named() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(UnsupportedFormat, match="Excel"):
        read(stream.getvalue(), "panel.docx")


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le")


def test_a_word_97_document_names_the_programs_that_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingReader) as refused:
        read(OLE, "old.doc")
    assert refused.value.details["programs"] == ["libreoffice", "antiword"]
    assert "LibreOffice" in refused.value.message


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


def test_a_word_97_document_is_read_by_antiword(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, "antiword", 'test -s "$5" && printf "各位代表：\\r\\n一年来。\\r\\n"')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    if shutil.which("soffice") or shutil.which("libreoffice"):
        pytest.skip("LibreOffice is installed and comes first")
    document = read(OLE, "old.doc")[0]
    assert document.text == "各位代表：\n一年来。\n"
    assert document.media_type == "application/msword"


def test_a_word_97_document_is_read_by_libreoffice_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, "antiword", "exit 1")
    program(tmp_path, "soffice", 'printf "\\357\\273\\277各位代表：" > "$PWD/report.txt"')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    assert read(OLE, "old.doc")[0].text == "各位代表："


def test_a_program_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "soffice", 'echo "$PWD/report.doc could not be loaded" >&2; exit 3')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    with pytest.raises(BrokenFile, match=r"\(old\.doc could not be loaded\)"):
        read(OLE, "old.doc")


def rtf(words: str) -> bytes:
    return (
        r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fnil SimSun;}}{\*\generator x;}{\info{\title t}}"
        rf"\pard\f0 {words}\par}}"
    ).encode("ascii")


def test_rtf_gives_its_text_in_its_code_page_and_in_unicode() -> None:
    coded = "".join(f"\\'{byte:02x}" for byte in "各位代表：".encode("gbk"))
    unicoded = "".join(f"\\u{ord(character)}?" for character in "增长")
    (document,) = read(rtf(rf"{coded}\par {unicoded}6.8\'a3\'a5\tab \u-10179?\u-9216?"), "a.rtf")
    assert document.text == "各位代表：\n增长6.8％\t\U0001f400\n"
    assert document.decoding is not None
    assert document.decoding.undecodable == 0


def test_rtf_whose_code_page_does_not_fit_is_refused() -> None:
    with pytest.raises(UndecodableText):
        read(rtf(r"\'ff\'ff\'80 abc" * 20), "a.rtf")


def test_rtf_nested_without_end_is_refused() -> None:
    with pytest.raises(LimitExceeded):
        read(rb"{\rtf1" + b"{" * 100_000, "deep.rtf")


@pytest.mark.parametrize("size", [1, 7, 30, 200, 2_000])
def test_a_docx_cut_off_anywhere_says_so(size: int) -> None:
    with pytest.raises(ReadError) as refused:
        read(plain(LINES)[:-size], "cut.docx")
    assert "cut.docx" in refused.value.message


def marked(paragraph: object, mark: str) -> None:
    """Track a change of the paragraph's own mark."""
    properties = f"<w:rPr {nsdecls('w')}><w:{mark} w:id='1' w:author='a'/></w:rPr>"
    paragraph._p.get_or_add_pPr().append(parse_xml(properties))  # type: ignore[attr-defined]


@pytest.mark.parametrize("mark", ["del", "moveFrom"])
def test_a_paragraph_whose_mark_is_deleted_goes_on_in_the_next(mark: str) -> None:
    document = docx.Document()
    for words in ("全年生产总值", "增长6.8%，", "财政收入增长5%。"):
        marked(document.add_paragraph(words), mark)
    document.add_paragraph("各位代表：")
    table = document.add_table(1, 2)
    marked(table.cell(0, 0).paragraphs[0], mark)
    table.cell(0, 0).paragraphs[0].add_run("生产")
    table.cell(0, 0).add_paragraph("总值")
    table.cell(0, 1).text = "6.8%"
    (read_back,) = read(saved(document), "a.docx")
    joined, row = read_back.text.split("\n")
    assert joined == "全年生产总值增长6.8%，财政收入增长5%。各位代表："
    assert row.split() == ["生产总值", "6.8%"]


def test_an_inserted_paragraph_mark_parts_paragraphs() -> None:
    document = docx.Document()
    marked(document.add_paragraph("一年来。"), "ins")
    document.add_paragraph("各位代表：")
    assert read(saved(document), "a.docx")[0].text == "一年来。\n各位代表："


def test_joined_paragraphs_bear_one_number_and_count_once() -> None:
    document = docx.Document()
    number = listed(document, ("chineseCounting", "%1、"))
    for words, deleted in (("工作", True), ("回顾", False), ("任务", False)):
        paragraph = document.add_paragraph(words)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = int(number)
        if deleted:
            marked(paragraph, "del")
    assert read(saved(document), "a.docx")[0].text == "一、工作回顾\n二、任务"


def test_a_deleted_row_of_a_table_is_not_read() -> None:
    document = docx.Document()
    table = document.add_table(2, 1)
    table.cell(0, 0).text = "增长9.9%"
    table.cell(1, 0).text = "增长6.8%"
    properties = f"<w:trPr {nsdecls('w')}><w:del w:id='1' w:author='a'/></w:trPr>"
    table.rows[0]._tr.insert(0, parse_xml(properties))
    assert read(saved(document), "a.docx")[0].text.split() == ["增长6.8%"]


@pytest.mark.parametrize(
    "ruby",
    [
        "<w:r {}><w:ruby><w:rubyPr/><w:rt><w:r><w:t>bīn</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>彬</w:t></w:r></w:rubyBase></w:ruby></w:r>",
        '<w:r {}><w:fldChar w:fldCharType="begin"/>'
        r'<w:instrText>EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(</w:instrText>'
        "<w:instrText>bīn),彬</w:instrText><w:instrText>)</w:instrText>"
        '<w:fldChar w:fldCharType="end"/></w:r>',
    ],
)
def test_how_a_character_is_read_is_not_read(ruby: str) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("现在，")
    paragraph._p.append(parse_xml(ruby.format(nsdecls("w"))))
    paragraph.add_run("州苹果增长6.8%。")
    assert read(saved(document), "a.docx")[0].text == "现在，彬州苹果增长6.8%。"
