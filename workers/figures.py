"""A worker's own figures for Prometheus: its memory, and how often it lost the broker.

Off unless ZHIBIAO_WORKER_METRICS_PORT is set. They ask for the admin token, as the API's do of
those who have no key: a worker looks no key up.
"""

from __future__ import annotations

import hmac
import logging
import threading
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import psutil
from celery import bootsteps
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from zhibiao.settings import Settings
from zhibiao.tokens import CurrentToken, check_exposed

log = logging.getLogger(__name__)

_PARSER = "zhibiao.sandbox"


class Figures(bootsteps.StartStopStep):  # type: ignore[misc]  # celery has no types
    """Started anew with every connection to the broker."""

    requires = ("celery.worker.consumer.connection:Connection",)
    settings: ClassVar[Settings | None] = None  # set where the app is configured
    connections: ClassVar[int] = 0  # of this process, so far

    def start(self, parent: Any) -> None:
        Figures.connections += 1
        if Figures.connections == 1 and self.settings is not None:
            _serve(self.settings)


def registry() -> CollectorRegistry:
    """The figures of the process that asks, as it and its children are at that moment."""
    made = CollectorRegistry(auto_describe=False)
    made.register(_WorkerCollector())
    return made


class _WorkerCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        memory = GaugeMetricFamily(
            "zhibiao_worker_memory_bytes",
            "Resident memory of the worker's processes: its parent, children, and their parsers.",
            labels=["part"],
        )
        for part, used in _memory().items():
            memory.add_metric([part], used)
        yield memory
        yield CounterMetricFamily(
            "zhibiao_worker_broker_reconnects",
            "How often the worker has lost the broker and found it again.",
            value=max(Figures.connections - 1, 0),
        )


def _memory() -> dict[str, int]:
    found = {"parent": psutil.Process().memory_info().rss, "children": 0, "parsers": 0}
    for child in psutil.Process().children(recursive=True):
        try:
            part = "parsers" if _PARSER in child.cmdline() else "children"
            found[part] += child.memory_info().rss
        except psutil.Error:  # it has just ended
            continue
    return found


def _serve(settings: Settings) -> None:
    port = settings.worker_metrics_port
    if not port:
        return
    check_exposed(settings)
    figures = make_wsgi_app(registry())
    token = CurrentToken(settings)

    def guarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_AUTHORIZATION", "").encode("utf-8", "surrogatepass")
        if hmac.compare_digest(given, f"Bearer {token()}".encode()):
            answer: Iterable[bytes] = figures(environ, start_response)
            return answer
        start_response("401 Unauthorized", [("WWW-Authenticate", "Bearer")])
        return []

    try:
        server = make_server(settings.host, port, guarded, handler_class=_Quiet)
    except OSError as error:  # another worker of this machine has the port
        log.warning("no figures at %s:%s: %s", settings.host, port, error.strerror)
        return
    threading.Thread(target=server.serve_forever, name="figures", daemon=True).start()


class _Quiet(WSGIRequestHandler):
    timeout = 10  # seconds for a request to come: they are answered one by one

    def log_message(self, *_: Any) -> None:
        """Nothing: Prometheus asks every few seconds."""
