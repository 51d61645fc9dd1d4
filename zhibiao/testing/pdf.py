"""A small PDF writer for Chinese text: real pages with a text layer, and nothing embedded.

The font is one of the predefined CJK fonts (STSong-Light with the CMap UniGB-UCS2-H, PDF
1.7, 9.7.5.2): readers bring it along, and codes are UCS-2, so text comes back as written.
"""

from __future__ import annotations

from zhibiao.testing.planted import PlantedReport

_WIDTH, _HEIGHT = 595, 842  # A4, points
_SIZE, _LEADING = 12, 22  # of the letters, of the lines; points
_LEFT, _TOP = 72, 770
_COLUMNS = (_WIDTH - 2 * _LEFT) // _SIZE  # characters a line
_ROWS = 31  # lines a page
_HANGING = "，。；：、）”！,;:)"  # may stand beyond the right margin, never begin a line


def as_pdf(report: PlantedReport) -> bytes:
    """The report on A4 pages with page numbers; a paragraph's first line is indented."""
    lines: list[tuple[int, str]] = []  # indent in characters, text
    for number, paragraph in enumerate(report.text.splitlines()):
        indent = 0 if number == 0 else 2
        lines += _wrapped(paragraph, indent)
    pages = [lines[start : start + _ROWS] for start in range(0, len(lines), _ROWS)]
    return _file([_page(page, number + 1) for number, page in enumerate(pages)], report.title)


def _wrapped(paragraph: str, indent: int) -> list[tuple[int, str]]:
    """Lines of at most `_COLUMNS` full-width letters; half-width ones count half."""
    lines: list[tuple[int, str]] = []
    line, room = "", float(_COLUMNS - indent)
    for letter in paragraph:
        width = 0.5 if letter.isascii() else 1.0
        if width > room and letter not in _HANGING:
            lines.append((indent if not lines else 0, line))
            line, room = "", float(_COLUMNS)
        line += letter
        room -= width
    lines.append((indent if not lines else 0, line))
    return lines


def _page(lines: list[tuple[int, str]], number: int) -> bytes:
    operators = [b"BT /F1 %d Tf" % _SIZE]
    for row, (indent, text) in enumerate(lines):
        left, top = _LEFT + indent * _SIZE, _TOP - row * _LEADING
        operators.append(b"1 0 0 1 %d %d Tm (%s) Tj" % (left, top, _codes(text)))
    operators.append(b"1 0 0 1 %d 40 Tm (%s) Tj ET" % (_WIDTH // 2 - 18, _codes(f"— {number} —")))
    return b"\n".join(operators)


def _codes(text: str) -> bytes:
    """UCS-2 codes as the inside of a literal string, where four bytes have a meaning."""
    codes = text.encode("utf-16-be")
    for byte, escaped in ((b"\\", b"\\\\"), (b"(", b"\\("), (b")", b"\\)"), (b"\r", b"\\r")):
        codes = codes.replace(byte, escaped)
    return codes


def _file(contents: list[bytes], title: str) -> bytes:
    """The pages as a PDF 1.4 file with its cross-reference table."""
    first_page = 7
    kids = " ".join(f"{first_page + 2 * number} 0 R" for number in range(len(contents)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [4 0 R] >>",
        # CIDs 1 to 95 are the ASCII letters of Adobe-GB1: half an em wide.
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
        b" /DW 1000 /W [1 95 500] >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
        b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        b"<< /Title (\xfe\xff%s) /Producer (zhibiao.testing) >>" % _codes(title),
    ]
    for number, content in enumerate(contents):
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}]"
            f" /Resources << /Font << /F1 3 0 R >> >>"
            f" /Contents {first_page + 2 * number + 1} 0 R >>".encode()
        )
        # Not compressed: deflate's bytes differ from one zlib to another, these must not.
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    written = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(written))
        written += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(written)
    written += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    for offset in offsets:
        written += f"{offset:010d} 00000 n \n".encode()
    written += (
        f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R /Info 6 0 R >>\n"
        f"startxref\n{start}\n%%EOF\n".encode()
    )
    return bytes(written)
