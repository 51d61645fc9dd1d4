"""The catalogue and the stage versions as answers; loaded once, when first asked for."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

from zhibiao.extract.catalogue import Catalogue, Indicator, load_catalogue
from zhibiao.settings import Settings


@cache
def _catalogue(user_file: Path | None) -> Catalogue:
    return load_catalogue(*([user_file] if user_file is not None else []))


def catalogue_of(settings: Settings) -> Catalogue:
    """Raises CatalogueError where the user's file is invalid."""
    return _catalogue(settings.catalogue)


@cache
def _stage_versions(
    segmenter: Literal["rjieba", "jieba"], user_dictionary: Path | None, catalogue: Path | None
) -> dict[str, str]:
    # The segmenter's dictionary comes with it: nothing else in this process needs either.
    from zhibiao.pipeline import Language, versions

    language = Language.load(
        segmenter=segmenter, user_dictionary=user_dictionary, catalogue=catalogue
    )
    return {stage.value: version for stage, version in versions(language).items()}


def stage_versions(settings: Settings) -> dict[str, str]:
    """Each stage's current version; a document of another one is outdated."""
    return _stage_versions(settings.segmenter, settings.user_dictionary, settings.catalogue)


def indicator_view(indicator: Indicator) -> dict[str, Any]:
    """What people look an indicator up for; the matching templates stay in the file."""
    shown = {entry.name: getattr(indicator, entry.name) for entry in fields(indicator)}
    for internal in ("gold", "strict", "made", "share", "purpose", "topic"):
        shown.pop(internal)
    return shown | {"measures": sorted(indicator.measures), "kind": str(indicator.kind)}
