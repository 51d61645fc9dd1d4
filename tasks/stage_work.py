"""Between the store and the pure pipeline: what each stage loads, computes and saves.

What is saved is made into rows at once, and `save` keeps those and nothing else of an output that
is large: a dictionary of terms, thousands of small strings, lies scattered over the memory that
the next document would take.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from tasks.context import Context
from zhibiao import pipeline, tracing
from zhibiao.domain import CleanText, Metadata, RawDocument, Stage, digests
from zhibiao.errors import ReadError
from zhibiao.reading.formats import is_text
from zhibiao.store.corrections import metadata_corrections
from zhibiao.store.outputs import prints, publications, results
from zhibiao.store.outputs.batch import Batch
from zhibiao.store.work import runs
from zhibiao.store.work.queue import Claim, Move

_READ_TOGETHER_SECONDS = 2.0  # a text; what takes longer is read alone

# Adds one document's output to what is saved together: (batch, now, when to send again) -> further
# work it made.
Save = Callable[[Batch, float, float], list[Move]]


@dataclass(kw_only=True)
class Material:
    """What one document's stages need; only what those need that are to come is filled."""

    given: Mapping[str, Any] = field(default_factory=dict)
    corrected: Mapping[str, Any] = field(default_factory=dict)  # by a person
    content: bytes | None = None  # of the source; None: not loaded yet
    read: list[RawDocument] | ReadError | None = None  # what came of it; None: not read yet
    reading_seconds: float = 0.0  # that took, where it was read among others
    raw: RawDocument | None = None
    clean: CleanText | None = None
    metadata: Metadata | None = None
    stored: bool = True  # what it holds is committed, so that others see it


@dataclass(frozen=True, kw_only=True)
class Made:
    """A stage's output for one document."""

    stage: Stage
    digest: str
    save: Save
    rows: Sequence[results.Row]  # that `save` saves
    place: tuple[str, int] | None = None  # region and year, where cleaning has found them


def goes_on(stage: Stage, claims: Sequence[Claim]) -> bool:
    """Whether documents go through all stages from this one on, in the same process.

    What may have ended its process goes alone, stage by stage, so that it is known where it does:
    what was tried or lost before and, since a stage that has gone well clears that, any document
    that is alone in a later stage.
    """
    fresh = all(held.attempts == 1 and not held.losses for held in claims)
    return fresh and (len(claims) > 1 or stage is Stage.READ)


def load(here: Context, stage: Stage, claims: Sequence[Claim], *, on: bool) -> dict[int, Material]:
    """By document id. One read a kind of input for the whole chunk, but for large sources.

    `on`: also for the stages after this one.
    """
    ids = [held.document_id for held in claims]
    found = {document: Material() for document in ids}
    with here.store.read() as connection:
        if stage is Stage.READ:
            for document, content in results.small_sources(connection, ids).items():
                found[document].content = content
        if stage is Stage.CLEAN or (on and stage is Stage.READ):
            for document, given in results.given_of(connection, ids).items():
                found[document].given = given
            for document, corrected in metadata_corrections.of(connection, ids).items():
                found[document].corrected = corrected
        if stage in (Stage.CLEAN, Stage.EXTRACT) or (on and stage is Stage.SEGMENT):
            for document, raw in results.raw_of(connection, claims).items():
                found[document].raw = raw
        if stage in (Stage.SEGMENT, Stage.EXTRACT):
            for document, (clean, metadata) in results.clean_of(connection, claims).items():
                found[document].clean, found[document].metadata = clean, metadata
    return found


def read_together(
    here: Context, claims: Sequence[Claim], materials: Mapping[int, Material]
) -> None:
    """Read the texts of a chunk at once, for which their parser is woken once.

    What is not read here, since it is large or of a format that takes long, or something was wrong
    with the parser, is read alone.
    """
    texts = [
        (held.name, material.content, material)
        for held in claims
        if (material := materials[held.document_id]).content is not None
        and is_text(material.content)
    ]
    if here.parser is None or len(texts) < 2:
        return
    began = time.monotonic()
    found = here.parser.read_together(
        [(name, content) for name, content, _ in texts], seconds=_READ_TOGETHER_SECONDS
    )
    each = (time.monotonic() - began) / len(texts)
    for (_, _, material), read in zip(texts, found, strict=False):
        material.read, material.content, material.reading_seconds = read, None, each


def trace_of(here: Context, run: int) -> str | None:
    """The trace in which a run was begun; None also where the database does not say now.

    While traces are off it is not asked.
    """
    if tracing.provider() is None:
        return None
    try:
        with here.store.read() as connection:
            return runs.trace_of(connection, run)
    except SQLAlchemyError:
        return None


def process(here: Context, stage: Stage, held: Claim, material: Material) -> Made:
    """Compute one document's output, and hand it to the next stage; nothing is written yet."""
    match stage:
        case Stage.READ:
            return _read(here, held, material)
        case Stage.CLEAN:
            return _clean(held, material)
        case Stage.SEGMENT:
            return _segment(here, held, material)
        case Stage.EXTRACT:
            return _extract(here, held, material)


def settle_prints(here: Context, moves: Sequence[Move] | None = None, *, seconds: float) -> None:
    """Link prints anew where what is known about a report has changed since they were linked.

    After the commit, of all documents or of those whose work is done. What is not come to in time,
    or is broken off, the sweep finds.
    """
    done = None if moves is None else [move.work_id for move in moves if move.to is None]
    if done == []:
        return
    ids = None
    if done is not None:
        with here.store.read() as connection:
            ids = publications.documents_of(connection, done)
    deadline = time.monotonic() + seconds
    prints.settle_due(here.store, ids=ids, until=lambda: time.monotonic() > deadline)


def _read(here: Context, held: Claim, material: Material) -> Made:
    read, material.read = material.read, None
    if isinstance(read, ReadError):
        raise read
    reports = _read_alone(here, held, material) if read is None else read
    rows = [results.raw_row(report, made=digests.of_raw(report)) for report in reports]

    def save(batch: Batch, now: float, sent: float) -> list[Move]:
        return results.save_raw(batch, held, rows, current=here.versions, now=now, sent=sent)

    material.raw, material.stored = results.as_stored(reports[0], name=held.name), False
    return Made(stage=Stage.READ, digest=rows[0]["hash"], save=save, rows=rows)


def _read_alone(here: Context, held: Claim, material: Material) -> Sequence[RawDocument]:
    content, material.content = material.content, None
    if content is None:
        with here.store.read() as connection:
            content = results.source_of(connection, held.document_id)
    read = pipeline.read if here.parser is None else here.parser.read
    return read(content, held.name)


def _clean(held: Claim, material: Material) -> Made:
    assert material.raw is not None  # loaded, or read just now
    described = pipeline.clean(material.raw, material.given, material.corrected)
    clean, metadata, sketch = described.clean, described.metadata, described.sketch
    digest = digests.of_clean(clean, metadata, sketch)
    row = results.clean_row(clean, metadata, sketch=sketch, made=digest)

    def save(batch: Batch, now: float, sent: float) -> list[Move]:
        results.save_clean(batch, held, row)
        return []

    material.clean, material.metadata, material.stored = clean, metadata, False
    code, year = metadata.region_code, metadata.year
    place = None if code is None or year is None else (code, year)
    return Made(stage=Stage.CLEAN, digest=digest, save=save, rows=(row,), place=place)


def _segment(here: Context, held: Claim, material: Material) -> Made:
    assert material.clean is not None
    if held.extraction is None and material.stored:
        # Here, because of two documents cleaned at the same time the later one to come here finds
        # the clean text of both in the store. What is cleaned just now is linked at its commit.
        with here.store.write() as connection:
            prints.regroup(connection, [held.document_id], now=here.store.now(connection))
    terms = pipeline.segment(material.clean, here.language)
    tokens, counts = sum(terms.counts.values()), digests.written_terms(terms.counts)
    digest = digests.of_written_terms(counts, terms.cut)
    row = results.terms_row(counts, terms.cut, tokens=tokens, made=digest)

    def save(batch: Batch, now: float, sent: float) -> list[Move]:
        results.save_terms(batch, held, row)
        return []

    return Made(stage=Stage.SEGMENT, digest=digest, save=save, rows=(row,))


def _extract(here: Context, held: Claim, material: Material) -> Made:
    assert material.clean is not None
    assert material.raw is not None
    assert material.metadata is not None
    extraction = pipeline.extract(
        material.clean, material.raw.text, material.metadata, here.language
    )
    digest = digests.of_extraction(extraction)
    row = results.generation_row(extraction, made=digest, version=here.versions[Stage.EXTRACT])

    def save(batch: Batch, now: float, sent: float) -> list[Move]:
        results.save_extraction(batch, held, extraction, row, now=now)
        return []

    return Made(stage=Stage.EXTRACT, digest=digest, save=save, rows=(row,))
