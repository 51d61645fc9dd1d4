"""The edge where Celery's commands start: settings are read here, and the app is configured."""

from __future__ import annotations

import os

from tasks.app import configure
from workers import flower, lifecycle
from zhibiao.settings import load_settings

# Flower's own default leaves the arguments out, and ours are made to be read: "run 3, 16
# documents, bulk". More columns do not fit a laptop's screen, and the name leads to the rest. It
# takes its options from the environment, after it has loaded this module.
os.environ.setdefault("FLOWER_TASKS_COLUMNS", "name,kwargs,state,received,runtime,worker")

# It remembers that many tasks, some 10 kB each with their events, and by default 20 times as many.
os.environ.setdefault("FLOWER_MAX_TASKS", "5000")

_settings = load_settings()
app = configure(_settings)
# However beat is started, it goes by its steady clock.
app.conf.beat_scheduler = "workers.beat:SteadyScheduler"
lifecycle.connect(app, _settings)
flower.protect(_settings)
