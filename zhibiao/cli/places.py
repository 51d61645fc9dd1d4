"""Where the service is that a command speaks to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhibiao.client import Client
    from zhibiao.settings import Settings

ADDRESS_FILE = "stack.json"  # written by a running embedded stack into its data dir


def service_url(settings: Settings) -> str:
    """ZHIBIAO_URL, else the stack that runs in the data dir, else the usual port."""
    if settings.url:
        return settings.url
    try:
        return str(json.loads((settings.data_dir / ADDRESS_FILE).read_text())["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"http://{settings.host}:{settings.port}"


def connect(data_dir: Path | None = None) -> Client:
    """A client for the service of the settings. Raises NoToken, SettingsError."""
    from zhibiao.client import Client
    from zhibiao.settings import load_settings
    from zhibiao.tokens import find_token

    settings = load_settings(data_dir=data_dir)
    return Client(service_url(settings), find_token(settings))
