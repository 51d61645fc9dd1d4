"""The statements that panels and their coverage are made of, a region a time.

By which rule a statement becomes the value of a cell: `zhibiao.analysis.cells`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby, islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    false,
    func,
    literal_column,
    or_,
    select,
)  # fmt: skip

from zhibiao.analysis.coverage import VALUE_OTHER_YEARS
from zhibiao.domain import StatementKind, Status
from zhibiao.rendering import stored_observation
from zhibiao.store.database.batches import in_batches, streamed
from zhibiao.store.database.joins import of_regions, work_of
from zhibiao.store.database.schema import documents, observations, statements, work
from zhibiao.store.queries.observations import (
    ObservationFilter,
    decided_by_hand,
    query,
    statements_query,
    with_sentences,
)

# What tells which passage of a report decides: columns of the report, and of its observations.
_OF_REPORTS = (
    *("region", "region_code", "province", "level", "year", "review_year", "title"),
    "read_hash",
)
_OF_PASSAGES = (
    *("id", "document_id", "indicator", "measure", "status", "scope", "period_start", "period_end"),
    *("start", "end", "sentence_start", "sentence_end"),
)
_REPORTS_AT_ONCE = 40
_LOOKED_THROUGH = 5000  # reports: 10 ms


def first_regions(
    connection: Connection, wanted: ObservationFilter, *, reports: int, after: str = ""
) -> tuple[list[str], bool]:
    """The next region codes, of at most so many reports but at least one; are there others?

    Of the reports that `wanted` chooses, behind the code `after`.
    """
    run = wanted.documents.run
    region: ColumnElement[str] = documents.c.region_code
    large = run is not None and _has_more_than(connection, run, _LOOKED_THROUGH)
    if run is not None and not large:
        # With a text behind it, it is in no index: the run's reports are looked through, not those
        # of all regions until enough of them are the run's.
        region = region.concat(literal_column("''"))
    counted = (
        select(region, func.count())
        .where(
            documents.c.region_code > after,
            documents.c.extraction_id.is_not(None),
            *_of_any_observation(wanted).clauses(),
        )
        .group_by(region)
        .order_by(region)
        .limit(max(reports, 1) + 1)  # each has one at least
    )
    if run is not None:
        counted = counted.join(work, work_of(run, documents_first=large))
    codes: list[str] = []
    total = 0
    for code, count in connection.execute(counted):
        total += count
        if codes and total > reports:
            return codes, True
        codes.append(code)
    return codes, False


def _has_more_than(connection: Connection, run: int, most: int) -> bool:
    """Has a run more documents than so many? Beyond, they are not counted."""
    another = select(work.c.document_id).where(work.c.run_id == run).offset(most).limit(1)
    return connection.execute(another).first() is not None


def _of_any_observation(wanted: ObservationFilter) -> ObservationFilter:
    """Without any condition on observations: their table has no part in it."""
    return replace(
        wanted, indicators=(), open_quantities=True, scope=None, certain=None, corrections=None
    )


def statements_by_region(
    connection: Connection,
    wanted: ObservationFilter,
    shown: FromClause = documents,
    *,
    codes: Collection[str] | None = None,
    filling: Mapping[str, Collection[str]] | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """Each region's statements about catalogue indicators, by region code.

    Of the reports that `wanted` chooses; all of their indicators, because which passage of a report
    decides is seen from all that it states. Records are those of observations, with `id` and
    `review_year`. `codes`: of these regions only. `filling`: whole records only of those
    whose columns have one of these values, and PASSAGE_FIELDS of the others, which are sooner read.
    """
    every = replace(
        wanted, scope=None, indicators=(), certain=None, open_quantities=False, canonical=True
    )
    if filling is not None:
        found = _passages(connection, every, shown, codes, filling)
    else:
        own = _of_a_year(shown, observations)
        rows = streamed(
            connection, _by_region(query(every, shown), shown, observations, codes, own)
        )
        found = (_record(row, sentence) for row, sentence in with_sentences(connection, rows))
    for _, region in groupby(found, lambda record: record["region_code"]):
        yield list(region)


def _record(row: Mapping[Any, Any], sentence: str | None) -> dict[str, Any]:
    own = {"id": row["id"], "review_year": row["review_year"]}
    return stored_observation(row, sentence) | own


def _passages(
    connection: Connection,
    every: ObservationFilter,
    shown: FromClause,
    codes: Collection[str] | None,
    filling: Mapping[str, Collection[str]],
) -> Iterator[dict[str, Any]]:
    """Whole records of those that fill cells, between what is needed of the others."""
    reports = (
        select(
            shown.c.id.label("document_id"),
            *(shown.c[name] for name in _OF_REPORTS),
            shown.c.title.label("document"),
            shown.c.name.label("source"),
            *decided_by_hand(shown),
        )
        .join(work, work_of(every.documents.run, shown))
        .where(
            shown.c.extraction_id.is_not(None),
            of_regions(shown, codes),
            *_of_any_observation(every).clauses(shown),
        )
        .order_by(shown.c.region_code, shown.c.id)
    )
    stated = query(every, shown).where(_of_a_year(shown, observations)).order_by(None)
    stated = stated.with_only_columns(*(observations.c[name] for name in _OF_PASSAGES))
    if "status" in filling:  # which passage decides, targets and outturns say each of themselves
        stated = stated.where(observations.c.status.in_(filling["status"]))
    rows = streamed(connection, reports)
    while some := {row["document_id"]: dict(row) for row in islice(rows, _REPORTS_AT_ONCE)}:
        own = stated.where(shown.c.id.in_(some)).order_by(shown.c.id, observations.c.ordinal)
        found: dict[int, list[dict[str, Any]]] = {each: [] for each in some}
        for values in connection.execute(own):
            report = some[values.document_id]
            record = dict(zip(_OF_PASSAGES, values, strict=True), **report)
            found[record["document_id"]].append(record)
        records = list(chain.from_iterable(found.values()))
        whole = _whole(
            connection,
            every,
            [
                record["id"]
                for record in records
                if all(record[name] in values for name, values in filling.items())
            ],
        )
        for record, sentence in with_sentences(connection, records):
            if record["id"] in whole:
                yield _record({**record, **whole[record["id"]]}, sentence)
            else:
                record["sentence"] = sentence
                yield record


def _whole(
    connection: Connection, every: ObservationFilter, ids: Sequence[int]
) -> dict[int, Mapping[str, Any]]:
    """All columns of observations, by their id."""
    chosen = select(observations, every.as_corrected().label("as_corrected"))
    names = (*observations.c.keys(), "as_corrected")
    found: dict[int, Mapping[str, Any]] = {}
    for some in in_batches(ids):
        for values in connection.execute(chosen.where(observations.c.id.in_(some))):
            found[values.id] = dict(zip(names, values, strict=True))
    return found


def without_values_by_region(
    connection: Connection,
    wanted: ObservationFilter,
    shown: FromClause = documents,
    *,
    codes: Collection[str] | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """Each region's statements that give no value, by region code: rows of `statements_query`.

    Of the years that a panel takes from a report; a mention gives no value whatever its year.
    `codes`: of these regions only.
    """
    every = replace(wanted, scope="region", certain=None, open_quantities=False, canonical=True)
    mentioned = and_(shown.c.year.is_not(None), statements.c.kind == StatementKind.MENTIONED)
    of_grid = or_(_of_a_year(shown, statements), mentioned)
    chosen = _by_region(statements_query(every, shown), shown, statements, codes, of_grid)
    rows = streamed(connection, chosen)
    for _, region in groupby(rows, lambda row: row["region_code"]):
        yield [dict(row) for row in region]


def of_other_years_by_region(
    connection: Connection,
    wanted: ObservationFilter,
    shown: FromClause = documents,
    *,
    codes: Collection[str] | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """What each region's reports state of years that no panel takes from them, by region code.

    Of every report's year, indicator, status and measure one row. `codes`: of these regions only.
    """
    every = replace(wanted, scope="region", certain=None, open_quantities=False, canonical=True)
    stated: tuple[ColumnElement[bool], ...] = ()
    chosen_reports = wanted.documents.region_code or wanted.documents.region or wanted.documents.run
    if wanted.indicators and (codes is not None or chosen_reports):
        # Where few reports are chosen they are to be found first, not all that is stated of the
        # indicator: no index finds a report by an expression of its id.
        stated = (
            observations.c.indicator.in_(wanted.indicators),
            observations.c.document_id == shown.c.id + 0,
        )
        every = replace(every, indicators=())
    columns = (
        shown.c.region_code, shown.c.year, observations.c.indicator, observations.c.status,
        observations.c.measure,
    )  # fmt: skip
    chosen = (
        query(every, shown)
        .with_only_columns(*columns)
        .where(
            of_regions(shown, codes),
            *stated,
            shown.c.year.is_not(None),
            func.coalesce(_of_a_year(shown, observations), false()).is_(False),
        )
        .distinct()
        .order_by(None)
        .order_by(shown.c.region_code)
    )
    for _, region in groupby(streamed(connection, chosen), lambda row: row["region_code"]):
        yield [dict(row) | {"kind": VALUE_OTHER_YEARS} for row in region]


def _of_a_year(shown: FromClause, stated: Table) -> ColumnElement[bool]:
    """Of the years that a panel takes from a report: its targets' and that of its outturns."""
    own = or_(
        and_(
            stated.c.status == Status.ACTUAL,
            stated.c.period_end == shown.c.review_year,
        ),
        and_(stated.c.status == Status.TARGET, stated.c.period_end == shown.c.year),
    )
    return and_(stated.c.period_start == stated.c.period_end, own)


def _by_region(
    chosen: Select[Any],
    shown: FromClause,
    stated: Table,
    codes: Collection[str] | None,
    which: ColumnElement[bool],
) -> Select[Any]:
    return (
        chosen.add_columns(shown.c.review_year)
        .where(of_regions(shown, codes), which)
        .order_by(None)
        .order_by(shown.c.region_code, shown.c.id, stated.c.ordinal)
    )
