"""Where the service is that a command or a notebook speaks to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
