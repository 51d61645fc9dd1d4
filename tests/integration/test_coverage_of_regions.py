"""The coverage grid of a few regions is that part of the whole grid, without reading the rest."""

from __future__ import annotations

from databases import sqlite_and_postgres_if_long

from bench.rows import fill
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.pipeline import Language, versions
from zhibiao.store import Store
from zhibiao.store.queries.coverage import coverage_records
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.observations import ObservationFilter

REPORTS = 3060  # of 3,000 regions: sixty have a second year
CODES = ("110500", "113000", "999999")


@sqlite_and_postgres_if_long
def test_the_grid_of_some_regions_has_the_years_of_all(store: Store) -> None:
    fill(store, REPORTS, stated=2, versions=versions(Language.load()))
    catalogue = load_catalogue()
    for wanted in (
        ObservationFilter(indicators=("gdp",)),
        ObservationFilter(indicators=("gdp",), documents=DocumentFilter(run=1)),
    ):
        for expected in ((), [("110500", 1985), ("999999", 1990)], [("110700", 1985)]):
            with store.read() as connection:
                whole = list(coverage_records(connection, wanted, catalogue, expected))
                few = list(coverage_records(connection, wanted, catalogue, expected, codes=CODES))
            assert few == [row for row in whole if row["region_code"] in CODES]
            assert few
