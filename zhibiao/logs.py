"""Logging: one line an event, on standard error."""

from __future__ import annotations

import logging
import sys


def configure_logging(level: str) -> None:
    """Set the root logger up once, for a process of ours."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s", "%H:%M:%S")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # A line for every message sent, received and done: Flower shows these.
    for name in ("celery.worker.strategy", "celery.app.trace", "celery.beat", "httpx", "alembic"):
        logging.getLogger(name).setLevel("WARNING")
