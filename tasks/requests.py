"""A worker's requests: each of their events says what task it is of.

Celery names a task in its first events only. Whoever begins to listen later, Flower after a restart
of its own, would know but the id: a row without a name.
"""

from __future__ import annotations

from typing import Any

from celery.worker.request import Request


class NamedRequest(Request):  # type: ignore[misc]  # celery has no types
    """Its events carry the task's name and arguments."""

    def send_event(self, type: str, **fields: Any) -> None:
        shown = {"name": self.name, "args": self.argsrepr, "kwargs": self.kwargsrepr}
        super().send_event(type, **shown, **fields)
