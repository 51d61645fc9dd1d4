"""Logging: one line an event, on standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

# What is being worked on, in this process: run, documents, task.
_bound: ContextVar[Mapping[str, object]] = ContextVar("bound", default={})  # noqa: B039


def configure_logging(level: str, form: Literal["text", "json"] = "text") -> None:
    """Set the root logger up once, for a process of ours."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s", "%H:%M:%S")
    handler.setFormatter(_JSONFormatter() if form == "json" else text)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # A line for every message sent, received and done: Flower shows these.
    for name in ("celery.worker.strategy", "celery.app.trace", "celery.beat", "httpx", "alembic"):
        logging.getLogger(name).setLevel("WARNING")


def bind(**facts: object) -> None:
    """Have the lines of this process name these, where they are JSON, until it binds others."""
    _bound.set({name: value for name, value in facts.items() if value is not None})


def bind_also(**facts: object) -> None:
    """Name these beside what is bound."""
    bind(**{**_bound.get(), **facts})


class _JSONFormatter(logging.Formatter):
    """An object a line: time (ISO 8601, UTC), level, logger, message, what is bound, error."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_bound.get(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
