"""What `python -m api` serves. The edge where the settings are read."""

from __future__ import annotations

from api.app import create_app
from tasks.outages import log_outages_once
from zhibiao.logs import configure_logging
from zhibiao.settings import load_settings

settings = load_settings()
configure_logging(settings.log_level, settings.log_format)
log_outages_once()
app = create_app(settings)
