"""Flower's pages are under a prefix; whoever asks for one without it is led there."""

from __future__ import annotations

from flower.options import options
from flower.urls import settings
from tornado.web import RequestHandler


class _ToPrefix(RequestHandler):
    def get(self) -> None:
        self.redirect(f"/{options.url_prefix.strip('/')}{self.request.uri}")


def lead_to_prefix() -> None:
    """What no page of Flower's answers is answered by this."""
    if (options.url_prefix or "").strip("/"):
        settings["default_handler_class"] = _ToPrefix
