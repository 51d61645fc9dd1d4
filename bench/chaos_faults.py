"""The faults, each of which ends by itself: what is broken is whole again when the call returns."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable

import httpx
import psutil
import redis
from sqlalchemy import update

from bench.chaos_stack import ChaosStack
from bench.chaos_submit import submit
from zhibiao.store.database.schema import runs

Fault = Callable[[ChaosStack, random.Random], None]


def kill_child(stack: ChaosStack, rng: random.Random) -> None:
    children = stack.children()
    if children:
        with contextlib.suppress(psutil.NoSuchProcess):
            rng.choice(children).kill()


def kill_worker(stack: ChaosStack, rng: random.Random) -> None:
    """The parent alone; its children find that out by themselves."""
    os.kill(rng.choice(stack.workers).pid, signal.SIGKILL)


def kill_beat(stack: ChaosStack, rng: random.Random) -> None:
    os.kill(stack.parts["beat"].pid, signal.SIGKILL)


def kill_api(stack: ChaosStack, rng: random.Random) -> None:
    """While a submission comes in; it is repeated under its key afterwards."""
    reports = [(f"本就要来-{rng.random()}.txt", "一份政府工作报告。" * 2000) for _ in range(3)]
    key = f"killed-{rng.random()}"
    begun = threading.Event()

    def halting() -> None:
        def lines() -> object:
            for name, text in reports:
                yield f'{{"name": "{name}", "text": "{text}"}}\n'.encode()
                begun.set()
                time.sleep(0.3)

        with contextlib.suppress(httpx.HTTPError), stack.client() as client:
            client.post(
                "/v1/runs",
                content=lines(),  # type: ignore[arg-type]
                headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": key},
            )

    sender = threading.Thread(target=halting)
    sender.start()
    begun.wait(10)
    time.sleep(0.2)
    os.kill(stack.parts["api"].pid, signal.SIGKILL)
    sender.join()
    if stack.short:  # the minute that a dead upload's key stays taken is over at once
        with stack.store.write() as connection:
            connection.execute(update(runs).where(runs.c.sealed_at.is_(None)).values(touched_at=0))
    run = submit(stack, reports, key=key)
    assert submit(stack, reports, key=key) == run  # the same again: nothing twice


def kill_redis(stack: ChaosStack, rng: random.Random) -> None:
    os.kill(stack.parts["redis"].pid, signal.SIGKILL)
    time.sleep(1)


def kill_redis_and_its_file(stack: ChaosStack, rng: random.Random) -> None:
    part = stack.parts["redis"]
    part.restarts = False
    part.end()
    shutil.rmtree(stack.folder / "appendonlydir", ignore_errors=True)
    (stack.folder / "appendonly.aof").unlink(missing_ok=True)
    part.start()
    part.restarts = True


def flush_redis(stack: ChaosStack, rng: random.Random) -> None:
    with contextlib.suppress(redis.RedisError), stack.redis() as client:
        client.flushall()


def kill_postgres(stack: ChaosStack, rng: random.Random) -> None:
    assert stack.postgres is not None
    stack.postgres.kill()
    time.sleep(1)
    for _ in range(20):
        try:
            stack.postgres.start()
        except Exception:  # the remains of the old one are still there
            time.sleep(0.5)
        else:
            return
    raise RuntimeError("PostgreSQL does not start again")


def freeze_postgres(stack: ChaosStack, rng: random.Random) -> None:
    """Stopped, it is still connected to and never answers; the API has to go on saying so."""
    assert stack.postgres is not None
    stack.postgres.signal(signal.SIGSTOP)
    try:
        begun = time.monotonic()
        with stack.client() as client:  # its time-out is a minute
            assert client.get("/healthz").status_code == 200
            assert client.get("/readyz").status_code == 503
        time.sleep(max(0.0, begun + (8 if stack.short else rng.choice([8, 20])) - time.monotonic()))
    finally:
        stack.postgres.signal(signal.SIGCONT)


def freeze_worker(stack: ChaosStack, rng: random.Random) -> None:
    worker = rng.choice(stack.workers)
    worker.restarts = False
    worker.signal(signal.SIGSTOP)
    time.sleep(stack.settings.lease_seconds + 1)
    worker.signal(signal.SIGCONT)
    worker.restarts = True


def fill_disk(stack: ChaosStack, rng: random.Random) -> None:
    ballast = stack.folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as sink:
        while True:
            sink.write(bytes(1_000_000))
    time.sleep(2 if stack.short else 4)
    ballast.unlink()
    if stack.postgres is not None:  # without room for its log it ends itself
        with contextlib.suppress(Exception):
            stack.postgres.start()


def jump_clock(stack: ChaosStack, rng: random.Random) -> None:
    """Two hours ahead, then two hours behind, then right again."""
    for offset in (7200, -7200, 0):
        stack.set_clock(offset)
        time.sleep(1 if stack.short else 2.5)


def mute_redis(stack: ChaosStack, rng: random.Random) -> None:
    """Stopped, it is still connected to and never answers."""
    part = stack.parts["redis"]
    part.restarts = False
    part.signal(signal.SIGSTOP)
    time.sleep(3 if stack.short else rng.choice([4, 13]))
    part.signal(signal.SIGCONT)
    part.restarts = True


FAULTS: dict[str, Fault] = {
    "worker child killed": kill_child,
    "worker's parent killed": kill_worker,
    "beat killed": kill_beat,
    "API killed in a submission": kill_api,
    "Redis killed": kill_redis,
    "Redis killed, its file lost": kill_redis_and_its_file,
    "Redis emptied": flush_redis,
    "PostgreSQL killed": kill_postgres,
    "PostgreSQL frozen": freeze_postgres,
    "worker frozen beyond its lease": freeze_worker,
    "disk full": fill_disk,
    "clock jumps": jump_clock,
    "Redis connected but mute": mute_redis,
}


def possible(stack: ChaosStack) -> tuple[dict[str, Fault], dict[str, str]]:
    """What can be done to this stack, and what not, with the reason."""
    impossible: dict[str, str] = {}
    if stack.postgres is None:
        impossible |= {kind: "the store is SQLite" for kind in FAULTS if "PostgreSQL" in kind}
    if not stack.own_disk:
        impossible["disk full"] = "no tmpfs may be mounted here"
    if stack.clock is None:
        impossible["clock jumps"] = "there is no C compiler"
    return {k: v for k, v in FAULTS.items() if k not in impossible}, impossible
