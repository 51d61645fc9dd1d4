"""What a person has corrected of a document's metadata: checked, and put over what was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from zhibiao.errors import MetadataError
from zhibiao.gazetteer.gazetteer import Gazetteer, Region
from zhibiao.metadata.given import checked

# A region is corrected as a whole: its code says name, level and province.
CORRECTABLE: Final = (
    "region_code", "year", "review_year", "title", "speaker", "delivered_on", "meeting", "partial",
)  # fmt: skip
OF_REGION: Final = ("region", "region_code", "province", "level")
CORRECTED: Final = "corrected"  # in `Metadata.decided_by`
_SHOWN = 6  # regions that may have been meant


def overruled(given: Mapping[str, Any], corrected: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, with the corrections over it.

    What was given together with a corrected fact is left out: a name beside a code, a year of
    review beside a year.
    """
    left_out: set[str] = set()
    if "region_code" in corrected:
        left_out.update(OF_REGION)
    if "year" in corrected:
        left_out.add("review_year")
    kept = {field: value for field, value in given.items() if field not in left_out}
    return {**kept, **corrected}


def mark_corrected(decided_by: dict[str, str], corrected: Mapping[str, Any]) -> None:
    """Note in place which fields a person decided."""
    for field in corrected:
        decided_by[field] = CORRECTED
    if "region_code" in corrected:
        decided_by |= dict.fromkeys(OF_REGION, CORRECTED)


def corrected_fields(decided_by: Mapping[str, str]) -> list[str]:
    """The fields of CORRECTABLE that a person decided."""
    return [field for field in CORRECTABLE if decided_by.get(field) == CORRECTED]


def checked_corrections(changes: Mapping[str, Any]) -> dict[str, Any]:
    """New values of CORRECTABLE fields, as JSON has them; None ends the correction of a field.

    A region may be said by `region_code`, or by name (`region`), with its `province` where several
    places have that name. Raises MetadataError, which says what would be right.
    """
    said = {field: value for field, value in changes.items() if value is not None}
    found: dict[str, Any] = {field: None for field in changes if field in CORRECTABLE}
    if "region" in changes and "region" not in said:
        found["region_code"] = None
    if "province" in said and not said.keys() & {"region", "region_code"}:
        raise MetadataError(
            "A province alone is not corrected: say the region by its code or name.",
            field="province",
            value=str(said["province"]),
        )
    values = checked(said)
    missing = said.keys() - values.keys()
    if missing:
        field = min(missing)
        raise MetadataError(f"{field} is empty; null ends its correction.", field=field, value="")
    if "region" in values or "region_code" in values:
        found["region_code"] = _region(values).code
    for field in CORRECTABLE:
        if field in values and field != "region_code":
            value = values[field]
            found[field] = value.isoformat() if field == "delivered_on" else value
    return found


def check_years(year: int | None, review_year: int | None) -> None:
    """Raises MetadataError where a report would review a year after its own."""
    if year is not None and review_year is not None and review_year > year:
        raise MetadataError(
            f"A report of {year} does not review {review_year}; its review is of {year - 1} or "
            f"{year}.",
            field="review_year",
            value=str(review_year),
        )


def _region(values: Mapping[str, Any]) -> Region:
    gazetteer = Gazetteer.load()
    code, name, province = (values.get(field) for field in ("region_code", "region", "province"))
    if code is not None:
        region = gazetteer.by_code(code)
        if region is None:
            raise MetadataError(
                f"region_code {code!r} is no code of a place.{_meant(_near_code(code))}",
                field="region_code",
                value=code,
            )
        if name is not None and region not in gazetteer.meant(name):
            raise MetadataError(
                f"region_code {code} is {region.name}, not {name}.{_meant(gazetteer.meant(name))}",
                field="region",
                value=name,
            )
        return region
    named = gazetteer.meant(str(name))
    fitting = [
        region
        for region in named
        if province is None or str(gazetteer.province(region) or "").startswith(province)
    ]
    if len(fitting) == 1:
        return fitting[0]
    if not named:
        close = get_close_matches(str(name), {each.name for each in gazetteer}, n=_SHOWN)
        near = [region for each in close for region in gazetteer.named(each)]
        raise MetadataError(
            f"There is no region {name!r}.{_meant(near)}", field="region", value=str(name)
        )
    of = "" if province is None else f" in {province}"
    raise MetadataError(
        f"{'Several regions are' if fitting else 'No region is'} called {name!r}{of}: say the "
        f"region_code.{_listed(fitting or named)}",
        field="region",
        value=str(name),
    )


def _near_code(code: str) -> list[Region]:
    known = {region.code: region for region in Gazetteer.load()}
    return [known[each] for each in get_close_matches(code, known, n=_SHOWN, cutoff=0.8)]


def _meant(regions: Sequence[Region]) -> str:
    return f" Did you mean {_told(regions)}?" if regions else ""


def _listed(regions: Sequence[Region]) -> str:
    return f" There are: {_told(regions)}." if regions else ""


def _told(regions: Sequence[Region]) -> str:
    gazetteer = Gazetteer.load()
    shown = [
        f"{region.code} {gazetteer.province(region) or ''}{region.name}"
        if gazetteer.province(region) != region.name
        else f"{region.code} {region.name}"
        for region in regions[:_SHOWN]
    ]
    return ", ".join(shown)
