"""The catalogue and the stage versions as answers; read anew when their files change."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

from tasks import context
from tasks.context import files_of
from zhibiao.catalogue.indicators import Catalogue, Indicator
from zhibiao.pipeline import Language
from zhibiao.settings import Settings
from zhibiao.store.reprocessing.outdated import Current
from zhibiao.watching import LanguageFiles, WatchedLanguage


@cache
def _watched(files: LanguageFiles) -> WatchedLanguage:
    # Without the segmenter's dictionary: nothing here cuts text with it.
    return WatchedLanguage(files, segments=False)


def _language(settings: Settings) -> Language:
    return _watched(files_of(settings)).current()


def catalogue_of(settings: Settings) -> Catalogue:
    """As its files are now. Raises CatalogueError where the user's file was never valid."""
    return _language(settings).catalogue


def problem_of(settings: Settings) -> str | None:
    """Why the user's files, as they are on disk, are not in use."""
    watched = _watched(files_of(settings))
    watched.current()
    return watched.problem


def current_of(settings: Settings) -> Current:
    """Each stage's current version; a document of another one is outdated."""
    return context.current_of(_language(settings))


def stage_versions(settings: Settings) -> dict[str, str]:
    """The versions by name."""
    return {stage.value: found for stage, found in current_of(settings).versions.items()}


def indicator_view(indicator: Indicator) -> dict[str, Any]:
    """What people look an indicator up for; the matching templates stay in the file."""
    shown = {entry.name: getattr(indicator, entry.name) for entry in fields(indicator)}
    for internal in ("gold", "strict", "made", "share", "purpose", "topic"):
        shown.pop(internal)
    return shown | {"measures": sorted(indicator.measures), "kind": str(indicator.kind)}
