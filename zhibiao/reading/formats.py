"""What a file is, by its content: an ending may lie."""

from __future__ import annotations

import io
import re
from enum import StrEnum

from zhibiao.reading.limits import Limits
from zhibiao.reading.zip_directory import open_zip


class Format(StrEnum):
    """Kinds of files, told apart by their first bytes."""

    EMPTY = "empty"
    TEXT = "text"  # whatever is nothing else: txt, md, html are told apart once decoded
    PDF = "pdf"
    DOCX = "docx"
    DOC = "doc"
    RTF = "rtf"
    ZIP = "zip"
    GZIP = "gzip"
    TAR = "tar"
    PACKED = "packed"  # an archive of a kind that is not opened
    FOREIGN = "foreign"  # recognised, and not read


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
)
_FOREIGN = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"AT&TFORM", "a DjVu file"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)
_ZIPPED = (
    # a part's name, and what a zip that holds it is
    ("xl/workbook.xml", "an Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("OFD.xml", "an OFD document"),
    ("META-INF/container.xml", "an EPUB book"),
    ("content.xml", "an OpenDocument file"),
)
_COMPOUND = (
    # a stream's name, and what an OLE file that holds it is
    ("EncryptedPackage", "an Office document with a password"),
    ("Workbook", "an Excel 97 workbook"),
    ("PowerPoint Document", "a PowerPoint 97 presentation"),
    ("__substg1.0_", "an Outlook message"),
)
_NAMED = {
    "pdf": "a PDF",
    "docx": "a Word document",
    "doc": "a Word document",
    "xlsx": "an Excel workbook",
    "zip": "a zip archive",
    "gz": "a gzip file",
    "tgz": "a gzip file",
    "tar": "a tar archive",
}
_PDF_WITHIN = 1024  # bytes that may stand before %PDF-
HEAD_BYTES = 64 * 1024  # of a file, enough to tell its format


def sniff(content: bytes) -> tuple[Format, str]:
    """The format of a whole file, and in words what it is (for messages)."""
    if not content:
        return Format.EMPTY, "an empty file"
    kind, words = sniff_head(content[:HEAD_BYTES])
    if kind is Format.ZIP:
        return _zipped(content)
    if kind is Format.DOC:
        return _compound(content)
    return kind, words


def sniff_head(head: bytes) -> tuple[Format, str]:
    """The same from a file's first HEAD_BYTES; a zip or an OLE file is named as such, unopened."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Format.ZIP, "a zip archive"
    if head.startswith(_OLE):
        return Format.DOC, "a Word 97 document"
    if head.startswith(b"\x1f\x8b"):
        return Format.GZIP, "a gzip file"
    if head[257:262] == b"ustar":
        return Format.TAR, "a tar archive"
    if head.lstrip()[:5] == b"{\\rtf":
        return Format.RTF, "an RTF document"
    if 0 <= head.find(b"%PDF-") < _PDF_WITHIN and not _is_prose(head):
        return Format.PDF, "a PDF"
    for kind, kinds in ((Format.PACKED, _PACKED), (Format.FOREIGN, _FOREIGN)):
        for magic, words in kinds:
            # Two or three ASCII letters may also begin a text.
            if head.startswith(magic) and not (magic.isalnum() and _is_prose(head)):
                return kind, words
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.FOREIGN, "a WebP image"
    if re.match(rb"(?:From|MIME-Version|Return-Path|Subject):?[^\n]*\n[A-Z][\w-]+:", head):
        return Format.FOREIGN, "a mail or MHT file"
    return Format.TEXT, "a text"


def is_text(content: bytes) -> bool:
    """Whether a file is of no other format than text, which is read in milliseconds."""
    return sniff_head(content[:HEAD_BYTES])[0] is Format.TEXT


def named_format(name: str) -> str | None:
    """What a file is by its name, in words; None for what may be any text."""
    _, dot, ending = name.lower().rpartition(".")
    return _NAMED.get(ending) if dot else None


def is_docx(names: list[str]) -> bool:
    """Whether a zip with these members is a Word document (possibly a damaged one)."""
    return "word/document.xml" in names or (
        "[Content_Types].xml" in names and any(name.startswith("word/") for name in names)
    )


def is_package(names: list[str]) -> bool:
    """Whether a zip with these members is one document, read or not, and no archive of files."""
    return is_docx(names) or any(part in names for part, _ in _ZIPPED)


def _is_prose(head: bytes) -> bool:
    """Text that merely mentions a magic word: its first line goes on with other letters."""
    line = head[:200].splitlines()[0] if head.strip() else b""
    return len(line) > 60 and not re.search(rb"[\x00-\x08\x0e-\x1f]", head[:1024])


def _zipped(content: bytes) -> tuple[Format, str]:
    try:
        with open_zip("it", io.BytesIO(content), Limits()) as archive:
            names = archive.namelist()
    except Exception:  # a directory that cannot be read, or too large; tell by the raw bytes
        if b"word/document.xml" in content or b"word/styles.xml" in content:
            return Format.DOCX, "a Word document"
        return Format.ZIP, "a zip archive"
    if is_docx(names):
        return Format.DOCX, "a Word document"
    for part, words in _ZIPPED:
        if part in names:
            return Format.FOREIGN, words
    return Format.ZIP, "a zip archive"


def _compound(content: bytes) -> tuple[Format, str]:
    """OLE files name their streams in UTF-16."""
    if _stream("WordDocument") in content:
        return Format.DOC, "a Word 97 document"
    for stream, words in _COMPOUND:
        if _stream(stream) in content:
            return Format.FOREIGN, words
    return Format.FOREIGN, "an OLE file without a Word document"


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le")


_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|"
    r"script|link|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(
    r"</?(?:p|div|span|br|td|tr|table|a|li|ul|h[1-6]|font|body|html)\b", re.IGNORECASE
)

# A style sheet that a conversion left over a plain text makes no page of it.
_CODE_ELEMENT = re.compile(r"<(style|script)\b[^<>]{0,300}>.*?</\1>", re.IGNORECASE | re.DOTALL)


def is_html(text: str) -> bool:
    """Whether a decoded text is a web page: it opens like one, or is thick with its tags."""
    head = _CODE_ELEMENT.sub("", text[:20_000])
    if _HTML_START.match(head[:4_000]):
        return True
    tags = len(_TAG.findall(head))
    return (head.lstrip()[:1] == "<" and tags >= 3) or (tags * 400 > len(head) and tags >= 6)
