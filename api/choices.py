"""What a question names must exist: a misspelt name is an error, not an empty answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from sqlalchemy import Connection

from api import knowledge
from api.errors import InvalidRequest
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.gazetteer.gazetteer import Gazetteer
from zhibiao.settings import Settings
from zhibiao.store.queries import documents, observations
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.work import runs

_SHOWN = 3  # names that may have been meant


class UnknownIndicator(InvalidRequest):
    """There is no such indicator in the catalogue."""

    code = "unknown_indicator"


class UnknownRegion(InvalidRequest):
    """There is no such region."""

    code = "unknown_region"


class UnknownRegionCode(InvalidRequest):
    """There is no region whose code begins so."""

    code = "unknown_region_code"


def check(
    connection: Connection,
    settings: Settings,
    reports: DocumentFilter,
    *,
    document: int | None = None,
    indicators: Iterable[str] | None = None,
) -> None:
    """Of `reports` the run and the region.

    Raises NotFound, UnknownIndicator, UnknownRegion and UnknownRegionCode, with what may have been
    meant.
    """
    if reports.run is not None:
        runs.get(connection, reports.run)
    if document is not None:
        documents.require(connection, [document])
    for indicator in indicators or ():
        _check_indicator(connection, settings, indicator)
    if reports.region is not None:
        _check_region(connection, reports.region)
    if reports.region_code is not None:
        _check_region_code(connection, reports.region_code)


def _check_indicator(connection: Connection, settings: Settings, indicator: str) -> None:
    catalogue = knowledge.catalogue_of(settings)
    # One of a former catalogue may still be in the store, and is what a diff asks for.
    if indicator in catalogue.indicators or observations.is_stated(connection, indicator):
        return
    nearest = _nearest_indicators(catalogue, indicator)
    raise UnknownIndicator(
        f"There is no indicator {indicator!r}.{_meant(nearest)} "
        "`zhibiao indicators` and GET /v1/catalogue list them.",
        indicator=indicator,
        nearest=nearest,
    )


def _nearest_indicators(catalogue: Catalogue, written: str) -> list[str]:
    ids: dict[str, str] = {}  # by every name that an indicator has
    for each in catalogue.indicators.values():
        for name in (each.id, each.name, each.name_zh, *each.aliases):
            ids.setdefault(name.lower(), each.id)
    close = get_close_matches(written.lower(), ids, n=_SHOWN)
    close.sort(key=lambda name: sorted(name) != sorted(written.lower()))  # gpd is gdp, not gnp
    return list(dict.fromkeys(ids[name] for name in close))


def _check_region(connection: Connection, region: str) -> None:
    gazetteer = Gazetteer.load()
    meant = [found.name for found in gazetteer.meant(region)]
    if region in meant or documents.is_region(connection, region):
        return
    nearest = meant or get_close_matches(region, {each.name for each in gazetteer}, n=_SHOWN)
    raise UnknownRegion(
        f"There is no region {region!r}.{_meant(nearest)}", region=region, nearest=nearest[:_SHOWN]
    )


def _check_region_code(connection: Connection, code: str) -> None:
    gazetteer = Gazetteer.load()
    if any(each.code.startswith(code) for each in gazetteer):
        return
    if documents.has_region_code(connection, code):
        return
    known = sorted(gazetteer, key=lambda each: each.code)
    begun = ([each for each in known if each.code.startswith(code[:n])] for n in (5, 4, 3, 2))
    near = next(filter(None, begun), [])[:_SHOWN]
    nearest = [f"{each.code} {each.name}" for each in near]
    raise UnknownRegionCode(
        f"There is no region whose code begins with {code}.{_meant(nearest)}",
        region_code=code,
        nearest=[each.code for each in near],
    )


def _meant(nearest: Sequence[str]) -> str:
    if not nearest:
        return ""
    *others, last = nearest[:_SHOWN]
    return f" Did you mean {', '.join(others)} or {last}?" if others else f" Did you mean {last}?"
