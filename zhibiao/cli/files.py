"""Local files through the pipeline, without any service: in order, in parallel, one bad file
never in the way of the others.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from zhibiao import pipeline
from zhibiao.cli.explaining import explanation
from zhibiao.domain import Extraction, Metadata, RawDocument
from zhibiao.errors import ZhibiaoError
from zhibiao.extract import extract as find_observations
from zhibiao.extract.catalogue import Catalogue, load_catalogue
from zhibiao.reading import Member, expand
from zhibiao.rendering import as_json, extracted_observation
from zhibiao.uploading import SubmittedFile

_WORTH_A_POOL = 8  # files; fewer are done before a second process has started
_WINDOW = 4  # files waiting a process: results that nobody has read yet stay few

Purpose = Literal["extract", "explain", "inspect", "clean"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is wanted of each document."""

    purpose: Purpose
    parts: bool = False  # also figures of parts of the region
    open_quantities: bool = False  # also numbers of no catalogue indicator
    catalogue: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one member of a file: records or an error."""

    source: str
    records: tuple[dict[str, Any], ...] = ()
    error: str | None = None


def process(files: Sequence[SubmittedFile], wish: Wish) -> Iterator[list[Outcome]]:
    """The outcomes of each file, in the order of the files."""
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if len(files) < _WORTH_A_POOL or processes < 2:
        for file in files:
            yield process_file(file, wish)
        return
    yield from _in_parallel(files, wish, processes)


def _in_parallel(
    files: Sequence[SubmittedFile], wish: Wish, processes: int
) -> Iterator[list[Outcome]]:
    # Spawned, not forked: the progress bar's thread runs already.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        waiting: list[tuple[SubmittedFile, Future[list[Outcome]]]] = []
        ahead = iter(files)
        broken = False
        while True:
            while not broken and len(waiting) < processes * _WINDOW:
                file = next(ahead, None)
                if file is None:
                    break
                try:
                    waiting.append((file, pool.submit(process_file, file, wish)))
                except BrokenProcessPool:
                    broken = True
                    waiting.append((file, _never()))
            if not waiting:
                break
            file, future = waiting.pop(0)
            try:
                yield future.result()
            except BrokenProcessPool:
                broken = True
                yield _alone(file, wish)
    # A file has killed its process. Those after it each get a process of their own.
    for file in ahead:
        yield _alone(file, wish)


def _never() -> Future[list[Outcome]]:
    future: Future[list[Outcome]] = Future()
    future.set_exception(BrokenProcessPool())
    return future


def _alone(file: SubmittedFile, wish: Wish) -> list[Outcome]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        try:
            return pool.submit(process_file, file, wish).result()
        except BrokenProcessPool:
            return [
                Outcome(
                    source=file.name,
                    error="Its process died while it was read (a crash or the "
                    "system's memory limit).",
                )
            ]


def process_file(file: SubmittedFile, wish: Wish) -> list[Outcome]:
    """One file's outcomes; an archive has many."""
    try:
        with file.path.open("rb") as stream:
            return [
                outcome for member in expand(file.name, stream) for outcome in _member(member, wish)
            ]
    except OSError as error:
        return [Outcome(source=file.name, error=f"cannot be opened: {error.strerror}")]


def _member(member: Member, wish: Wish) -> Iterator[Outcome]:
    if member.error is not None or member.content is None:
        error = member.error or ZhibiaoError()
        yield Outcome(source=member.name, error=error.message)
        return
    records: list[dict[str, Any]] = []
    try:
        for document in pipeline.read(member.content, member.name):
            records += _BY_PURPOSE[wish.purpose](document, member, wish)
    except ZhibiaoError as error:
        yield Outcome(source=member.name, error=error.message)
        return
    yield Outcome(source=member.name, records=tuple(records))


def _extract(document: RawDocument, member: Member, wish: Wish) -> list[dict[str, Any]]:
    found, metadata = _extraction(document, member, wish)
    return [
        as_json(extracted_observation(observation, metadata, source=document.name))
        for observation in found.observations
        if (wish.parts or observation.scope == "region")
        and (wish.open_quantities or observation.indicator is not None)
    ]


def _explain(document: RawDocument, member: Member, wish: Wish) -> list[dict[str, Any]]:
    found, metadata = _extraction(document, member, wish)
    return [{"text": explanation(document, metadata, found)}]


def _extraction(document: RawDocument, member: Member, wish: Wish) -> tuple[Extraction, Metadata]:
    described = pipeline.clean(document, member.given)
    found = find_observations(
        described.clean, document.text, described.metadata, _catalogue(wish.catalogue)
    )
    return found, described.metadata


def _inspect(document: RawDocument, member: Member, _wish: Wish) -> list[dict[str, Any]]:
    described = pipeline.clean(document, member.given)
    known = described.metadata
    decoding = document.decoding
    return [
        {
            "source": document.name,
            "part": document.part,
            "title": known.title,
            "region": known.region,
            "region_code": known.region_code,
            "province": known.province,
            "level": known.level,
            "year": known.year,
            "review_year": known.review_year,
            "speaker": known.speaker,
            "delivered_on": None if known.delivered_on is None else known.delivered_on.isoformat(),
            "meeting": known.meeting,
            "partial": known.partial,
            "characters": len(described.clean.text),
            "raw_characters": len(document.text),
            "media_type": document.media_type,
            "encoding": None if decoding is None else decoding.encoding,
            "split_by": document.split_by,
            "candidates": list(known.candidates),
            "decided_by": dict(known.decided_by),
        }
    ]


def _clean(document: RawDocument, member: Member, _wish: Wish) -> list[dict[str, Any]]:
    described = pipeline.clean(document, member.given)
    return [{"source": document.name, "part": document.part, "text": described.clean.text}]


@cache
def _catalogue(user_file: Path | None) -> Catalogue:
    return load_catalogue(*([user_file] if user_file is not None else []))


_BY_PURPOSE: dict[Purpose, Callable[[RawDocument, Member, Wish], list[dict[str, Any]]]] = {
    "extract": _extract,
    "explain": _explain,
    "inspect": _inspect,
    "clean": _clean,
}
