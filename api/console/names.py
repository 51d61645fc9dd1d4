"""What indicators are called on pages."""

from __future__ import annotations

from api import knowledge
from zhibiao.settings import Settings


def indicator_names(settings: Settings) -> dict[str, tuple[str, str]]:
    """Of the catalogue's indicators, by id: English, Chinese."""
    catalogue = knowledge.catalogue_of(settings)
    return {each.id: (each.name, each.name_zh) for each in catalogue.indicators.values()}
