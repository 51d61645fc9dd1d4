"""Traces by OpenTelemetry, of requests and of what becomes of their documents. Off by default.

Without `start` nothing here imports OpenTelemetry, and a span is a call that does nothing. A run
keeps the trace that it was begun in; whoever works on it later takes it up from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from zhibiao import __version__
from zhibiao.errors import ZhibiaoError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

EXTRA = "zhibiao[otel]"
_EXPORTER = "opentelemetry.exporter.otlp.proto.http"  # one of several exporters there are
_HEADER = "traceparent"  # of the W3C's recommendation "Trace Context"


class NoOpenTelemetry(ZhibiaoError):
    """Traces are asked for, and what sends them is not installed."""

    code = "no_opentelemetry"


class Span(Protocol):
    """A stretch of work that is measured."""

    def fail(self, message: str) -> None:
        """It came to nothing, and why."""


class _NoSpan:
    def fail(self, message: str) -> None:
        pass


class _OpenSpan:
    def __init__(self, span: Any) -> None:
        self._span = span

    def fail(self, message: str) -> None:
        from opentelemetry.trace import Status, StatusCode

        self._span.set_status(Status(StatusCode.ERROR, message))


_NOTHING: nullcontext[Span] = nullcontext(_NoSpan())
_provider: TracerProvider | None = None  # of this process; OpenTelemetry's own is global too


def check() -> None:
    """Raises NoOpenTelemetry where `start` would."""
    if not all(map(_is_installed, ("opentelemetry.sdk", _EXPORTER))):
        raise NoOpenTelemetry(
            f"ZHIBIAO_TRACES_URL is set, and OpenTelemetry is not installed: pip install "
            f"'{EXTRA}', or unset it."
        )


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # nor is what it is in
        return False


def start(url: str, *, share: float, part: str) -> None:
    """Send this process's spans to an OTLP collector (over HTTP), in a thread of its own.

    Call it after a fork. `share` of the traces that begin here are sent, 0 to 1; of those that
    began elsewhere, what was decided there. A collector that is away costs spans and nothing else.
    Raises NoOpenTelemetry.
    """
    global _provider
    check()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

    named = {"service.name": "zhibiao", "service.version": __version__, "zhibiao.part": part}
    stop()
    _provider = TracerProvider(
        resource=Resource.create(named),
        sampler=ParentBasedTraceIdRatio(share),
        shutdown_on_exit=False,
    )
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))


def stop() -> None:
    """Send what is left, and no more."""
    global _provider
    if _provider is not None:
        _provider.shutdown()
        _provider = None


def provider() -> TracerProvider | None:
    """For libraries that make spans of their own; None while traces are off."""
    return _provider


def span(
    name: str, /, *, within: str | None = None, **facts: str | int | None
) -> AbstractContextManager[Span]:
    """Measure what is done in the `with` block; an exception out of it is its failure.

    `within`: what `carried` said where the work was begun; None: of this process's open span.
    Facts become attributes `zhibiao.NAME`; those that are None are left out.
    """
    return _NOTHING if _provider is None else _open(_provider, name, within, facts)


@contextmanager
def _open(
    provider: TracerProvider, name: str, within: str | None, facts: dict[str, str | int | None]
) -> Iterator[Span]:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    above = None
    if within is not None:
        above = TraceContextTextMapPropagator().extract({_HEADER: within})
    known = {f"zhibiao.{key}": value for key, value in facts.items() if value is not None}
    tracer = provider.get_tracer("zhibiao", __version__)
    with tracer.start_as_current_span(name, context=above, attributes=known) as opened:
        yield _OpenSpan(opened)


def carried() -> str | None:
    """The open span as a W3C traceparent; None without one, or while traces are off."""
    if _provider is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get(_HEADER)
