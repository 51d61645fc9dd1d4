"""One file in, its documents out."""

from __future__ import annotations

from dataclasses import replace

from zhibiao.domain import Decoding, RawDocument
from zhibiao.errors import BrokenFile, EmptySource, ReadError, UndecodableText, UnsupportedFormat
from zhibiao.reading import doc, pdf, rtf, webpages, word
from zhibiao.reading.encodings import decode
from zhibiao.reading.formats import HEAD_BYTES, Format, is_html, named_format, sniff
from zhibiao.reading.lists import list_of_content
from zhibiao.reading.mojibake import repair
from zhibiao.reading.page import Page
from zhibiao.reading.split import split

_MARKDOWN_ENDINGS = (".md", ".markdown")


def read(content: bytes, name: str) -> list[RawDocument]:
    """Read one file into its documents: a compendium into many, anything else into one.

    `name` is the file's name; it is stored and shown, and its ending decides nothing about how
    the bytes are read. Equal bytes give equal documents. Raises a ReadError that says what is
    wrong, where, and what to do: EmptySource, UnsupportedFormat (archives too: `expand` opens
    those), UndecodableText, BrokenFile, LimitExceeded or MissingReader.
    """
    try:
        page = _page(content, name)
    except ReadError:
        raise
    except Exception as error:  # parsers of foreign formats; a damaged file must end one file only
        raise BrokenFile(
            f"{name} cannot be read: its reader failed ({type(error).__name__}: "
            f"{str(error)[:200]}). Save the report anew, or as text, and submit that.",
            name=name,
            failure=type(error).__name__,
        ) from error
    text = page.text
    if not text.strip():
        raise EmptySource(
            f"{name} holds no text. Submit the file that holds the report itself.", name=name
        )
    if page.media_type != pdf.MEDIA_TYPE:  # characters without meaning make a PDF one of pictures
        page = _mended(page, name)
        text = page.text
    return [
        RawDocument(
            name=name,
            part=number,
            text=text if part.split_by is None else text[part.start : part.end],
            media_type=page.media_type,
            title=page.title,
            decoding=page.decoding,
            split_by=part.split_by,
        )
        for number, part in enumerate(split(text, name))
    ]


def _mended(page: Page, name: str) -> Page:
    text, encoding = repair(page.text, name)
    if encoding is None:
        return page
    undecodable = 0 if page.decoding is None else page.decoding.undecodable
    decoding = Decoding(encoding=encoding, decided_by="repaired", undecodable=undecodable)
    # The title went through the same hands; what is left of it is no evidence.
    return replace(page, text=text, title=None, decoding=decoding)


def _page(content: bytes, name: str) -> Page:
    kind, words = sniff(content)
    match kind:
        case Format.EMPTY:
            raise EmptySource(f"{name} is empty (0 bytes). Submit it again.", name=name)
        case Format.PDF:
            return pdf.read_pdf(content, name)
        case Format.DOCX:
            return word.read_docx(content, name)
        case Format.DOC:
            return doc.read_doc(content, name)
        case Format.RTF:
            return rtf.read_rtf(content, name)
        case Format.ZIP | Format.TAR | Format.GZIP:
            raise UnsupportedFormat(
                f"{name} is {words} within which no further archive is opened. Unpack it and "
                "submit its files.",
                name=name,
                format=kind.value,
            )
        case Format.PACKED:
            raise UnsupportedFormat(
                f"{name} is {words}, which is not opened. Unpack it and submit the folder, or pack "
                "it as zip.",
                name=name,
                format=words,
            )
        case Format.FOREIGN:
            raise UnsupportedFormat(
                f"{name} is {words}, which is not read. Submit the report as text, HTML, PDF or "
                "Word.",
                name=name,
                format=words,
            )
        case Format.TEXT:
            return _text(content, name)


def _text(content: bytes, name: str) -> Page:
    try:
        text, decoding = decode(content, name)
    except UndecodableText as error:
        named = named_format(name)
        if named is None:
            raise
        # What Chinese there might be in another encoding is of no interest to whoever sent a PDF.
        raise UndecodableText(
            f"{name} is not {named}, which its name says, nor any other format that is read. "
            "It may be damaged: fetch it again.",
            **error.details,
        ) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if is_html(text):
        return webpages.read_html(text, decoding, name)
    form = list_of_content(text[:HEAD_BYTES].encode("utf-8", "replace"), name)
    if form is not None:
        raise UnsupportedFormat(
            f"{name} is a list of documents ({form.words}), not one document. Submit it as it is, "
            "where archives are accepted.",
            name=name,
            format=form.name,
        )
    media_type = "text/markdown" if name.lower().endswith(_MARKDOWN_ENDINGS) else "text/plain"
    return Page(text=text, media_type=media_type, decoding=decoding)
