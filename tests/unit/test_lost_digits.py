"""PDFs whose fonts have no mapping for their digits: the text is whole, its numbers are gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tables_of_indicators import FRONT, PLAN, as_text, extracted, of_region, reasons

from zhibiao.errors import MissingReader
from zhibiao.reading import read

REVIEW = (
    "一、2023年工作回顾",
    "全年地区生产总值完成312.5亿元，增长6.2%。一般公共预算收入达到18.4亿元，增长8.3%。",
    "城镇新增就业4210人，粮食产量25.3万吨。",
    "固定资产投资156.2亿元，增长7.1%。",
)
AIMS = ("今年的主要预期目标是：地区生产总值增长6%左右，一般公共预算收入增长5%以上。",)
Mapping = Callable[[str], str]


def pdf(lines: tuple[str, ...], mapping: Mapping) -> bytes:
    """A PDF whose only font says that each glyph is the character that `mapping` gives."""
    glyphs = sorted(set("".join(lines)))
    table = "\n".join(f"<{ord(glyph):04X}> <{ord(mapping(glyph)):04X}>" for glyph in glyphs)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CMapName /X def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{table.count('<') // 2} beginbfchar\n{table}\nendbfchar\nendcmap end end"
    )
    drawn = "".join(
        f"BT /F 12 Tf 72 {780 - 20 * row} Td <{''.join(f'{ord(g):04X}' for g in line)}> Tj ET\n"
        for row, line in enumerate(lines)
    )
    widths = " ".join(f"{ord(glyph)} [{500 if glyph.isascii() else 1000}]" for glyph in glyphs)
    bodies = [
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Kids [3 0 R] /Count 1>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources <</Font <</F 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>\nstream\n{drawn}\nendstream",
        "<</Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H "
        "/DescendantFonts [6 0 R] /ToUnicode 7 0 R>>",
        "<</Type /Font /Subtype /CIDFontType2 /BaseFont /X /FontDescriptor 8 0 R "
        f"/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /W [{widths}]>>",
        f"<</Length {len(cmap)}>>\nstream\n{cmap}\nendstream",
        "<</Type /FontDescriptor /FontName /X /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
        "/Ascent 900 /Descent -200 /CapHeight 700 /StemV 80>>",
    ]
    made = "%PDF-1.7\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(made)
    made += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n"
    made += "".join(f"{place:010d} 00000 n \n" for place in places)
    made += f"trailer <</Size {len(bodies) + 1} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    return made.encode("ascii")


def printed(mapping: Mapping, review: tuple[str, ...] = REVIEW) -> bytes:
    return pdf((*FRONT, *review, *PLAN, *AIMS), mapping)


LOST: dict[str, Mapping] = {
    "replacement": lambda glyph: "\ufffd" if glyph in "0123456789.%" else glyph,
    "blanks": lambda glyph: " " if glyph in "0123456789.%" else glyph,
    "controls": lambda glyph: chr(ord(glyph) - 29) if glyph in "0123456789" else glyph,
    "private": lambda glyph: chr(0xE000 + ord(glyph)) if glyph in "0123456789" else glyph,
    "signs": lambda glyph: chr(ord(glyph) - 15) if glyph in "0123456789" else glyph,
    "letters": lambda glyph: chr(ord(glyph) + 49) if glyph in "0123456789" else glyph,
}


def test_a_font_that_maps_its_digits_is_read() -> None:
    (document,) = read(printed(lambda glyph: glyph), "report.pdf")
    assert document.text == "\n".join((*FRONT, *REVIEW, *PLAN, *AIMS))


@pytest.mark.parametrize("mapping", LOST.values(), ids=LOST)
def test_a_text_layer_without_its_numbers_is_a_picture_to_us(mapping: Mapping) -> None:
    with pytest.raises(MissingReader, match="without its numbers"):
        read(printed(mapping), "report.pdf")


def test_a_number_with_one_digit_lost_is_not_read_as_a_shorter_one() -> None:
    extraction = extracted(printed(lambda glyph: "\ufffd" if glyph == "7" else glyph), "report.pdf")
    assert "fixed_asset_investment level 156.2 亿元 actual 2023" in of_region(extraction)
    assert not any(
        line.startswith("fixed_asset_investment growth") for line in of_region(extraction)
    )
    assert "lost_digit" in reasons(extraction).values()


@pytest.mark.parametrize(
    "number", ["3\ufffd2.5", "\ufffd12.5", "312.\ufffd", "312\ufffd5", "\ufffd.5"]
)
def test_what_is_left_of_a_number_is_no_number(number: str) -> None:
    assert of_region(as_text([f"全年地区生产总值完成{number}亿元。"])) == []


def test_a_report_with_few_numbers_is_not_taken_for_one_that_has_lost_them() -> None:
    lines = ("一、2023年工作回顾", "引进亿元以上项目，万元生产总值能耗持续下降，居民收入稳步增长。")
    (document,) = read(printed(lambda glyph: glyph, lines), "report.pdf")
    assert document.text.split("\n")[5:7] == list(lines)
