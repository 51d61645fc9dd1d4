"""What a worker process holds: settings, the loaded language, and its own database."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhibiao import pipeline
from zhibiao.domain import Stage
from zhibiao.pipeline import Language
from zhibiao.settings import Settings
from zhibiao.store import Store


@dataclass(frozen=True, kw_only=True)
class Context:
    """Opened once in each worker child, after the fork."""

    settings: Settings
    store: Store
    language: Language
    versions: dict[Stage, str]
    # Leases that this process holds no more and could not give back: the database was away.
    owed: list[str] = field(default_factory=list)


_current: Context | None = None


def load_language(settings: Settings) -> Language:
    """The slow part: dictionaries and catalogue. Load it before the fork, children share it."""
    return Language.load(
        segmenter=settings.segmenter,
        user_dictionary=settings.user_dictionary,
        catalogue=settings.catalogue,
    )


def open_context(settings: Settings, language: Language) -> Context:
    """Open this process's own database and make the context current."""
    global _current  # a Celery task has no other way to reach what its process opened
    _current = Context(
        settings=settings,
        store=Store(settings.store_url),
        language=language,
        versions=pipeline.versions(language),
    )
    return _current


def close_context() -> None:
    global _current
    if _current is not None:
        _current.store.close()
        _current = None


def context() -> Context:
    """The process's context. Raises RuntimeError outside a worker child."""
    if _current is None:
        raise RuntimeError("No context: tasks run in a worker started with `celery -A workers`.")
    return _current
