"""A backup that is taken in the middle of work: restored, the rest is done, and nothing differs.

The same with 1,000 reports and real workers: tests/integration/test_backups.py, marked long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from stored_stages import accounts

from zhibiao.backups import back_up, restore
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.queries.exports import observation_records
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.testing.reports import generate_many

REPORTS = 12


def test_a_backup_beside_work_shows_one_moment_and_the_rest_is_done_where_it_is_restored(
    service: Any, serve: Callable[..., Any], tmp_path: Path, postgres_url: str
) -> None:
    files = {
        f"{n:02}.txt": made.text.encode() for n, made in enumerate(generate_many(REPORTS, seed=5))
    }
    run = service.submit(files).json()["id"]
    working = threading.Thread(target=service.work)
    working.start()
    while working.is_alive() and accounts(service.store, run).done == 0:
        time.sleep(0.01)
    back_up(service.settings, tmp_path / "a.zip")
    behind = accounts(service.store, run)
    working.join()
    for database in ("", postgres_url):
        place = Settings(data_dir=tmp_path / (database and "postgres"), database_url=database)
        found = restore(place, tmp_path / "a.zip")
        assert (found.documents, found.unbalanced) == (REPORTS, ())
        restored = replace(service, settings=place, store=Store(place.store_url))
        back = accounts(restored.store, run)
        assert back.balanced
        assert back.running == 0
        assert 0 < back.done <= behind.done
        restored.work()
        assert accounts(restored.store, run) == accounts(service.store, run)
        assert exported(restored.store) == exported(service.store)
        restored.store.close()


def exported(store: Store) -> list[Any]:
    with store.read() as connection:
        return [
            {name: value for name, value in record.items() if name != "extraction_id"}
            for record in observation_records(connection, ObservationFilter())
        ]
