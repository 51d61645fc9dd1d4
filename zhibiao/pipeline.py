"""The line a report goes through, on one screen: read, clean, segment, extract.

Each stage is a plain callable from values to values; nothing here knows of a database or a queue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version as package_version
from importlib.resources import files
from pathlib import Path

from zhibiao import extract as extracting
from zhibiao import reading, text
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import built_in_text, parse_catalogue, read_catalogue
from zhibiao.domain import CleanText, Extraction, Metadata, RawDocument, Stage
from zhibiao.metadata.describe import METADATA_VERSION, describe
from zhibiao.text.cut import packed_cut
from zhibiao.text.segmentation import (
    VERSION as SEGMENTATION_VERSION,
)
from zhibiao.text.segmentation import (
    Segmenter,
    SegmenterName,
    count_terms,
    load_fine_segmenter,
    load_segmenter,
    read_dictionary,
)
from zhibiao.text.similarity import sketch


@dataclass(frozen=True, kw_only=True)
class Language:
    """What the stages need to know: loaded once a process, before the fork."""

    catalogue: Catalogue
    segmenter_name: SegmenterName
    user_dictionary: Path | None = None
    user_words: str = ""  # digest of the user dictionary; "": there is none
    user_indicators: str | None = None  # the text of the user's catalogue; None: there is none

    @classmethod
    def load(
        cls,
        *,
        segmenter: SegmenterName = "rjieba",
        user_dictionary: Path | None = None,
        catalogue: Path | None = None,
    ) -> Language:
        """Raises CatalogueError and DictionaryError where a user's file is invalid."""
        if user_dictionary is not None:
            read_dictionary(user_dictionary)
        users = None if catalogue is None else read_catalogue(catalogue)
        own = [] if users is None else [(str(catalogue), users)]
        return cls(
            catalogue=parse_catalogue(built_in_text(), *own),
            segmenter_name=segmenter,
            user_dictionary=user_dictionary,
            user_words=_file_digest(user_dictionary),
            user_indicators=users,
        )

    @cached_property
    def segmenter(self) -> Segmenter:
        """Loaded when it is first asked for: its dictionary takes time and memory."""
        return load_segmenter(self.segmenter_name, self.user_dictionary)

    @cached_property
    def fine_segmenter(self) -> Segmenter:
        """The same without the built-in policy terms."""
        return load_fine_segmenter(self.segmenter_name, self.user_dictionary)


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """A cleaned document and what is known about it."""

    clean: CleanText
    metadata: Metadata
    sketch: bytes  # for near-duplicates


@dataclass(frozen=True, kw_only=True, slots=True)
class Segmented:
    """The words of a cleaned document."""

    counts: dict[str, int]  # policy terms in one piece
    cut: bytes  # without the policy terms, for keyword sets; see `zhibiao.text.cut`


def read(content: bytes, name: str) -> Sequence[RawDocument]:
    """One file's bytes to its reports. Raises ReadError."""
    return reading.read(content, name)


def clean(
    document: RawDocument,
    given: Mapping[str, object],
    corrected: Mapping[str, object] | None = None,
) -> Described:
    """A report without boilerplate, with region, year, speaker. Raises MetadataError."""
    cleaned = text.clean(document)
    return Described(
        clean=cleaned,
        metadata=describe(document, cleaned, {**document.given, **given}, corrected),
        sketch=sketch(cleaned.text),
    )


def segment(clean: CleanText, language: Language) -> Segmented:
    """How often each term occurs, and where words end."""
    words = language.fine_segmenter.cut(clean.text)
    return Segmented(
        counts=count_terms(clean.text, language.segmenter), cut=packed_cut(clean.text, words)
    )


def extract(clean: CleanText, raw_text: str, metadata: Metadata, language: Language) -> Extraction:
    """Every number of the report: as an observation, or rejected with a reason."""
    return extracting.extract(clean, raw_text, metadata, language.catalogue)


def rehearse(language: Language) -> None:
    """Build what the stages build at their first document: automata, phrases, places.

    It takes over half a second. Processes that are forked afterwards share it.
    """
    (document,) = read("2023年政府工作报告\n地区生产总值增长6%。".encode(), "rehearsal.txt")
    described = clean(document, {})
    segment(described.clean, language)
    extract(described.clean, document.text, described.metadata, language)
    # One whose title does not name its place is searched for phrases that do.
    speech = "各位代表：\n我代表市人民政府向大会报告工作。感谢关心苏州市发展的各界人士。"
    (untitled,) = read(speech.encode(), "untitled.txt")
    clean(untitled, {})


def inputs(language: Language) -> dict[Stage, dict[str, str]]:
    """What decides each stage's output, apart from its documents: `{stage: {input: digest}}`."""
    regions = _data("gazetteer", "language")
    segmenter = f"{language.segmenter_name} {package_version(language.segmenter_name)}"
    return {
        Stage.READ: {"code": reading.VERSION},
        Stage.CLEAN: {
            "code": f"{text.VERSION}, {METADATA_VERSION}",
            "gazetteer": regions,
            "own phrases": _data("metadata"),
        },
        Stage.SEGMENT: {
            "code": f"{text.VERSION}, {SEGMENTATION_VERSION}",
            "segmenter": segmenter,
            "policy terms": _data("text"),
            "user dictionary": language.user_words,
        },
        Stage.EXTRACT: {
            "code": extracting.VERSION,
            "catalogue": _data("catalogue"),
            "user catalogue": _text_digest(language.user_indicators),
            "word classes": _data("extract.words", "language"),
            "gazetteer": _data("gazetteer"),
            "outline": _data("outline"),
        },
    }


def versions(language: Language) -> dict[Stage, str]:
    """Each stage's version: a hash of its declared code version and of the data it reads."""
    return {
        stage: _version(stage.value, *(f"{name}={made[name]}" for name in sorted(made)))
        for stage, made in inputs(language).items()
    }


def catalogue_texts(language: Language) -> dict[str, str]:
    """The files of the catalogue by the digests that `inputs` has: `{digest: text}`."""
    texts = {_data("catalogue"): built_in_text()}
    if language.user_indicators is not None:
        texts[_text_digest(language.user_indicators)] = language.user_indicators
    return texts


def _version(*inputs: str) -> str:
    return hashlib.sha256("\n".join(inputs).encode()).hexdigest()[:16]


def _file_digest(path: Path | None) -> str:
    return "" if path is None else hashlib.sha256(path.read_bytes()).hexdigest()


def _text_digest(text: str | None) -> str:
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


@cache
def _data(*packages: str) -> str:
    """A hash over the data files of packages, by name and content."""
    digest = hashlib.sha256()
    for package in packages:
        folder = files(f"zhibiao.{package}") / "data"
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.is_file():
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()
