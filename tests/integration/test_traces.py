"""A trace goes from the request through every stage of each of its documents."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import httpx
import psutil
import pytest
from databases import sqlite_and_postgres_if_long
from otlp_collector import Collector, ReceivedSpan, collector
from waiting import wait_until

from zhibiao import tracing
from zhibiao.testing.reports import generate_many

TOKEN = "a-token-of-this-test-that-is-long"
STAGES = ("read", "clean", "segment", "extract")
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@contextmanager
def api(stack: Any, **environment: str) -> Iterator[httpx.Client]:
    """A real API process over the stack's store and broker, on a port of the system's choice."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api"],
        env={
            **os.environ,
            "ZHIBIAO_DATA_DIR": str(stack.settings.data_dir),
            "ZHIBIAO_DATABASE_URL": stack.settings.store_url,
            "ZHIBIAO_BROKER_URL": stack.settings.celery_broker_url,
            "ZHIBIAO_PORT": "0",
            "ZHIBIAO_TOKEN": TOKEN,
            **environment,
        },
    )
    try:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"http://127.0.0.1:{listening_port(process.pid)}"
        with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
            yield client
    finally:
        process.terminate()
        process.wait(20)


def listening_port(pid: int) -> int:
    def ports() -> list[int]:
        found = psutil.Process(pid).net_connections("tcp")
        return [each.laddr.port for each in found if each.status == psutil.CONN_LISTEN]

    wait_until(ports, seconds=120, why=lambda: "the API does not listen")
    return ports()[0]


def submitted(client: httpx.Client, files: dict[str, bytes]) -> int:
    answer = client.post(
        "/v1/runs",
        files=[("files", (name, content)) for name, content in files.items()],
        headers={"traceparent": f"00-{TRACE}-{CALLER}-01"},
    )
    assert answer.status_code in (201, 202), answer.text
    return int(answer.json()["id"])


def above(found: Collector, span: ReceivedSpan) -> list[str]:
    """The names of the spans that a span is in, its own one first."""
    known = {each.id: each for each in found.spans}
    names = []
    at: ReceivedSpan | None = span
    while at is not None:
        names.append(at.name)
        at = known.get(at.parent)
    return names


@pytest.mark.long
@sqlite_and_postgres_if_long
@pytest.mark.parametrize("files", [pytest.param(1, marks=pytest.mark.exhaustive), 4])
def test_a_trace_goes_from_the_request_through_each_documents_stages(
    stack: Any, files: int
) -> None:
    reports = {f"{each.name}.txt": each.text.encode() for each in generate_many(files, 1)}
    with collector() as found:
        with api(stack, ZHIBIAO_TRACES_URL=found.url) as client:
            client.get("/healthz").raise_for_status()
            run = submitted(client, reports)
            worker = stack.start_worker(ZHIBIAO_TRACES_URL=found.url)
            assert stack.wait(run).done == files
            found.wait(lambda spans: sum(s.name in STAGES for s in spans) >= 4 * files)
        worker.terminate()
        worker.wait(30)
        found.wait(lambda spans: any(span.name == "POST /v1/runs" for span in spans))
    mine = [span for span in found.spans if span.trace == TRACE]
    (request,) = [span for span in mine if span.name == "POST /v1/runs"]
    assert (request.part, request.parent) == ("api", CALLER)
    passed = {
        (str(span.facts["zhibiao.name"]), span.name)
        for span in mine
        if span.part == "worker" and span.name in STAGES
    }
    assert passed == {(name, stage) for name in reports for stage in STAGES}
    for span in mine:
        if span.name in STAGES:
            own, task, *rest = above(found, span)
            assert own == span.name
            assert task.removeprefix("zhibiao.") in STAGES
            assert rest == ["POST /v1/runs"]
    assert any(span.name == "commit" for span in mine)
    assert not any("healthz" in span.name for span in found.spans)


@pytest.mark.long
def test_a_document_that_cannot_be_read_is_a_failed_span(stack: Any) -> None:
    with collector() as found, api(stack, ZHIBIAO_TRACES_URL=found.url) as client:
        run = submitted(client, {"empty.txt": b" \n", "bad.pdf": b"%PDF-1.4 broken"})
        stack.start_worker(ZHIBIAO_TRACES_URL=found.url)
        assert stack.wait(run).quarantined == 2
        found.wait(lambda spans: sum(s.name == "read" for s in spans) >= 2)
    failed = {s.facts["zhibiao.name"]: s.failed or "" for s in found.spans if s.name == "read"}
    assert "EmptySource" in failed["empty.txt"]
    assert "bad.pdf" in failed["bad.pdf"]


@pytest.mark.long
def test_a_collector_that_is_away_costs_no_document(stack: Any) -> None:
    nowhere = "http://127.0.0.1:9/v1/traces"
    with api(stack, ZHIBIAO_TRACES_URL=nowhere) as client:
        run = submitted(client, {each.name: each.text.encode() for each in generate_many(2, 1)})
        stack.start_worker(ZHIBIAO_TRACES_URL=nowhere)
        assert stack.wait(run).done == 2


def test_by_default_nothing_that_makes_or_sends_spans_is_imported() -> None:
    script = (
        "import sys, workers.lifecycle, tasks.stages, api.main, zhibiao.cli.main\n"
        "sending = ('opentelemetry.sdk.trace', 'opentelemetry.exporter')\n"
        "sys.exit(', '.join(m for m in sys.modules if m.startswith(sending)) or 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    assert tracing.carried() is None
    with tracing.span("nothing") as one, tracing.span("nothing") as other:
        one.fail("unheard")
    assert one is other


def test_traces_without_the_extra_are_refused_before_a_worker_forks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tracing, "find_spec", lambda _: None)
    with pytest.raises(tracing.NoOpenTelemetry, match=r"zhibiao\[otel\]"):
        tracing.start("http://127.0.0.1:9", share=1, part="api")
    assert tracing.provider() is None


def test_an_exporter_of_another_kind_is_not_what_sends_traces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [each for each in sys.modules if each.startswith("opentelemetry.exporter.otlp")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp", None)
    assert find_spec("opentelemetry.exporter") is not None
    with pytest.raises(tracing.NoOpenTelemetry, match="not installed"):
        tracing.check()
    monkeypatch.undo()
    tracing.check()
