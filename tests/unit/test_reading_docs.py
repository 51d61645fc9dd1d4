"""docs/formats.md names what the code has, with the numbers that it has."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from zhibiao import errors
from zhibiao.reading import Limits, entries, limits

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text("utf-8")


def written(value: int) -> str:
    """A number as the page writes it: 256 MiB, 4 GiB, 200,000."""
    for size, unit in ((1 << 30, "GiB"), (1 << 20, "MiB")):
        if value >= size and value % size == 0:
            return f"{value // size} {unit}"
    return f"{value:,}"


def test_every_limit_of_a_source_is_listed_with_its_default() -> None:
    rows = {
        line.split("|")[1].strip(): line for line in TEXT.splitlines() if line.startswith("| `")
    }
    for field in dataclasses.fields(Limits):
        assert written(field.default) in rows[f"`{field.name}`"], field.name


def test_the_bounds_of_single_formats_are_listed() -> None:
    for stated in (
        f"zip's directory {limits.ZIP_DIRECTORY_BYTES // limits.MIB} MiB",
        f"{limits.HTML_BYTES // limits.MIB} Mi characters",
        f"{limits.HTML_DEPTH:,} nested elements",
        f"{limits.PDF_PAGES:,} pages",
        f"{limits.PDF_CHARACTERS // 1_000_000} million characters",
        f"pictures {limits.OCR_PAGES} pages",
        f"themselves) {limits.PDF_SECONDS} s",
        f"{limits.DOCX_PART_BYTES // limits.MIB} MiB\na part",
        f"{limits.DOCX_BYTES // limits.MIB} MiB in all",
        f".doc {limits.DOC_SECONDS} s",
    ):
        assert stated.replace("\n", " ") in TEXT.replace("\n", " "), stated


def test_every_key_of_a_list_of_documents_is_listed() -> None:
    keys = (*entries.TEXT_KEYS, *entries.NAME_KEYS)
    for key in (
        *keys,
        *(key for field in entries.METADATA_KEYS.items() for key in (field[0], *field[1])),
    ):
        assert f"`{key}`" in TEXT or f" {key}," in TEXT or f" {key} |" in TEXT, key


def test_every_error_of_reading_is_listed() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, errors.ReadError)
        and kind is not errors.ReadError
    ]
    assert len(kinds) == 7
    for kind in kinds:
        assert f"| `{kind.code}` |" in TEXT
