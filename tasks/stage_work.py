"""Between the store and the pure pipeline: what each stage loads, computes and saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from tasks.context import Context
from zhibiao import pipeline
from zhibiao.domain import CleanText, Metadata, RawDocument, Stage
from zhibiao.store import prints, results
from zhibiao.store.queue import Claim

# Writes one document's output: (connection, now, when to send again) -> work ids to send on.
Save = Callable[[Connection, float, float], list[int]]


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a chunk's documents need, by document id; only the stage's own fields are filled."""

    given: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    raw: Mapping[int, RawDocument] = field(default_factory=dict)
    clean: Mapping[int, CleanText] = field(default_factory=dict)
    metadata: Mapping[int, Metadata] = field(default_factory=dict)


def load(here: Context, stage: Stage, claims: Sequence[Claim]) -> Inputs:
    """One read a kind of input for the whole chunk. Sources are loaded one by one: large."""
    ids = [held.document_id for held in claims]
    with here.store.read() as connection:
        match stage:
            case Stage.READ:
                return Inputs()
            case Stage.CLEAN:
                return Inputs(
                    given=results.given_of(connection, ids), raw=results.raw_of(connection, ids)
                )
            case Stage.SEGMENT:
                return Inputs(clean=results.clean_of(connection, ids))
            case Stage.EXTRACT:
                return Inputs(
                    raw=results.raw_of(connection, ids),
                    clean=results.clean_of(connection, ids),
                    metadata=results.metadata_of(connection, ids),
                )


def process(here: Context, stage: Stage, held: Claim, inputs: Inputs) -> Save:
    """Compute one document's output; the returned callable writes it."""
    match stage:
        case Stage.READ:
            return _read(here, held)
        case Stage.CLEAN:
            return _clean(here, held, inputs)
        case Stage.SEGMENT:
            return _segment(here, held, inputs)
        case Stage.EXTRACT:
            return _extract(here, held, inputs)


def _read(here: Context, held: Claim) -> Save:
    with here.store.read() as connection:
        content = results.source_of(connection, held.document_id)
    parts = pipeline.read(content, held.name)
    version = here.versions[Stage.READ]

    def save(connection: Connection, now: float, sent: float) -> list[int]:
        return results.save_raw(connection, held, parts, version=version, now=now, sent=sent)

    return save


def _clean(here: Context, held: Claim, inputs: Inputs) -> Save:
    document = held.document_id
    described = pipeline.clean(inputs.raw[document], inputs.given[document])
    version = here.versions[Stage.CLEAN]

    def save(connection: Connection, now: float, sent: float) -> list[int]:
        results.save_clean(
            connection,
            document,
            described.clean,
            described.metadata,
            sketch=described.sketch,
            version=version,
        )
        return [held.work_id]

    return save


def _segment(here: Context, held: Claim, inputs: Inputs) -> Save:
    document = held.document_id
    # Here, because of two documents cleaned at the same time the later one to come here finds the
    # clean text of both in the store.
    with here.store.write() as connection:
        prints.regroup(connection, document)
    counts = pipeline.segment(inputs.clean[document], here.language)
    version = here.versions[Stage.SEGMENT]

    def save(connection: Connection, now: float, sent: float) -> list[int]:
        results.save_terms(connection, document, counts, version=version)
        return [held.work_id]

    return save


def _extract(here: Context, held: Claim, inputs: Inputs) -> Save:
    document = held.document_id
    extraction = pipeline.extract(
        inputs.clean[document],
        inputs.raw[document].text,
        inputs.metadata[document],
        here.language,
    )
    version = here.versions[Stage.EXTRACT]

    def save(connection: Connection, now: float, sent: float) -> list[int]:
        results.save_extraction(
            connection, document, extraction, run=held.run, version=version, now=now
        )
        return []

    return save
