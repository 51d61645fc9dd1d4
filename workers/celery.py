"""The edge where Celery's commands start: settings are read here, and the app is configured."""

from __future__ import annotations

from tasks.app import configure
from workers import flower, lifecycle
from zhibiao.settings import load_settings

_settings = load_settings()
app = configure(_settings)
# However beat is started, it goes by its steady clock.
app.conf.beat_scheduler = "workers.beat:SteadyScheduler"
app.conf.worker_pool = "workers.pool:Pool"
lifecycle.connect(app, _settings)
flower.protect(_settings)
