"""Prometheus metrics, read from the store at the time they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from zhibiao.store import Store
from zhibiao.store.work import canaries, figures, queue


class _StoreCollector(Collector):
    def __init__(self, store: Store) -> None:
        self.store = store

    def collect(self) -> Iterator[Metric]:
        with self.store.read() as connection:
            now = self.store.now(connection)
            states = queue.counts(connection)
            backlog = queue.backlog(connection)
            birds = canaries.all_of(connection)
            facts = figures.figures(connection, now=now)
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
        yield from _of_runs(facts)
        yield from _of_this_process()


def _of_runs(facts: figures.Figures) -> Iterator[Metric]:
    executed = CounterMetricFamily(
        "zhibiao_stage_documents", "Documents that stages were executed on.", labels=["stage"]
    )
    seconds = CounterMetricFamily(
        "zhibiao_stage_seconds",
        "Time that worker processes spent in stages; by the documents: the mean.",
        labels=["stage"],
    )
    for stage, execution in facts.stages.items():
        executed.add_metric([stage], execution.executed)
        seconds.add_metric([stage], execution.seconds)
    yield executed
    yield seconds
    failures = GaugeMetricFamily(
        "zhibiao_failures",
        "Documents that came to rest without a result, by state, stage and error code.",
        labels=["state", "stage", "code"],
    )
    for failure, count in facts.failures.items():
        failures.add_metric(list(failure), count)
    yield failures
    age = GaugeMetricFamily(
        "zhibiao_queue_age_seconds",
        "How long the oldest document of a priority has waited for its stage.",
        labels=["priority"],
    )
    for priority, waited in facts.oldest_seconds.items():
        age.add_metric([priority], waited)
    yield age
    yield GaugeMetricFamily(
        "zhibiao_takeovers_documents",
        "Unfinished documents whose worker was lost with them at least once.",
        value=facts.taken_over,
    )
    yield GaugeMetricFamily(
        "zhibiao_leases_expired_documents",
        "Documents under a lease that has expired: their worker is gone, nobody took over yet.",
        value=facts.expired,
    )


def _of_this_process() -> Iterator[Metric]:
    memory = psutil.Process().memory_info().rss
    yield GaugeMetricFamily(
        "zhibiao_api_memory_bytes", "Resident memory of the API's process.", value=memory
    )


def exposition(store: Store) -> bytes:
    """The metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_StoreCollector(store))
    return generate_latest(registry)
