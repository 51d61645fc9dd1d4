"""Every broker that a URL can name reaches the transport as it wants it."""

from __future__ import annotations

import socket
import ssl
import time
from pathlib import Path

import pytest
from kombu import Connection

from tasks.broker import broker_of
from tasks.health import report
from tasks.queues import QUEUES
from zhibiao.settings import Settings
from zhibiao.store import Store


def settings(url: str, folder: Path = Path("/nowhere")) -> Settings:
    return Settings(data_dir=folder, broker_url=url)


def connection(url: str) -> Connection:
    broker = broker_of(settings(url))
    return Connection(broker.url, transport_options=broker.options)


def test_a_remote_redis_takes_its_password_and_database() -> None:
    found = connection("redis://:secret@redis.example:6380/2")
    assert (found.hostname, found.port, found.password) == ("redis.example", 6380, "secret")
    assert found.virtual_host == "2"


@pytest.mark.parametrize("scheme", ["rediss", "valkeys"])
def test_redis_over_tls_has_its_certificate_checked(scheme: str) -> None:
    found = connection(f"{scheme}://:secret@redis.example:6380/0")
    assert found.transport_cls == "rediss"
    assert found.ssl == {"ssl_cert_reqs": ssl.CERT_REQUIRED}


def test_certificate_checking_can_be_turned_off_by_the_url() -> None:
    found = connection("rediss://redis.example:6380/0?ssl_cert_reqs=none")
    assert found.ssl == {"ssl_cert_reqs": ssl.CERT_NONE}


def test_valkey_is_spoken_to_as_redis() -> None:
    assert connection("valkey://valkey.example/0").transport_cls == "redis"


def test_sentinels_are_asked_for_the_master_that_the_url_names() -> None:
    found = connection(
        "sentinel://:pw@one:26379;sentinel://:pw@two:26379/0?master_name=zb&sentinel_password=s"
    )
    assert found.transport_cls == "sentinel"
    assert len(found.alt) == 2
    assert found.transport_options["master_name"] == "zb"
    assert found.transport_options["sentinel_kwargs"] == {"password": "s"}


def test_rabbitmq_keeps_every_queue_as_a_quorum_queue() -> None:
    broker = broker_of(settings("amqp://user:pw@rabbit.example/zhibiao"))
    assert not broker.is_redis
    assert broker.queue_arguments == {"x-queue-type": "quorum"}
    assert broker.options == {"read_timeout": 4.0, "write_timeout": 4.0}
    assert len(QUEUES) == len(set(QUEUES))


def test_a_broker_that_connects_and_never_answers_is_reported_within_seconds(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
        started = time.monotonic()
        found = report(settings(url, tmp_path), store)
        store.close()
    assert not found["broker"]["ok"]
    assert time.monotonic() - started < 60  # some 4 s on an idle machine
