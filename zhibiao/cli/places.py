"""The service that a command speaks to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhibiao.client import Client


def connect(data_dir: Path | None = None) -> Client:
    """A client for the service of the settings. Raises NoToken, SettingsError."""
    from zhibiao.client import Client
    from zhibiao.places import service_url
    from zhibiao.settings import load_settings
    from zhibiao.tokens import find_token

    settings = load_settings(data_dir=data_dir)
    return Client(service_url(settings), find_token(settings))
