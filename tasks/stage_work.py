"""Between the store and the pure pipeline: what each stage loads, computes and saves."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from tasks.context import Context
from zhibiao import pipeline
from zhibiao.domain import CleanText, Metadata, RawDocument, Stage, digests
from zhibiao.store import prints, publications, queue, results
from zhibiao.store.queue import Claim, Move

# Writes one document's output: (connection, now, when to send again) -> further work it made.
Save = Callable[[Connection, float, float], list[Move]]


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a chunk's documents need, by document id; only the stage's own fields are filled."""

    given: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    raw: Mapping[int, RawDocument] = field(default_factory=dict)
    clean: Mapping[int, tuple[CleanText, Metadata]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A stage's output for one document."""

    digest: str
    save: Save


def load(here: Context, stage: Stage, claims: Sequence[Claim]) -> Inputs:
    """One read a kind of input for the whole chunk. Sources are loaded one by one: large."""
    ids = [held.document_id for held in claims]
    with here.store.read() as connection:
        match stage:
            case Stage.READ:
                return Inputs()
            case Stage.CLEAN:
                return Inputs(
                    given=results.given_of(connection, ids), raw=results.raw_of(connection, claims)
                )
            case Stage.SEGMENT:
                return Inputs(clean=results.clean_of(connection, claims))
            case Stage.EXTRACT:
                return Inputs(
                    raw=results.raw_of(connection, claims),
                    clean=results.clean_of(connection, claims),
                )


def process(here: Context, stage: Stage, held: Claim, inputs: Inputs) -> Made:
    """Compute one document's output; nothing is written yet."""
    match stage:
        case Stage.READ:
            return _read(here, held)
        case Stage.CLEAN:
            return _clean(held, inputs)
        case Stage.SEGMENT:
            return _segment(here, held, inputs)
        case Stage.EXTRACT:
            return _extract(here, held, inputs)


def commit(
    here: Context,
    connection: Connection,
    stage: Stage,
    held: Claim,
    lease: str,
    made: Made,
    *,
    now: float,
    sent: float,
) -> list[Move]:
    """Write one document's output and send it to the next stage that is outdated.

    Where its work goes, and that of further reports of its file. Empty when the lease was lost:
    then nothing is written.
    """
    standing = held.standing.after(stage, version=here.versions[stage], made=made.digest)
    to = standing.next_stage(here.versions, after=stage)
    if not queue.advance(connection, held, lease, to=to, now=now, sent=sent, standing=standing):
        return []
    return [Move(work_id=held.work_id, to=to), *made.save(connection, now, sent)]


def publish(connection: Connection, moves: Sequence[Move], *, now: float) -> None:
    """Let readers see what a chunk has come to. In the transaction of its commits."""
    publications.show(connection, [move.work_id for move in moves])
    publications.publish(connection, [move.work_id for move in moves if move.to is None], now=now)


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


def _read(here: Context, held: Claim) -> Made:
    with here.store.read() as connection:
        content = results.source_of(connection, held.document_id)
    parts = pipeline.read(content, held.name)

    hashes = [digests.of_raw(part) for part in parts]

    def save(connection: Connection, now: float, sent: float) -> list[Move]:
        return results.save_raw(
            connection, held, parts, hashes=hashes, current=here.versions, now=now, sent=sent
        )

    return Made(digest=hashes[0], save=save)


def _clean(held: Claim, inputs: Inputs) -> Made:
    document = held.document_id
    described = pipeline.clean(inputs.raw[document], inputs.given[document])
    digest = digests.of_clean(described.clean, described.metadata, described.sketch)

    def save(connection: Connection, now: float, sent: float) -> list[Move]:
        results.save_clean(
            connection,
            held,
            described.clean,
            described.metadata,
            sketch=described.sketch,
            made=digest,
        )
        return []

    return Made(digest=digest, save=save)


def _segment(here: Context, held: Claim, inputs: Inputs) -> Made:
    clean, _ = inputs.clean[held.document_id]
    if held.extraction is None:
        # Here, because of two documents cleaned at the same time the later one to come here finds
        # the clean text of both in the store.
        with here.store.write() as connection:
            prints.regroup(connection, held.document_id, now=here.store.now(connection))
    terms = pipeline.segment(clean, here.language)
    digest = digests.of_terms(terms.counts, terms.cut)

    def save(connection: Connection, now: float, sent: float) -> list[Move]:
        results.save_terms(connection, held, terms.counts, terms.cut, made=digest)
        return []

    return Made(digest=digest, save=save)


def _extract(here: Context, held: Claim, inputs: Inputs) -> Made:
    document = held.document_id
    clean, metadata = inputs.clean[document]
    extraction = pipeline.extract(clean, inputs.raw[document].text, metadata, here.language)
    digest = digests.of_extraction(extraction)

    def save(connection: Connection, now: float, sent: float) -> list[Move]:
        version = here.versions[Stage.EXTRACT]
        results.save_extraction(connection, held, extraction, made=digest, version=version, now=now)
        return []

    return Made(digest=digest, save=save)
