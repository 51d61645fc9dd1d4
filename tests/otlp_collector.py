"""A collector of traces on 127.0.0.1: what is sent to it by OTLP over HTTP can be looked at."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from local_server import Handler, serving
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from waiting import wait_until


@dataclass(frozen=True, kw_only=True)
class ReceivedSpan:
    """What the collector keeps of a span."""

    trace: str
    id: str
    parent: str  # "": none
    name: str
    part: str  # api, worker
    facts: dict[str, str | int]
    failed: str | None  # why; None: it did not


@dataclass
class Collector:
    url: str = ""
    spans: list[ReceivedSpan] = field(default_factory=list)

    def wait(self, until: Callable[[list[ReceivedSpan]], bool], seconds: float = 60) -> None:
        wait_until(lambda: until(self.spans), seconds, why=lambda: self.spans)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            part = {a.key: a.value.string_value for a in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.spans.append(
                        ReceivedSpan(
                            trace=span.trace_id.hex(),
                            id=span.span_id.hex(),
                            parent=span.parent_span_id.hex(),
                            name=span.name,
                            part=part["zhibiao.part"],
                            facts={
                                a.key: a.value.string_value or a.value.int_value
                                for a in span.attributes
                            },
                            failed=span.status.message if span.status.code == 2 else None,
                        )
                    )


@contextmanager
def collector() -> Iterator[Collector]:
    found = Collector()

    class Exports(Handler):
        def answer(self) -> None:
            body = self.body()
            found.take(gzip.decompress(body) if "content-encoding" in self.headers else body)
            self.say(200)

    with serving(Exports) as url:
        found.url = f"{url}/v1/traces"
        yield found
