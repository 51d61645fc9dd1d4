"""How the parts are, Flower among them."""

from __future__ import annotations

import time

import httpx

from api.flower import PATH, is_verified
from tasks import health
from zhibiao.settings import Settings
from zhibiao.store import Store

_ANSWER_SECONDS = 2.0
# Work goes on without Flower, so that it is not waited for any longer.
_WAIT_SECONDS = 180.0


class FlowerWatch:
    """Whether Flower receives events: waited for when the service starts, only told ever after.

    What is submitted before it does, Flower never shows.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waits_until = time.monotonic() + _WAIT_SECONDS

    def look(self) -> dict[str, object]:
        """`{"ok": bool, "detail": str}`."""
        if self._hears():
            self._waits_until = 0.0
            return {"ok": True, "detail": "Receives events."}
        if time.monotonic() < self._waits_until:
            return {"ok": False, "detail": "It receives no events yet."}
        return {"ok": True, "detail": "It does not answer; work goes on without it."}

    def _hears(self) -> bool:
        """Whether this Flower, and not one before it, has heard of a worker."""
        origin = self._settings.flower_origin
        try:
            answer = httpx.get(
                f"{origin}{PATH}/metrics",
                timeout=_ANSWER_SECONDS,
                trust_env=False,
                verify=is_verified(origin),
            )
        except httpx.TransportError:
            return False
        return "flower_worker_online{" in answer.text


def report(settings: Settings, store: Store, flower: FlowerWatch) -> health.Report:
    """As `health.report`; Flower is a part of it where the settings say where it is."""
    found = health.report(settings, store)
    return found | {"flower": flower.look()} if settings.flower_url else found
