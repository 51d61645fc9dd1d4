"""What a worker process holds: settings, the loaded language, and its own database."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace

from sqlalchemy.exc import SQLAlchemyError

from zhibiao import pipeline
from zhibiao.domain import Stage
from zhibiao.pipeline import Language
from zhibiao.sandbox.parser import Parser
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.reprocessing import sparing
from zhibiao.store.reprocessing.outdated import Current
from zhibiao.watching import LanguageFiles, WatchedLanguage


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A lease that its holder has done with, and could not give back: the database was away."""

    lease: str
    run: int
    documents: tuple[int, ...] = ()  # what it was taken on, where that is known


@dataclass(frozen=True, kw_only=True)
class Context:
    """Opened once in each worker child, after the fork; made anew when the language changes."""

    settings: Settings
    store: Store
    language: Language
    versions: dict[Stage, str]
    parser: Parser | None = None  # None: this process reads files itself
    owed: list[Owed] = field(default_factory=list)  # by this process
    # Work that ended in a defect here, and that another process has to try once more.
    failed: set[int] = field(default_factory=set)


log = logging.getLogger(__name__)

_current: Context | None = None
_watched: WatchedLanguage | None = None


def load_language(settings: Settings) -> WatchedLanguage:
    """The slow part: dictionaries and catalogue. Load it before the fork, children share it."""
    return WatchedLanguage(files_of(settings), segments=True)


def files_of(settings: Settings) -> LanguageFiles:
    """The files that the language comes from."""
    return LanguageFiles(
        segmenter=settings.segmenter,
        user_dictionary=settings.user_dictionary,
        catalogue=settings.catalogue,
    )


def open_context(settings: Settings, watched: WatchedLanguage) -> Context:
    """Open this process's own database and make the context current."""
    global _current, _watched  # a Celery task has no other way to reach what its process opened
    _watched = watched
    language = watched.current()
    _current = Context(
        settings=settings,
        store=Store(settings.store_url),
        language=language,
        versions=pipeline.versions(language),
        parser=new_parser(settings),
    )
    _note_versions(_current)
    return _current


def current_of(language: Language) -> Current:
    """Each stage's current version, and what it is made of; a document of another is outdated."""
    return Current(
        versions=pipeline.versions(language),
        inputs=pipeline.inputs(language),
        catalogues=pipeline.catalogue_texts(language),
    )


def new_parser(settings: Settings) -> Parser:
    """A process for the files that others have sent, not started yet."""
    return Parser(
        memory_bytes=settings.child_memory_bytes,
        file_bytes=2 * settings.max_file_bytes,  # an office program may write more than it reads
    )


def _note_versions(here: Context) -> None:
    """What the versions are made of, so that a plan can tell what has changed since."""
    try:
        with here.store.write() as connection:
            sparing.remember(connection, current_of(here.language), now=time.time())
    except SQLAlchemyError:  # a plan then says "unknown"; the work itself needs no note
        log.warning("the database is away: stage versions not noted", exc_info=True)


def close_context() -> None:
    global _current, _watched
    if _current is not None:
        if _current.parser is not None:
            _current.parser.close()
        _current.store.close()
        _current = _watched = None


def context() -> Context:
    """The process's context, of the language as it is on disk now. Ask once a task.

    Raises RuntimeError outside a worker child.
    """
    global _current
    if _current is None or _watched is None:
        raise RuntimeError("No context: tasks run in a worker started with `celery -A workers`.")
    language = _watched.current()
    if language is not _current.language:
        _current = replace(_current, language=language, versions=pipeline.versions(language))
        _note_versions(_current)
    return _current
