"""Local files through the pipeline, without any service: in order, in parallel, one bad file
never in the way of the others.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from zhibiao import pipeline
from zhibiao.domain import RawDocument
from zhibiao.errors import ZhibiaoError
from zhibiao.extract import explain, extract, render
from zhibiao.extract.catalogue import Catalogue, load_catalogue
from zhibiao.reading import Member, expand
from zhibiao.rendering import as_json, extracted_observation
from zhibiao.uploading import SubmittedFile

# Less is done before further processes have started: a second each, a report takes 30 ms.
_WORTH_A_POOL_FILES = 100
_WORTH_A_POOL_BYTES = 10_000_000
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
    if processes < 2 or not _worth_a_pool(files):
        for file in files:
            yield process_file(file, wish)
        return
    yield from _in_parallel(files, wish, processes)


def _worth_a_pool(files: Sequence[SubmittedFile]) -> bool:
    if len(files) < 2:
        return False
    if len(files) >= _WORTH_A_POOL_FILES:
        return True
    return sum(_size(file) for file in files) >= _WORTH_A_POOL_BYTES


def _size(file: SubmittedFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:
        return 0  # told when it is opened


def _in_parallel(
    files: Sequence[SubmittedFile], wish: Wish, processes: int
) -> Iterator[list[Outcome]]:
    ahead = deque(files)
    while ahead:
        suspects = yield from _until_a_crash(ahead, wish, processes)
        # One of these has killed its process, and the pool with it: each is read alone.
        for file in suspects:
            yield _alone(file, wish)


def _until_a_crash(
    ahead: deque[SubmittedFile], wish: Wish, processes: int
) -> Generator[list[Outcome], None, list[SubmittedFile]]:
    """Take files from `ahead` as long as the pool lives; those that it has left undone."""
    waiting: deque[tuple[SubmittedFile, Future[list[Outcome]]]] = deque()
    # Spawned, not forked: the progress bar's thread runs already.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        try:
            while ahead or waiting:
                while ahead and len(waiting) < processes * _WINDOW:
                    waiting.append((ahead[0], pool.submit(process_file, ahead[0], wish)))
                    ahead.popleft()
                yield waiting[0][1].result()
                waiting.popleft()
        except BrokenProcessPool:
            return [file for file, _ in waiting]
    return []


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
    described = pipeline.clean(document, member.given)
    found = extract(described.clean, document.text, described.metadata, _catalogue(wish.catalogue))
    return [
        as_json(extracted_observation(observation, described.metadata, source=document.name))
        for observation in found.observations
        if (wish.parts or observation.scope == "region")
        and (wish.open_quantities or observation.indicator is not None)
    ]


def _explain(document: RawDocument, member: Member, wish: Wish) -> list[dict[str, Any]]:
    described = pipeline.clean(document, member.given)
    explanations = explain(
        described.clean, document.text, described.metadata, _catalogue(wish.catalogue)
    )
    heading = f"# {document.name}: {described.metadata.title or '(no title)'}"
    return [{"text": f"{heading}\n{render(explanations)}"}]


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
