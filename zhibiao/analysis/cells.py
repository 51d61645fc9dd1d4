"""The rule of a cell: which of a report's statements is the value of one indicator in one year.

The first of these that tells two statements apart decides (also in docs/exports.md):
1. one that may be in the wide table before one that is set aside: a value of a part of the region,
   of a part of the year, of an uncertain year, of more than the indicator is of, or an implausible
   one;
2. the report's own targets, or its headline figures, before what other passages state;
3. a target before one that is only striven for (力争);
4. one in the run of the text before one in brackets, which tell what it is made of;
5. certain before uncertain;
6. of amounts in different sentences the larger, since no part is more than the whole;
7. the earlier in the text.
How many digits a value has, or whether it is exact, decides nothing. A stretch target is never the
value: it has a column of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from zhibiao.analysis.passages import headline
from zhibiao.analysis.units import counted_in, is_amount
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.domain import Bound, Doubt, Scope, Status, rules_part_of_year
from zhibiao.language.part_years import of_part_of_year
from zhibiao.language.resolve import STRIVES
from zhibiao.language.wording import wording

# Why a value is left out of the wide table.
PART, PART_OF_YEAR, UNCERTAIN_YEAR, WIDER, IMPLAUSIBLE, STRETCH_ONLY = (
    "part", "part_of_year", "uncertain_year", "wider", "implausible", "stretch_only",
)  # fmt: skip
SET_ASIDE = frozenset((PART, PART_OF_YEAR, UNCERTAIN_YEAR, WIDER, IMPLAUSIBLE, STRETCH_ONLY))
OTHER_UNIT = "other_unit"  # the extraction's own flag
# What is read of a record that fills no cell, to tell which passage of its document decides.
PASSAGE_FIELDS = (
    *("document_id", "document", "source", "region_code", "year", "review_year", "indicator"),
    *("status", "scope", "period_start", "period_end", "start", "end"),
    *("sentence", "sentence_start", "sentence_end"),
)
_UNCERTAIN_YEARS = {Doubt.YEARS_COUNTED.value, Doubt.YEARS_INFERRED.value}
_WORDING = wording(__name__)
_WIDER = _WORDING.pattern("wider")
_ABOVE_SIZE = _WORDING.pattern("above_size")

Record = Mapping[str, Any]


class CellKey(NamedTuple):
    """One cell of a region's panel."""

    year: int
    indicator: str
    measure: str
    status: str
    unit: str  # the base unit that its values are in


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A statement that may be the value of a cell."""

    record: Record
    flags: tuple[str, ...]  # why it is set aside, then the extraction's own
    headline: bool  # stands in a passage that decides
    amount: bool  # its values add up over the parts of a region
    in_brackets: bool  # 新增学位3.2万个（高中3000个，…）: its number is one of those in brackets

    @property
    def fit(self) -> bool:
        """Whether it may be in the wide table."""
        return SET_ASIDE.isdisjoint(self.flags)

    @property
    def value(self) -> Decimal:
        """In base units."""
        return base_value(self.record)

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, bool]:
        """The smallest is the value, if no other has the same."""
        record = self.record
        strives = record["status"] == Status.TARGET and str(record["tone"]).startswith(STRIVES)
        return (
            not self.fit,
            not self.headline,
            strives,
            self.in_brackets,
            record["certain"] is False,
        )

    @property
    def sentence(self) -> tuple[int, int]:
        """The document and the place of its sentence."""
        return self.record.get("document_id") or 0, self.record["sentence_start"] or 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One value of a panel, with what else is stated for it."""

    key: CellKey
    chosen: Candidate
    stretch: Candidate | None  # the target beyond it
    competitors: tuple[Candidate, ...]  # one a different value, the chosen first; () without others


def base_value(record: Record) -> Decimal:
    """A statement's value in its base unit."""
    return Decimal(str(record["value"] if record["base_value"] is None else record["base_value"]))


def base_high(record: Record) -> Decimal | None:
    """The upper end of a range in the base unit of the value."""
    if record["value_high"] is None:
        return None
    high, value = Decimal(str(record["value_high"])), Decimal(str(record["value"]))
    if record["base_value"] is None or value == 0:
        return high if record["base_value"] is None else None
    return high * abs(base_value(record) / value) * (-1 if value < 0 < high else 1)


def cells(records: Iterable[Record], *, catalogue: Catalogue, certain: bool = False) -> list[Cell]:
    """The cells that one region's reports fill, by year and indicator.

    Each record has the fields of an observation record, `review_year` and, where it is stored,
    `document_id`. `catalogue`: says which indicators are per head, so that no value is a part of
    another. `certain`: only statements that there is no doubt about. A record of PASSAGE_FIELDS
    alone fills no cell: it only says which passage decides.
    """
    by_document: dict[tuple[Any, ...], list[Record]] = defaultdict(list)
    for record in records:
        if record["indicator"] is not None and of_its_year(record):
            by_document[record.get("document_id"), record["source"], record["document"]].append(
                record
            )
    found: dict[CellKey, list[Candidate]] = defaultdict(list)
    for own in by_document.values():
        deciding = headline(own)
        for position, record in enumerate(own):
            if "value" not in record:
                continue
            key = _key(record)
            candidate = Candidate(
                record=record,
                flags=_flags(record),
                headline=position in deciding,
                amount=is_amount(key.unit, per_head=_is_per_head(key.indicator, catalogue)),
                in_brackets=_in_brackets(record),
            )
            if not certain or record["certain"]:
                found[key].append(candidate)
    return [_cell(key, found[key]) for key in sorted(found)]


def of_its_year(record: Record) -> bool:
    """Whether it is of the year that a panel takes from a report.

    Of targets the year of delivery, of outturns the year under review.
    """
    year = record["period_end"]
    of = record["year"] if record["status"] == Status.TARGET else record["review_year"]
    return year is not None and bool(record["period_start"] == year == of)


def _key(record: Record) -> CellKey:
    return CellKey(
        record["period_end"], record["indicator"], record["measure"], record["status"],
        _unit(record),
    )  # fmt: skip


def _is_per_head(indicator: str, catalogue: Catalogue) -> bool:
    known = catalogue.indicators.get(indicator)
    return known is not None and known.per_head


def _unit(record: Record) -> str:
    """That of the value in base units."""
    if record["base_value"] is None:
        return record["unit"] or ""
    return counted_in(record["unit"], record["base_unit"] or "")


def _in_brackets(record: Record) -> bool:
    sentence, at = record["sentence"], record["sentence_start"]
    if not sentence or at is None:
        return False
    before: str = sentence[: record["number_start"] - at]
    return sum(map(before.count, "（(")) > sum(map(before.count, "）)"))


def _flags(record: Record) -> tuple[str, ...]:
    sentence_at = record["sentence_start"]
    number_at = -1 if sentence_at is None else record["number_start"] - sentence_at
    looked_at = record.get("corrected") is not None  # a person vouches for the year and the value
    aside = {
        PART: record["scope"] == Scope.PART,
        PART_OF_YEAR: rules_part_of_year(record["rule"])
        or of_part_of_year(record["sentence"], number_at),
        UNCERTAIN_YEAR: not _UNCERTAIN_YEARS.isdisjoint(record["doubts"] or ()),
        WIDER: _WIDER.search(record["evidence"] or "") is not None,
        IMPLAUSIBLE: IMPLAUSIBLE in record["flags"] and not looked_at,
    }
    raised = [flag for flag, up in aside.items() if up]
    others = [flag for flag in record["flags"] if flag not in aside]
    if record["base_value"] is not None and _unit(record) != record["base_unit"]:
        others.append(OTHER_UNIT)
    return (*raised, *others)


def _cell(key: CellKey, candidates: Sequence[Candidate]) -> Cell:
    ranked = _ranked(_closer(candidates))
    base = [each for each in ranked if not each.record["stretch"]]
    beyond = [each for each in ranked if each.record["stretch"] and each.fit]
    chosen = base[0] if base else replace(ranked[0], flags=(STRETCH_ONLY, *ranked[0].flags))
    if key.status == Status.ACTUAL and chosen.record["bound"] != Bound.EQ:
        chosen = _exactly(chosen, base)
    different = {chosen.value: chosen}
    for each in base:
        if not _rounds(each, chosen):
            different.setdefault(each.value, each)
    return Cell(
        key=key,
        chosen=chosen,
        stretch=beyond[0] if base and beyond else None,
        competitors=tuple(different.values()) if len(different) > 1 else (),
    )


def _closer(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The same, where it takes the others of a sentence to know whether one is a part.

    Numbers in brackets are parts of the one before: 新增学位3.2万个（高中3000个，…）. Industry
    above designated size is a part of all industry, and what the indicator is of:
    全部工业393亿元，其中规模以上279亿元.
    """
    whole = {each.sentence for each in candidates if not each.in_brackets}
    wider = {each.sentence for each in candidates if WIDER in each.flags}
    found = []
    for each in candidates:
        flags = each.flags
        if each.in_brackets and each.sentence in whole and PART not in flags:
            flags = (PART, *flags)
        elif each.sentence in wider and _ABOVE_SIZE.search(each.record["evidence"] or ""):
            flags = tuple(flag for flag in flags if flag != PART)
        found.append(replace(each, flags=flags))
    return found


def _ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The value first."""
    in_order = sorted(candidates, key=lambda each: (each.sentence[0], each.record["start"]))
    amounts: dict[tuple[tuple[bool, ...], tuple[int, int]], Decimal] = {}
    for each in in_order:
        size = abs(each.value) if each.amount else Decimal(0)
        amounts.setdefault((each.rank, each.sentence), size)
    return sorted(in_order, key=lambda each: (each.rank, -amounts[each.rank, each.sentence]))


def _exactly(rounded: Candidate, candidates: Sequence[Candidate]) -> Candidate:
    """突破500亿元、达513.35亿元: the figure that its own sentence goes on to give exactly."""
    return next(
        (
            each
            for each in candidates
            if each.record["bound"] == Bound.EQ
            and each.fit == rounded.fit
            and each.record["sentence_start"] == rounded.record["sentence_start"]
            and each.record.get("document_id") == rounded.record.get("document_id")
            and _rounds(rounded, each)
        ),
        rounded,
    )


def _rounds(bounded: Candidate, exact: Candidate) -> bool:
    """Whether an outturn's bound only says an exact value of the cell again: 突破500亿元."""
    bound = bounded.record["bound"]
    if exact.record["status"] != Status.ACTUAL or exact.record["bound"] != Bound.EQ:
        return False
    # A bound far off is another fact: a park that passed 100 when the city is at 3,800.
    near = abs(exact.value - bounded.value) <= abs(exact.value) * Decimal("0.2")
    above = bound == Bound.GE and bounded.value <= exact.value
    below = bound == Bound.LE and bounded.value >= exact.value
    return bounded.fit and near and (above or below or bound == Bound.APPROX)
