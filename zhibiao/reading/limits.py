"""How much of a source is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bounds on what an archive may unfold into."""

    members: int = 200_000  # files in one source, those of nested archives included
    member_bytes: int = 256 * MIB  # one file, unpacked
    total_bytes: int = 4096 * MIB  # all files of one source, unpacked
    ratio: int = 200  # unpacked : packed of one file; judged from `ratio_from_bytes` on
    ratio_from_bytes: int = 16 * MIB  # small files may be as repetitive as they like
    nesting: int = 1  # archives within archives


METADATA_BYTES = 1024 * 1024  # of a list's entry: all that it holds beside its text, as JSON

# Bounds on a single file's format, far above any real report.
ZIP_DIRECTORY_BYTES = 64 * MIB  # a zip's list of its files, read as a whole; 300 bytes a member
HTML_BYTES = 64 * MIB
HTML_DEPTH = 5_000  # the parser's time grows with the square of the depth
PDF_PAGES = 5_000
PDF_CHARACTERS = 12_000_000
PDF_SECONDS = 30  # on a PDF that could draw in a loop
OCR_PAGES = 500  # about a second each
DOCX_PART_BYTES = 128 * MIB  # one part of a docx, unpacked
DOCX_BYTES = 384 * MIB  # all parts together, unpacked
DOC_SECONDS = 120  # an outside program's time on one .doc
WORKBOOK_PART_BYTES = 256 * MIB  # one part of an xlsx, unpacked; a sheet is read row by row
WORKBOOK_BYTES = 512 * MIB  # all parts together, unpacked
