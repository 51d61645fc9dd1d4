"""What every task has in common."""

from __future__ import annotations

import pytest

from tasks.app import BoundedTask, OutOfMemory, app, configure
from zhibiao.settings import Settings


def test_a_want_of_memory_never_leaves_a_task_as_such() -> None:
    class Hungry(BoundedTask):
        name = "hungry"

        def run(self) -> None:
            raise MemoryError

    with pytest.raises(OutOfMemory):
        Hungry()()


def test_every_task_of_ours_is_bounded() -> None:
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if name.startswith("zhibiao.")]
    assert len(ours) >= 7
    assert all(isinstance(task, BoundedTask) for task in ours)


def test_a_child_is_replaced_before_it_reaches_its_memory_limit() -> None:
    settings = Settings(child_memory_mb=1000, broker_url="redis://nowhere")
    assert configure(settings).conf.worker_max_memory_per_child == 800 * 1024
