"""A broker that refuses to write is named at once, and logged once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from kombu.exceptions import OperationalError as BrokerUnreachable
from sqlalchemy.exc import OperationalError

from tasks import health
from tasks.outages import OutagesOnce
from tasks.ringing import ring
from zhibiao.settings import Settings
from zhibiao.store import Store


def fill_its_memory(client: Any) -> None:
    client.config_set("maxmemory", 1)


def make_it_a_replica(client: Any) -> None:
    client.replicaof("127.0.0.1", 1)


def take_its_replicas(client: Any) -> None:
    client.config_set("min-replicas-to-write", 1)


def forbid_writing(client: Any) -> None:
    client.acl_setuser("default", enabled=True, categories=["+@all", "-@write"])


REFUSALS = {
    fill_its_memory: "its memory is full (maxmemory)",
    make_it_a_replica: "it is a read-only replica",
    take_its_replicas: "too few replicas are connected",
    forbid_writing: "its access rules do not allow",
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("refuse", "said"), REFUSALS.items(), ids=lambda case: str(case)[:20])
def test_readiness_says_at_once_why_redis_refuses_to_write(
    refuse: Callable[[Any], None], said: str, redis_server: Any, store: Store, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=store.url, broker_url=redis_server.url)
    assert health.report(settings, store)["broker"]["ok"] is True
    with redis.Redis(unix_socket_path=str(redis_server.socket)) as client:
        refuse(client)
    found = health.report(settings, store)["broker"]
    assert found["ok"] is False
    assert "refuses to write" in str(found["detail"])
    assert said in str(found["detail"])


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    once = OutagesOnce()
    caplog.handler.addFilter(once)
    yield caplog
    caplog.handler.removeFilter(once)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_is_tried_meanwhile_the_refusal_is_one_line_of_the_log(
    redis_server: Any, store: Store, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=store.url, broker_url=redis_server.url)
    with redis.Redis(unix_socket_path=str(redis_server.socket)) as client:
        fill_its_memory(client)
    for _ in range(5):
        assert ring(settings) is False
        health.report(settings, store)
    (line,) = [record for record in logged.records if "maxmemory" in record.getMessage()]
    assert line.exc_info is None
    assert "\n" not in line.getMessage()


def test_other_errors_keep_their_tracebacks_each_time(logged: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        try:
            raise ValueError("a defect")
        except ValueError:
            logging.getLogger("test").exception("it failed")
    assert [record.exc_info is not None for record in logged.records] == [True, True]


def refused(reason: str) -> Exception:
    return OperationalError("SELECT 1", {}, Exception(reason))


@pytest.mark.parametrize(
    "kind", [refused, redis.ConnectionError, redis.TimeoutError, BrokerUnreachable]
)
def test_a_database_or_broker_that_is_away_is_one_line_a_reason(
    logged: pytest.LogCaptureFixture, kind: Callable[[str], Exception]
) -> None:
    for reason in ("refused", "refused", "starting up"):
        error = kind(f"{reason}\nmore")
        logging.getLogger("test").error("task %s failed", 1, exc_info=error)
    told = [record.getMessage() for record in logged.records]
    assert all(reason in line for reason, line in zip(("refused", "starting"), told, strict=True))
    assert all("\n" not in line for line in told)
