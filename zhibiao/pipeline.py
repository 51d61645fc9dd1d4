"""The line a report goes through, on one screen: read, clean, segment, extract.

Each stage is a plain callable from values to values; nothing here knows of a database or a queue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from zhibiao import extract as extracting
from zhibiao import reading, text
from zhibiao.domain import CleanText, Extraction, Metadata, RawDocument, Stage
from zhibiao.extract.catalogue import Catalogue, load_catalogue
from zhibiao.extract.metadata import METADATA_VERSION, describe
from zhibiao.text.segmentation import Segmenter, SegmenterName, count_terms, load_segmenter
from zhibiao.text.similarity import sketch


@dataclass(frozen=True, kw_only=True)
class Language:
    """What the stages need to know: loaded once a process, before the fork."""

    catalogue: Catalogue
    segmenter: Segmenter
    segmenter_name: SegmenterName
    user_dictionary: Path | None = None

    @classmethod
    def load(
        cls,
        *,
        segmenter: SegmenterName = "rjieba",
        user_dictionary: Path | None = None,
        catalogue: Path | None = None,
    ) -> Language:
        """Raises CatalogueError where the user's catalogue is invalid."""
        return cls(
            catalogue=load_catalogue(*([catalogue] if catalogue else [])),
            segmenter=load_segmenter(segmenter, user_dictionary),
            segmenter_name=segmenter,
            user_dictionary=user_dictionary,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """A cleaned document and what is known about it."""

    clean: CleanText
    metadata: Metadata
    sketch: bytes  # for near-duplicates


def read(content: bytes, name: str) -> Sequence[RawDocument]:
    """One file's bytes to its reports. Raises ReadError."""
    return reading.read(content, name)


def clean(document: RawDocument, given: Mapping[str, object]) -> Described:
    """A report without boilerplate, with region, year, speaker. Raises MetadataError."""
    cleaned = text.clean(document)
    return Described(
        clean=cleaned,
        metadata=describe(document, cleaned, {**document.given, **given}),
        sketch=sketch(cleaned.text),
    )


def segment(clean: CleanText, language: Language) -> dict[str, int]:
    """How often each term occurs."""
    return count_terms(clean.text, language.segmenter)


def extract(clean: CleanText, raw_text: str, metadata: Metadata, language: Language) -> Extraction:
    """Every number of the report: as an observation, or rejected with a reason."""
    return extracting.extract(clean, raw_text, metadata, language.catalogue)


def versions(language: Language) -> dict[Stage, str]:
    """Each stage's version: a hash of its declared code version and of the data it reads."""
    dictionary = language.user_dictionary.read_bytes() if language.user_dictionary else b""
    return {
        Stage.READ: _version("read", reading.VERSION),
        Stage.CLEAN: _version(
            "clean", text.VERSION, METADATA_VERSION, _package_data("zhibiao.extract", "regions")
        ),
        Stage.SEGMENT: _version(
            "segment",
            text.VERSION,
            language.segmenter_name,
            _package_data("zhibiao.text", ""),
            hashlib.sha256(dictionary).hexdigest(),
        ),
        Stage.EXTRACT: _version("extract", extracting.VERSION, language.catalogue.digest),
    }


def _version(*inputs: str) -> str:
    return hashlib.sha256("\n".join(inputs).encode()).hexdigest()[:16]


@cache
def _package_data(package: str, prefix: str) -> str:
    """A hash over the data files of a package whose names begin so."""
    digest = hashlib.sha256()
    folder = files(package) / "data"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith(prefix) and entry.is_file():
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()
