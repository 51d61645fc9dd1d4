"""What a commit refers to stays, also where a pruning looks before the commit is there."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from zhibiao.store.outputs import publications, retention
from zhibiao.store.queries import documents, observations
from zhibiao.store.queries.observations import ObservationFilter


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """SQLite has one writer at a time: nothing is beside a commit."""
    return postgres_url


def values(line: Any) -> set[str]:
    with line.store.read() as connection:
        rows = observations.page(connection, ObservationFilter(), limit=1000).rows
    return {f"{row['document_id']} {row['indicator']}" for row in rows}


def test_an_output_that_comes_out_as_a_former_one_outlives_a_pruning_beside_its_commit(
    line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.submit("# printed by a site\nregion 甲市\ngdp 1\njobs 2\n")
    line.work()
    line.indicators, line.drops_comments, line.words = frozenset({"jobs"}), True, "2"
    line.reprocess()
    line.work()
    line.indicators, line.drops_comments, line.words = frozenset({"gdp"}), False, "1"
    line.reprocess()
    pruning = threading.Thread(target=lambda: retention.prune(line.store, keep=0))
    publish = publications.publish

    def publish_beside_a_pruning(*args: Any, **named: Any) -> None:
        if args[1] and not pruning.ident:  # the outputs are written, the commit is to come
            pruning.start()
            pruning.join(1.5)
        publish(*args, **named)

    monkeypatch.setattr(publications, "publish", publish_beside_a_pruning)
    line.work()
    pruning.join()
    assert values(line) == {"1 gdp"}
    with line.store.read() as connection:
        assert documents.raw_text(connection, 1).startswith("# printed")
        assert documents.clean_text(connection, 1)
        assert documents.terms(connection, 1)["1"] == 1
