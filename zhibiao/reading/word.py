"""Word documents (docx): paragraphs and tables in order, as a reader sees them.

The document part is read directly, so that what python-docx passes over (content controls,
inserted text, text boxes) is read and no picture is unpacked.
"""

from __future__ import annotations

import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib

from zhibiao.domain import Decoding
from zhibiao.errors import BrokenFile, LimitExceeded, UnsupportedFormat
from zhibiao.reading.elements import attribute, first_child, local_name
from zhibiao.reading.limits import DOCX_BYTES, DOCX_PART_BYTES
from zhibiao.reading.numbering import Numbering
from zhibiao.reading.page import Page, stated_title
from zhibiao.reading.tables import TableWriter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ROOT = "_rels/.rels"
_USUAL = "word/document.xml"
_CORE = "docProps/core.xml"
# Deleted text, how a character is read, and the fallback that repeats a text box.
_SKIPPED = frozenset(("del", "delText", "rt", "Fallback", "moveFrom", "pPr", "rPr", "tblPr"))
# A field that sets how a character is read above it: EQ \o\ad(\s\up 9(bīn),彬)
_RUBY_FIELD = re.compile(r"\s*EQ\b.*\\up\s*\d+\s*\([^()]*\)\s*[,;]\s*([^()]+)\)\s*", re.DOTALL)


def read_docx(content: bytes, name: str) -> Page:
    """The text of a docx: one line a paragraph, one line a table row with tabs between cells.

    Raises BrokenFile naming the damaged part, LimitExceeded when it unfolds into too much,
    UnsupportedFormat when it is encrypted.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise _broken(name, "the zip directory", error) from error
    with archive:
        _check_sizes(archive, name)
        part = _document_part(archive, name)
        body = _parse(archive, part, name)
        folder = posixpath.dirname(part)
        numbering = Numbering(
            *(
                _parse(archive, beside, name) if beside in archive.namelist() else None
                for beside in (f"{folder}/numbering.xml", f"{folder}/styles.xml")
            )
        )
        title = _core_title(archive, name)
    return Page(
        text=_text(body, numbering),
        media_type=MEDIA_TYPE,
        title=title,
        decoding=Decoding(encoding="utf-8", decided_by="format"),
    )


def _check_sizes(archive: zipfile.ZipFile, name: str) -> None:
    total = 0
    for info in archive.infolist():
        total += info.file_size
        if info.file_size > DOCX_PART_BYTES or total > DOCX_BYTES:
            limit = DOCX_PART_BYTES if info.file_size > DOCX_PART_BYTES else DOCX_BYTES
            raise LimitExceeded(
                f"{name}: its part {info.filename} unpacks beyond the limit of {limit} bytes. "
                "Save the report anew in Word, without pictures, and submit that.",
                name=name,
                part=info.filename,
                limit=limit,
            )


def _document_part(archive: zipfile.ZipFile, name: str) -> str:
    """The part that holds the text, as the package's relations name it."""
    names = set(archive.namelist())
    if _ROOT in names:
        for relation in _parse(archive, _ROOT, name):
            if relation.get("Type", "").endswith("/officeDocument"):
                target = posixpath.normpath(relation.get("Target", "").lstrip("/"))
                if target in names:
                    return target
    if _USUAL in names:
        return _USUAL
    raise BrokenFile(
        f"{name}: the Word document has no part {_USUAL}. Save it anew in Word and submit that.",
        name=name,
        part=_USUAL,
    )


def _parse(archive: zipfile.ZipFile, part: str, name: str) -> ET.Element:
    try:
        packed = archive.read(part)
    except RuntimeError as error:  # zipfile's word for "encrypted"
        raise UnsupportedFormat(
            f"{name}: its part {part} is encrypted. Submit it without a password.",
            name=name,
            part=part,
        ) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
    ) as error:
        raise _broken(name, part, error) from error
    if b"<!DOCTYPE" in packed[:4096] or b"<!ENTITY" in packed:
        raise _broken(name, part, "it declares entities, which no Word document does")
    try:
        return ET.fromstring(packed)
    except (ET.ParseError, ValueError, RecursionError, LookupError) as error:
        raise _broken(name, part, error) from error


def _broken(name: str, part: str, why: object) -> BrokenFile:
    return BrokenFile(
        f"{name}: the Word document is damaged in {part} ({why}). Save it anew in Word and "
        "submit that.",
        name=name,
        part=part,
    )


def _core_title(archive: zipfile.ZipFile, name: str) -> str | None:
    if _CORE not in archive.namelist():
        return None
    try:
        core = _parse(archive, _CORE, name)
    except BrokenFile:
        return None  # the report can be read without its properties
    return stated_title(core.findtext("{http://purl.org/dc/elements/1.1/}title"))


def _text(body: ET.Element, numbering: Numbering) -> str:
    """The text of a document or a part of it; an own stack, for nesting is the file's choice."""
    stack: list[tuple[ET.Element, bool]] = [(body, False)]
    writer = TableWriter()
    closes = {"tc": writer.close_cell, "tr": writer.close_row, "tbl": writer.close_table,
              "p": writer.end_line}  # fmt: skip
    field: list[str] = []  # the code of the open field
    begun = 0  # where in the line the paragraph begins
    goes_on = False  # the mark at the end of the paragraph before has been deleted
    while stack:
        element, leaving = stack.pop()
        kind = local_name(element)
        if leaving:
            if kind in closes and not (kind == "p" and goes_on):
                closes[kind]()
            continue
        if kind in _SKIPPED or (kind == "tr" and _is_deleted(element, "trPr")):
            continue
        if kind == "p":
            begun = begun if goes_on else writer.place
            goes_on = _is_deleted(element, "pPr", "rPr")
            # What is joined is numbered as its last paragraph is.
            if not goes_on and (label := numbering.label(element)) and _has_words(element):
                writer.insert(label, begun)
        if kind == "t":
            writer.write((element.text or "").replace("\n", " "))
        elif kind == "tab":
            writer.write("\t")
        elif kind in ("br", "cr"):
            writer.write("\n")
        elif kind == "noBreakHyphen":
            writer.write("-")
        elif kind == "instrText":
            field.append(element.text or "")
        elif kind == "fldChar":
            ruby = _RUBY_FIELD.fullmatch("".join(field))
            field.clear()
            writer.write(ruby[1] if ruby else "")
        elif kind == "tbl":
            writer.open_table()
        elif kind == "tr":
            writer.open_row(_count(_property(element, "trPr", "gridBefore"), 0))
        elif kind == "tc":
            merge = _property(element, "tcPr", "vMerge")
            writer.open_cell(
                _count(_property(element, "tcPr", "gridSpan"), 1),
                above=merge is not None and attribute(merge, "val") != "restart",
            )
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))
    return writer.text()


def _property(element: ET.Element, holder: str, name: str) -> ET.Element | None:
    """A property of a table's row or cell, which its first children hold."""
    for child in element[:2]:
        if local_name(child) == holder:
            return first_child(child, name)
    return None


def _count(element: ET.Element | None, default: int) -> int:
    stated = "" if element is None else attribute(element, "val")
    return int(stated) if stated.isdecimal() and len(stated) < 4 else default


def _is_deleted(element: ET.Element, *properties: str) -> bool:
    """Whether a paragraph's mark or a table's row is deleted, as its properties say."""
    for name in properties:
        found = first_child(element, name)
        if found is None:
            return False
        element = found
    return any(local_name(child) in ("del", "moveFrom") for child in element)


def _has_words(paragraph: ET.Element) -> bool:
    return any(local_name(element) == "t" and element.text for element in paragraph.iter())
