"""Pages of observations end with their rows or with their time, and miss nothing either way."""

from __future__ import annotations

from functools import partial

import pytest

from api import cursors
from api.errors import InvalidCursor
from api.observations import observation_page
from bench.rows import fill
from zhibiao.pipeline import Language, versions
from zhibiao.store import Store
from zhibiao.store.queries import observations
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.observations import ObservationFilter

REPORTS = 2500  # more than one statement of a page looks through


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store, REPORTS, stated=10, versions=versions(Language.load()))
    return store


def walked(store: Store, wanted: ObservationFilter, *, limit: int) -> tuple[list[int], int]:
    """Page after page, none of which has any time: the ids, and how many pages it took."""
    found: list[int] = []
    pages = after = behind = 0
    while True:
        pages += 1
        with store.read() as connection:
            page = observations.page(
                connection, wanted, limit=limit, after=after, behind=behind, seconds=0
            )
        found += [row["id"] for row in page.rows]
        if page.behind is not None:
            after, behind = 0, page.behind
        elif len(page.rows) == limit:
            after, behind = found[-1], 0
        else:
            return found, pages


@pytest.mark.parametrize(
    "wanted",
    [
        ObservationFilter(measure="level"),
        ObservationFilter(indicators=("gdp",), certain=False),
        ObservationFilter(documents=DocumentFilter(run=20), scope="part"),
        ObservationFilter(documents=DocumentFilter(region_code="11"), measure="level"),
        ObservationFilter(document=7, scope=None),
    ],
    ids=["of all", "of an indicator", "of a run", "of a few reports", "of a report"],
)
def test_pages_without_time_hold_together_what_a_patient_one_holds(
    filled: Store, wanted: ObservationFilter
) -> None:
    with filled.read() as connection:
        whole = observations.page(connection, wanted, limit=10**6, seconds=600)
    assert whole.behind is None
    expected = [row["id"] for row in whole.rows]
    assert expected
    found, _ = walked(filled, wanted, limit=300)
    assert found == expected


def test_a_page_of_what_no_report_states_ends_when_its_time_is_over(filled: Store) -> None:
    found, pages = walked(filled, ObservationFilter(period=1900), limit=100)
    assert found == []
    assert pages > 1


def test_the_service_goes_on_where_a_page_ran_out_of_time(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.observations.observations.page", partial(observations.page, seconds=0))
    wanted = ObservationFilter(indicators=("gdp",), certain=False)
    found: list[int] = []
    cursor = None
    with filled.read() as connection:
        while True:
            page = observation_page(connection, wanted, limit=400, cursor=cursor)
            found += [each.id for each in page.observations]
            cursor = page.next
            if cursor is None:
                break
        whole = observations.page(connection, wanted, limit=10**6, seconds=600)
    assert found == [row["id"] for row in whole.rows]


def test_only_lists_of_observations_take_a_cursor_that_is_behind_a_document() -> None:
    cursor = cursors.encode(7, "behind")
    assert cursors.decode_place(cursor) == cursors.Place(behind=7)
    with pytest.raises(InvalidCursor):
        cursors.decode(cursor)


def test_a_page_that_has_time_looks_through_all_reports(filled: Store) -> None:
    with filled.read() as connection:
        page = observations.page(connection, ObservationFilter(period=1900), limit=100, seconds=600)
    assert (page.rows, page.behind) == ([], None)
