"""What is known about a document, and where each fact was found. None is "not stated"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from zhibiao.domain import CleanText, Metadata, RawDocument
from zhibiao.errors import MetadataError
from zhibiao.gazetteer.gazetteer import Gazetteer, Region
from zhibiao.language.simplified import plain_text
from zhibiao.language.wording import wording
from zhibiao.metadata.corrected import mark_corrected, overruled
from zhibiao.metadata.given import checked
from zhibiao.metadata.region import find_region
from zhibiao.metadata.report_years import find_years
from zhibiao.metadata.surroundings import Surroundings
from zhibiao.outline.front_matter import REPORT, FrontMatter, read_front
from zhibiao.text.chrome import sheet_marks

METADATA_VERSION: Final = "8"  # bumped whenever the same document gives other metadata

_WORDING: Final = wording(__name__)
_EXCERPT: Final = _WORDING.pattern("excerpt")
_ABSTRACT: Final = re.compile(_WORDING.text("abstract"), re.MULTILINE)
_CUT_OFF: Final = _WORDING.pattern("cut_off")
_DIGEST: Final = re.compile(_WORDING.text("digest"), re.MULTILINE)
_DIGEST_LENGTH: Final = 5_000  # characters; a whole report may link to its digest
_SITE: Final = re.compile(r"\s*[-_|—–]+\s*[^-_|—–]{2,30}$")
_LABEL: Final = _WORDING.pattern("label")


def describe(
    document: RawDocument,
    clean: CleanText,
    given: Mapping[str, object] | None = None,
    corrected: Mapping[str, object] | None = None,
) -> Metadata:
    """The document's metadata; what was given at submission wins over what is found.

    What a person has `corrected` since (fields of `corrected.CORRECTABLE`) wins over both.

    `given` (and `document.given`, over which it wins) may hold title, region, region_code,
    province, year, review_year, speaker, delivered_on, meeting and partial; other keys are
    ignored. `decided_by` says for each field where it was found: "given", "title", "meeting",
    "introduction", "speaker", "issuer", "page title", "file name", "folder", "headings",
    "sentences", "page", "text", "corrected".

    Raises MetadataError for a given value that is none of its kind.
    """
    corrections = {} if corrected is None else dict(corrected)
    told = {**document.given, **({} if given is None else given)}
    stated = checked(overruled(told, corrections))
    if "province" in stated:
        stated["province"] = _full_province(Gazetteer.load(), stated["province"])
    text = plain_text(clean.text)  # as long as the clean text
    front = read_front(text)
    # A title that was given with the text (a column of a table) tells what a page's title tells.
    surroundings = Surroundings(
        page=document.text,
        page_title=plain_text(stated.get("title", document.title) or ""),
        file_name=plain_text(document.name),
    )
    years = find_years(front, text, surroundings)
    facts: dict[str, Any] = {}
    by: dict[str, str] = {}

    def note(field: str, value: object, source: str) -> None:
        if value is not None:
            facts[field] = value
            by[field] = source

    note("year", years.year, years.year_by)
    note("review_year", years.review_year, years.review_year_by)
    note("speaker", _as_written(front.speaker, text, clean.text), "front matter")
    note("delivered_on", front.delivered_on, "front matter")
    note("meeting", _as_written(front.meeting, text, clean.text), "front matter")
    page_title = None if document.title is None else _SITE.sub("", document.title).strip()
    if front.title is not None:
        title = _as_written(front.title, text, clean.text)
        note("title", None if title is None else _LABEL.sub("", title), "title")
    elif page_title:
        note("title", _LABEL.sub("", page_title), "page title")
    if _is_partial(document, front.title):
        note("partial", True, "text")
    for field, value in stated.items():
        note(field, value, "given")
    if "year" in stated and "review_year" not in stated and stated["year"] != years.year:
        note("review_year", stated["year"] - 1, "given year")
    _note_region(front, text, surroundings, stated, facts, by)
    mark_corrected(by, corrections)
    return Metadata(**facts, decided_by=by)


def _as_written(words: str | None, plain: str, text: str) -> str | None:
    """Words of the plain text as the text itself writes them."""
    at = -1 if words is None else plain.find(words)
    return words if words is None or at < 0 else text[at : at + len(words)]


def _note_region(
    front: FrontMatter,
    text: str,
    surroundings: Surroundings,
    stated: Mapping[str, Any],
    facts: dict[str, Any],
    by: dict[str, str],
) -> None:
    gazetteer = Gazetteer.load()
    if "region" in stated or "region_code" in stated:
        region, candidates = _given_region(gazetteer, stated)
        source = "given"
        facts.pop("region", None)
        facts.pop("province", None)
    else:
        year = facts.get("year")
        settled = find_region(gazetteer, front, text, surroundings, year=year)
        region, candidates, source = settled.region, settled.candidates, settled.by
        province = stated.get("province")
        if province is not None:
            codes = candidates if region is None else (region.code,)
            fitting = _within(gazetteer, codes, province)
            region = fitting[0] if len(fitting) == 1 else None
    if region is None:
        facts["candidates"] = candidates
        if "region" in stated:
            facts["region"], by["region"] = stated["region"], "given"
        if "province" in stated:
            facts["province"] = stated["province"]
        return
    facts |= {"region": region.name, "region_code": region.code, "level": region.level}
    facts["province"] = gazetteer.province(region)
    facts.pop("candidates", None)
    for field in ("region", "region_code", "level", "province"):
        if facts[field] is not None:
            by[field] = "given" if field in stated else source


def _full_province(gazetteer: Gazetteer, name: str) -> str:
    """陕西 -> 陕西省: columns of provinces mostly hold short names. Others stay as they are."""
    named = [region for region in gazetteer.named(plain_text(name)) if region.level == "province"]
    return named[0].name if len(named) == 1 else name


def _within(gazetteer: Gazetteer, codes: tuple[str, ...], province: str) -> list[Region]:
    found = (gazetteer.by_code(code) for code in codes)
    return [r for r in found if r is not None and gazetteer.province(r) == province]


def _given_region(
    gazetteer: Gazetteer, stated: Mapping[str, Any]
) -> tuple[Region | None, tuple[str, ...]]:
    """The region that was given by code or name; a name outside the gazetteer is kept as it is."""
    code, name, province = (stated.get(key) for key in ("region_code", "region", "province"))
    if code is not None:
        region = gazetteer.by_code(code)
        if region is None:
            raise MetadataError(
                f"region_code {code!r} is no code of a place", field="region_code", value=code
            )
        known = {region.name, *region.usual_names, *(former for former, _ in region.former)}
        if name is not None and plain_text(name) not in known:
            raise MetadataError(
                f"region_code {code} is {region.name}, but region is given as {name!r}",
                field="region",
                value=name,
            )
        return region, ()
    named = gazetteer.meant(plain_text(stated["region"]))
    if province is not None:
        named = tuple(region for region in named if gazetteer.province(region) == province)
    if len(named) == 1:
        return named[0], ()
    return None, tuple(region.code for region in named)


def _is_partial(document: RawDocument, title: str | None) -> bool:
    """Whether only a part of a report is here, as its title, its file or its pages say."""
    text = document.text
    # A page that gives an abstract of what follows prints a label before it.
    head = _ABSTRACT.sub("", text[:300])
    named = (title or "", document.title or "", document.name.rsplit("/", 1)[-1])
    if any(map(_EXCERPT.search, named)) or (REPORT in head and _EXCERPT.search(head)):
        return True
    if len(text) < _DIGEST_LENGTH and _DIGEST.search(text[:300]):
        return True
    if head != text[:300] and _CUT_OFF.search(text[-40:]):
        return True  # an abstract, and nothing behind it
    # A whole print of several pages goes on before it comes from anywhere, and ends where it ends.
    marks = list(sheet_marks(text))
    return bool(marks) and (max(marks)[1] or not min(marks)[1])
