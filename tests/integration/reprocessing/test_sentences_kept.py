"""A stored observation has its sentence, cut out of the raw text that it was extracted from."""

from __future__ import annotations

from typing import Any

from databases import sqlite_and_postgres_if_long
from sqlalchemy import update

from zhibiao.store.database.schema import observations as observation_table
from zhibiao.store.outputs import publications
from zhibiao.store.outputs.publications import AsOf
from zhibiao.store.queries import observations
from zhibiao.store.queries.exports import observation_records
from zhibiao.store.queries.observations import ObservationFilter

TEXT = "# a comment that the next reader leaves out\nregion 甲市\ngdp 12.5\njobs {jobs}\n"


def exported(line: Any, as_of: AsOf | None = None) -> list[tuple[str, str | None]]:
    with line.store.read() as connection:
        shown = publications.documents_as_of(connection, as_of)
        records = observation_records(connection, ObservationFilter(), shown)
        return [(record["evidence"], record["sentence"]) for record in records]


@sqlite_and_postgres_if_long
def test_sentences_follow_the_text_that_was_read_anew_and_the_one_of_before(line: Any) -> None:
    line.indicators |= {"jobs"}
    first = line.submit(*(TEXT.format(jobs=n) for n in range(45)))
    line.work()
    stated = [(told, told) for n in range(45) for told in ("gdp 12.5", f"jobs {n}")]
    assert exported(line) == stated
    line.drops_comments = True  # every place moves
    assert line.reprocess() is not None
    line.work()
    assert exported(line) == stated
    assert exported(line, AsOf(run=first)) == stated


def test_a_page_that_goes_on_with_replaced_observations_has_their_own_sentences(line: Any) -> None:
    line.indicators |= {"jobs"}
    line.submit(TEXT.format(jobs=3), TEXT.format(jobs=4))
    line.work()
    with line.store.read() as connection:
        (begun,) = observations.page(connection, ObservationFilter(), limit=1).rows
    line.drops_comments = True
    line.reprocess()
    line.work()
    with line.store.read() as connection:
        rows = observations.page(connection, ObservationFilter(), limit=9, after=begun["id"]).rows
        found = [sentence for _, sentence in observations.with_sentences(connection, rows)]
    assert found == ["jobs 3", "gdp 12.5", "jobs 4"]


def test_an_extraction_from_before_sentences_were_noted_has_none(line: Any) -> None:
    line.submit(TEXT.format(jobs=3))
    line.work()
    with line.store.write() as connection:
        connection.execute(update(observation_table).values(sentence_start=None, sentence_end=None))
    assert exported(line) == [("gdp 12.5", None)]
