"""Prometheus metrics, read from the store at the time they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from zhibiao.store import Store, canaries, queue


class _StoreCollector(Collector):
    def __init__(self, store: Store) -> None:
        self.store = store

    def collect(self) -> Iterator[Metric]:
        with self.store.read() as connection:
            now = self.store.now(connection)
            states = queue.standing(connection)
            backlog = queue.backlog(connection)
            birds = canaries.all_of(connection)
        by_state = GaugeMetricFamily(
            "zhibiao_documents", "Documents by the state they stand in.", labels=["state"]
        )
        for state, count in states.items():
            by_state.add_metric([state], count)
        yield by_state
        yield GaugeMetricFamily(
            "zhibiao_backlog_documents", "Documents that are not at rest.", value=backlog
        )
        silent = GaugeMetricFamily(
            "zhibiao_queue_silent_seconds",
            "How long a queue has owed the answer to its canary; 0: it moves.",
            labels=["queue"],
        )
        for canary in birds:
            silent.add_metric([canary.queue], canary.silent_seconds(now))
        yield silent
        answered = GaugeMetricFamily(
            "zhibiao_queue_answered_seconds",
            "How long ago a worker last answered on a queue; it grows when none listens or beat "
            "is down.",
            labels=["queue"],
        )
        for canary in birds:
            if canary.answered_at is not None:
                answered.add_metric([canary.queue], now - canary.answered_at)
        yield answered


def exposition(store: Store) -> bytes:
    """The metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_StoreCollector(store))
    return generate_latest(registry)
