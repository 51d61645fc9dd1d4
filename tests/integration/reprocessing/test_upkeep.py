"""What happens by itself: the sweep takes up what broke off, pruning goes on in the next task."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from tasks import reprocessing, upkeep
from tasks.app import configure
from tasks.context import Context
from zhibiao.domain import CleanText, Metadata
from zhibiao.settings import Settings
from zhibiao.store.database.schema import documents, publications, sources
from zhibiao.store.outputs import deletion, prints, retention, text_index
from zhibiao.store.outputs import publications as published
from zhibiao.store.work import runs, submissions, window
from zhibiao.store.work.submissions import Arrival

TEXT = "region 甲市\ngdp 1\na 1\n"


@pytest.fixture
def here(line: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A worker's context on the line's store, without a broker."""
    found = Context(
        settings=Settings(data_dir=tmp_path, keep_extractions=0),
        store=line.store,
        language=None,  # type: ignore[arg-type]  # upkeep reads no report
        versions={},
    )
    for module in (upkeep, reprocessing):
        monkeypatch.setattr(module, "context", lambda: found)
    monkeypatch.setattr(upkeep, "send_canaries", lambda *_args, **_named: None)
    return found


def test_the_sweep_finishes_a_deletion_that_broke_off(
    line: Any, here: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion, "_BATCH_DOCUMENTS", 1)
    run = line.submit(TEXT, TEXT + "b 1\n", TEXT + "c 1\n")
    line.work()
    looks = iter((False, True))
    assert deletion.delete_run(line.store, run, until=lambda: next(looks)).documents == 1
    upkeep.sweep()
    with here.store.read() as connection:
        assert deletion.unfinished(connection) == []
        assert connection.execute(select(documents.c.id)).all() == []


def test_the_sweep_settles_prints_that_a_dead_worker_left(line: Any, here: Context) -> None:
    line.clean = lambda raw: (
        _clean(line, raw),
        Metadata(region="甲市", region_code="110101", year=2023),
    )
    line.submit(TEXT, TEXT + "谢谢大家\n")
    line.work()
    with here.store.read() as connection:
        assert prints.due(connection, limit=9) == [1, 2]
    upkeep.sweep()
    with here.store.read() as connection:
        assert prints.due(connection, limit=9) == []
        assert list(connection.scalars(select(documents.c.canonical_id))) == [2, 2]


def test_moments_of_what_readers_saw_are_told_by_the_clock_of_the_store(
    line: Any, here: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.clean = lambda raw: (
        _clean(line, raw),
        Metadata(region="甲市", region_code="110101", year=2023),
    )
    line.submit(TEXT, TEXT + "谢谢大家\n")
    line.work()
    line.indicators |= {"a"}
    publish_whole = published.publish_whole
    with monkeypatch.context() as patched:
        patched.setattr(published, "publish_whole", lambda *_args, **_named: False)
        run = line.reprocess(atomic=True)
        line.work()  # its last two chunks ended at the same moment: the sweep is to publish it
    assert published.publish_whole is publish_whole
    monkeypatch.setattr(here.store, "now", lambda _connection: 7e9)
    upkeep.sweep()
    with here.store.read() as connection:
        made = connection.execute(
            select(publications.c.cause, publications.c.published_at).where(
                publications.c.run_id == run
            )
        ).all()
    assert {tuple(row) for row in made} == {("run", 7e9), ("print", 7e9)}


def test_the_index_is_filled_no_further_once_other_work_has_come(
    line: Any, here: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.submit(*(f"region {n}市\ngdp {n}\n" for n in range(23)))
    line.work()
    take_up, taken = text_index._take_up, []

    def first_and_a_submission(connection: Connection, *, after: int, most: int) -> list[int]:
        if not taken:
            run = runs.create(connection, kind="submission", priority="bulk", label="", now=0.0)
            arrival = Arrival(file=0, name="b.txt", content=b"gdp 1")
            submissions.add(connection, run, [arrival], priority="bulk", now=0.0)
            runs.seal(connection, run, priority="bulk", now=0.0)
        found = take_up(connection, after=after, most=most)
        taken.extend(found)
        return found

    monkeypatch.setattr(text_index, "_take_up", first_and_a_submission)
    upkeep.index_texts()
    assert taken == [1, 2, 3, 4, 5]
    upkeep.index_texts()
    assert taken == [1, 2, 3, 4, 5]
    upkeep.index_texts(busy_seconds=60.0)
    assert taken == list(range(1, 24))
    line.work()
    upkeep.index_texts()
    assert taken == list(range(1, 25))


def test_the_index_is_filled_beside_work_that_waits_for_no_process(
    line: Any, here: Context
) -> None:
    line.submit(*(f"region {n}市\ngdp {n}\n" for n in range(23)))
    line.work()
    line.submit("region 甲市\ngdp 1\n")
    assert line._claim() is not None  # a worker has it
    upkeep.index_texts()
    with here.store.read() as connection:
        assert window.is_busy(connection)
        assert text_index.knows_all(connection)


def test_the_sweep_forgets_only_uploads_that_gave_no_sign_of_life(line: Any, here: Context) -> None:
    with here.store.write() as connection:
        now = here.store.now(connection)
        silent, alive = (
            runs.create(connection, kind="submission", priority="bulk", label="", now=now)
            for _ in range(2)
        )
        for run in (silent, alive):
            arrival = Arrival(file=0, name="a.txt", content=b"%d" % run)
            submissions.add(connection, run, [arrival], priority="bulk", now=now)
        connection.execute(
            update(runs.runs).where(runs.runs.c.id == silent).values(touched_at=now - 3600)
        )
    upkeep.sweep()
    with here.store.read() as connection:
        assert [row["id"] for row in runs.newest(connection, limit=9)] == [alive]
        assert len(connection.execute(select(sources.c.sha256)).all()) == 1


def test_pruning_goes_on_in_the_next_task_when_its_time_is_over(
    line: Any, here: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_BATCH_DOCUMENTS", 1)
    line.submit(TEXT, TEXT + "b 1\n", TEXT + "c 1\n")
    line.work()
    line.indicators |= {"a"}
    line.reprocess()
    line.work()
    clock = iter(range(0, 10_000, 30))  # a look at it takes 30 s; a task has 45 s
    monkeypatch.setattr(reprocessing, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(reprocessing.prune, "apply_async", lambda *, kwargs: sent.append(kwargs))
    reprocessing.prune()
    for tasks in (1, 2, 3):
        assert [each["after"] for each in sent] == [1, 2, 3][:tasks]
        reprocessing.prune(**sent[-1])
    assert len(sent) == 3
    assert retention.prune(line.store, keep=0).forgotten.extractions == 0


@pytest.mark.parametrize("at", ["", "03:30"])
def test_beat_prunes_at_night_only_when_it_is_told_to(tmp_path: Path, at: str) -> None:
    schedule = configure(Settings(data_dir=tmp_path, nightly_prune=at)).conf.beat_schedule
    assert ("nightly prune" in schedule) == bool(at)
    if at:
        entry = schedule["nightly prune"]
        assert (entry["task"], entry["schedule"].hour, entry["schedule"].minute) == (
            "zhibiao.prune",
            {3},
            {30},
        )


def _clean(line: Any, raw: Any) -> CleanText:
    clean: CleanText = type(line).clean(line, raw)[0]
    return clean
