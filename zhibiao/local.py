"""Local files through the pipeline, without any service: in order, in parallel, one bad file
never in the way of the others, and no more of an archive in memory than is being worked on.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal, NamedTuple

from zhibiao import pipeline
from zhibiao.analysis.scoring import report_name
from zhibiao.batches import batches
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.domain import Metadata, RawDocument
from zhibiao.errors import ReadError, ZhibiaoError, describe_defect
from zhibiao.extract import explain, extract, render
from zhibiao.reading import Member, expand
from zhibiao.rendering import as_json, extracted_observation, extracted_statement, numeric
from zhibiao.spawning import spawn_context
from zhibiao.uploading import SubmittedFile

# Less is done before further processes have started: a second each, a report takes 30 ms.
_WORTH_A_POOL_MEMBERS = 100
_WORTH_A_POOL_BYTES = 10_000_000
# Sent to a process at once: the first results come soon, and few are kept that nobody reads yet.
_BATCH_MEMBERS = 8
_BATCH_BYTES = 1_000_000
_WINDOW = 3  # batches a process that are sent or wait to be read
_WINDOW_BYTES = 64_000_000

Purpose = Literal["read", "extract", "tabulate", "explain", "inspect", "clean"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is wanted of each document."""

    purpose: Purpose
    parts: bool = False  # also figures of parts of the region
    open_quantities: bool = False  # also numbers of no catalogue indicator
    statements: bool = False  # also what is stated without a value
    catalogue: Path | None = None
    # Metadata of reports by `analysis.scoring.report_name`, as if given with them; of "read".
    given: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def check(self) -> None:
        """Raises CatalogueError: once, not for every file."""
        if self.purpose in ("read", "extract", "tabulate", "explain"):
            catalogue_of(self.catalogue)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one member of a file: records, errors, or some of both."""

    source: str
    file: int  # which of the files it is, or is in
    records: tuple[dict[str, Any], ...] = ()
    remarks: tuple[str, ...] = ()  # what a person should know although all went well
    errors: tuple[str, ...] = ()  # of the member, or of single documents in it


@dataclass(frozen=True, kw_only=True, slots=True)
class _Work:
    file: int
    member: Member

    @property
    def size(self) -> int:
        return len(self.member.content or b"")


class _Made(NamedTuple):
    """What one document gave."""

    records: list[dict[str, Any]]
    remark: str | None = None


def process(
    files: Sequence[SubmittedFile],
    wish: Wish,
    *,
    skipped: Callable[[str], None] | None = None,
    workers: int | None = None,
) -> Iterator[Outcome]:
    """An outcome a member of each file, in their order, as they come.

    `skipped` is called with the names of files that `expand` leaves out. `workers` is the most
    processes to use; None: one a core.
    """
    work = _opened(files, skipped)
    first = _first(work)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    processes = cores if workers is None else workers
    if processes >= 2 and _is_worth_a_pool(first):
        yield from _in_parallel(chain(first, work), wish, processes)
    else:
        for piece in chain(first, work):
            yield _processed(piece, wish)


def _opened(
    files: Sequence[SubmittedFile], skipped: Callable[[str], None] | None
) -> Iterator[_Work]:
    for position, file in enumerate(files):
        try:
            with file.path.open("rb") as stream:
                for member in expand(file.name, stream, skipped=skipped):
                    yield _Work(file=position, member=member)
        except OSError as error:
            refused = ReadError(f"{file.name} cannot be opened: {error.strerror}", name=file.name)
            member = Member.failed(file.name, refused)
            yield _Work(file=position, member=member)


def _first(work: Iterator[_Work]) -> list[_Work]:
    """As much as decides whether a pool is worth its start; all, if that is less."""
    first: list[_Work] = []
    for piece in work:
        first.append(piece)
        if _is_worth_a_pool(first):
            break
    return first


def _is_worth_a_pool(first: Sequence[_Work]) -> bool:
    if len(first) < 2:
        return False
    if len(first) >= _WORTH_A_POOL_MEMBERS:
        return True
    return sum(piece.size for piece in first) >= _WORTH_A_POOL_BYTES


def _in_parallel(work: Iterable[_Work], wish: Wish, processes: int) -> Iterator[Outcome]:
    ahead = batches(work, lambda piece: piece.size, most=_BATCH_MEMBERS, most_bytes=_BATCH_BYTES)
    while suspects := (yield from _until_a_crash(ahead, wish, processes)):
        yield from _one_at_a_time(deque(chain.from_iterable(suspects)), wish)


def _until_a_crash(
    ahead: Iterator[list[_Work]], wish: Wish, processes: int
) -> Generator[Outcome, None, list[list[_Work]]]:
    """Take batches as long as the pool lives; those that it has left undone, if it dies."""
    waiting: deque[list[_Work]] = deque()
    results: deque[Future[list[Outcome]]] = deque()
    # Spawned, not forked: the progress bar's thread runs already.
    context = spawn_context()
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        try:
            while True:
                while len(waiting) < processes * _WINDOW and _size(waiting) < _WINDOW_BYTES:
                    batch = next(ahead, None)
                    if batch is None:
                        break
                    waiting.append(batch)  # before it is sent: a broken pool takes none
                    results.append(pool.submit(_all_processed, batch, wish))
                if not waiting:
                    return []
                outcomes = results.popleft().result()
                waiting.popleft()
                yield from outcomes
        except BrokenProcessPool:
            return list(waiting)


def _size(waiting: Iterable[list[_Work]]) -> int:
    return sum(piece.size for piece in chain.from_iterable(waiting))


def _one_at_a_time(suspects: deque[_Work], wish: Wish) -> Iterator[Outcome]:
    """One of these has killed its process, and the pool with it: whoever is read then has."""
    context = spawn_context()
    while suspects:
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            try:
                while suspects:
                    piece = suspects.popleft()
                    yield pool.submit(_processed, piece, wish).result()
            except BrokenProcessPool:
                yield Outcome(
                    source=piece.member.name,
                    file=piece.file,
                    errors=(
                        "Its process died while it was read (a crash or the system's memory "
                        "limit).",
                    ),
                )


def _all_processed(batch: Sequence[_Work], wish: Wish) -> list[Outcome]:
    return [_processed(piece, wish) for piece in batch]


def _processed(piece: _Work, wish: Wish) -> Outcome:
    member = piece.member
    made: list[_Made] = []
    errors: list[str] = []
    for document in _read(member, errors):
        try:
            made.append(_BY_PURPOSE[wish.purpose](document, member, wish))
        except Exception as error:  # a defect costs one document, in a file of many as well
            errors.append(_told(_name_of(document), error))
    return Outcome(
        source=member.name,
        file=piece.file,
        records=tuple(record for records, _ in made for record in records),
        remarks=tuple(remark for _, remark in made if remark is not None),
        errors=tuple(errors),
    )


def _read(member: Member, errors: list[str]) -> Sequence[RawDocument]:
    try:
        if member.error is not None or member.content is None:
            raise member.error or ReadError()
        return pipeline.read(member.content, member.name)
    except Exception as error:
        errors.append(_told(member.name, error))
        return ()


def _told(name: str, error: Exception) -> str:
    if isinstance(error, ZhibiaoError):
        return error.message
    return f"{name}: {describe_defect(error)}. This is a defect of zhibiao: please report it."


def _read_whole(document: RawDocument, member: Member, wish: Wish) -> _Made:
    known = wish.given.get(report_name(document.name, document.part), {})
    described = pipeline.clean(document, {**member.given, **known})
    records, seen = _observations(document, described, wish)
    record = {
        "source": document.name,
        "part": document.part,
        "text": document.text,
        "clean_text": described.clean.text,
        "metadata": described.metadata,
        "observations": records,
    }
    return _Made([record], None if records else _barren(document, described.metadata, seen))


def _extract(document: RawDocument, member: Member, wish: Wish) -> _Made:
    described = pipeline.clean(document, member.given)
    records, seen = _observations(document, described, wish)
    return _Made(records, None if records else _barren(document, described.metadata, seen))


def _observations(
    document: RawDocument, described: pipeline.Described, wish: Wish
) -> tuple[list[dict[str, Any]], int]:
    """Those that are wanted, as records; and how many there are."""
    known = described.metadata
    found = extract(described.clean, document.text, known, catalogue_of(wish.catalogue))
    records = [
        as_json(extracted_observation(observation, known, source=document.name))
        for observation in found.observations
        if (wish.parts or observation.scope == "region")
        and (wish.open_quantities or observation.indicator is not None)
    ]
    if wish.statements:
        records = [numeric(record) for record in records]
        records += [
            as_json(extracted_statement(statement, known, source=document.name))
            for statement in found.statements
            if wish.parts or statement.scope == "region"
        ]
        records.sort(key=lambda record: record["start"])
    return records, len(found.observations)


def _tabulate(document: RawDocument, member: Member, wish: Wish) -> _Made:
    """One record: the report, its sketch, and all that it states, for tables of many reports."""
    described = pipeline.clean(document, member.given)
    known = described.metadata
    found = extract(described.clean, document.text, known, catalogue_of(wish.catalogue))
    observations = [
        extracted_observation(observation, known, source=document.name)
        | {"review_year": known.review_year}
        for observation in found.observations
        if wish.open_quantities or observation.indicator is not None
    ]
    statements = [
        extracted_statement(statement, known, source=document.name)
        | {"review_year": known.review_year}
        for statement in found.statements
    ]
    record = {
        "report": {
            "region_code": known.region_code,
            "region": known.region,
            "province": known.province,
            "level": known.level,
            "year": known.year,
            "review_year": known.review_year,
            "document": known.title,
            "source": document.name,
        },
        "characters": len(described.clean.text),
        "partial": known.partial,
        "sketch": described.sketch,
        "observations": observations,
        "statements": statements,
    }
    stated = any(each["scope"] == "region" for each in observations)
    return _Made([record], None if stated else _barren(document, known, len(found.observations)))


def _barren(document: RawDocument, known: Metadata, left_out: int) -> str:
    """A page that is no report must not pass for one that was read."""
    name = _name_of(document)
    others = f" ({left_out} of other scope or no indicator: --all, --open)" if left_out else ""
    region = known.region or "no region"
    return f"{name}: {region}, {known.year or 'no year'}, 0 observations{others}"


def _name_of(document: RawDocument) -> str:
    return f"{document.name} [{document.part}]" if document.part else document.name


def _explain(document: RawDocument, member: Member, wish: Wish) -> _Made:
    described = pipeline.clean(document, member.given)
    explanations = explain(
        described.clean, document.text, described.metadata, catalogue_of(wish.catalogue)
    )
    heading = f"# {document.name}: {described.metadata.title or '(no title)'}"
    return _Made([{"text": f"{heading}\n{render(explanations)}"}])


def _inspect(document: RawDocument, member: Member, _wish: Wish) -> _Made:
    described = pipeline.clean(document, member.given)
    known = described.metadata
    decoding = document.decoding
    record: dict[str, Any] = {
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
    return _Made([record])


def _clean(document: RawDocument, member: Member, _wish: Wish) -> _Made:
    described = pipeline.clean(document, member.given)
    record = {"source": document.name, "part": document.part, "text": described.clean.text}
    return _Made([record])


@cache
def catalogue_of(user_file: Path | None) -> Catalogue:
    """The catalogue with a user's file. Raises CatalogueError."""
    return load_catalogue(*([user_file] if user_file is not None else []))


_BY_PURPOSE: dict[Purpose, Callable[[RawDocument, Member, Wish], _Made]] = {
    "read": _read_whole,
    "extract": _extract,
    "tabulate": _tabulate,
    "explain": _explain,
    "inspect": _inspect,
    "clean": _clean,
}
