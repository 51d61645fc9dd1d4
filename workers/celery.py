"""The edge where Celery's commands start: settings are read here, and the app is configured."""

from __future__ import annotations

from tasks.app import configure
from workers import lifecycle
from zhibiao.settings import load_settings

_settings = load_settings()
app = configure(_settings)
lifecycle.connect(app, _settings)
