"""Two nodes that share nothing but PostgreSQL and Redis, over TCP; one loses its power.

`python -m bench.two_nodes [--reports 600] [--lease-seconds 12] [--rounds 3]`: a run on both nodes
undisturbed, then runs in each of which one node is killed, with all of its processes, and does not
come back. Prints how long it took until the next report was done, and until the other node had
taken over what the dead one held: that waits for its leases to expire, and then for its turn.
Fails where a report is lost, done twice, or comes out otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import redis
from sqlalchemy import func, select

from bench.chaos import await_rest, observed, reports_of
from bench.chaos_stack import Process, signal_family
from bench.chaos_submit import submit
from bench.postgres_server import tcp_postgres
from bench.redis_server import redis_server
from bench.stack import client_of, logs_in
from zhibiao.domain import State
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.database.schema import work
from zhibiao.testing.folders import short_base
from zhibiao.testing.ports import free_port

NODES = ("north", "south")
_PATIENCE_SECONDS = 300.0


@dataclass
class TwoNodes:
    """The services, a node with API and beat, and the two with workers."""

    folder: Path
    store: Store
    base_url: str
    token: str
    parts: dict[str, Process]

    def client(self) -> httpx.Client:
        return client_of(self.base_url, self.token, seconds=60)

    def logs(self) -> str:
        return logs_in(self.folder)

    def held_by(self, node: str) -> set[int]:
        """The work that is under a lease of the node's."""
        with self.store.read() as connection:
            query = select(work.c.id).where(
                work.c.state == State.RUNNING, work.c.lease.startswith(f"{node}@")
            )
            return set(connection.execute(query).scalars())

    def done(self) -> int:
        with self.store.read() as connection:
            query = select(func.count()).where(work.c.state == State.DONE)
            return int(connection.execute(query).scalar_one())

    def frozen_at_work(self, node: str) -> bool:
        """Stop the node, and let it go on where it holds nothing just now."""
        self.parts[node].signal(signal.SIGSTOP)
        if self.held_by(node):
            return True
        self.parts[node].signal(signal.SIGCONT)
        return False

    def kill(self, node: str) -> int:
        """The node's processes, none of which hears of it; how many there were."""
        family = signal_family(self.parts[node].pid, signal.SIGKILL)
        self.parts[node].end()
        psutil.wait_procs(family, timeout=10)
        return len(family)


@contextlib.contextmanager
def two_nodes(*, lease_seconds: float) -> Iterator[TwoNodes]:
    """Everything started and ready; ended by the ids of its processes.

    Raises SystemExit where PostgreSQL or Redis is not installed.
    """
    with (
        tempfile.TemporaryDirectory(
            prefix="zb-nodes-", dir=short_base(), ignore_cleanup_errors=True
        ) as name,
        tcp_postgres(Path(name)) as database_url,
        _redis(name) as broker_url,
    ):
        folder = Path(name)
        stack = _build(folder, database_url, broker_url, lease_seconds)
        upgrade(stack.store)
        try:
            for part in stack.parts.values():
                part.start()
            _await_ready(stack)
            yield stack
        finally:
            for part in stack.parts.values():
                part.end()
            stack.store.close()


@contextlib.contextmanager
def _redis(folder: str) -> Iterator[str]:
    port, password = free_port(), secrets.token_hex(16)
    client = redis.Redis(host="127.0.0.1", port=port, password=password, protocol=2)
    options = ("--bind", "127.0.0.1", "--port", str(port), "--requirepass", password)
    with redis_server(folder, client, *options, "--appendonly", "yes"):
        yield f"redis://:{password}@127.0.0.1:{port}/0"


def _build(folder: Path, database_url: str, broker_url: str, lease_seconds: float) -> TwoNodes:
    port, token = free_port(), secrets.token_hex(32)
    settings = {
        "DATABASE_URL": database_url,
        "BROKER_URL": broker_url,
        "TOKEN": token,
        "PORT": str(port),
        "LEASE_SECONDS": str(lease_seconds),
        "TASK_SECONDS": str(lease_seconds * 0.6),
        "GRACE_SECONDS": str(lease_seconds * 0.2),
        "RESEND_SECONDS": str(lease_seconds / 2),
    }
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ZHIBIAO_")}

    def part(name: str, *command: str) -> Process:
        own = folder / name  # a node has its own disk, and no socket of another's
        own.mkdir()
        variables = {f"ZHIBIAO_{key}": value for key, value in settings.items()}
        places = dict.fromkeys(("ZHIBIAO_DATA_DIR", "XDG_RUNTIME_DIR", "TMPDIR"), str(own))
        return Process(
            command=[sys.executable, "-m", *command],
            environment={**inherited, **variables, **places},
            log=folder / f"{name}.log",
        )

    celery = ("celery", "-A", "workers")
    parts = {
        "api": part("api", "api"),
        "beat": part("beat", *celery, "beat", "--pidfile="),
        **{
            node: part(
                node,
                *(*celery, "worker", "--concurrency=1", f"--hostname={node}@node"),
                "--loglevel=WARNING",
            )
            for node in NODES
        },
    }
    return TwoNodes(folder, Store(database_url), f"http://127.0.0.1:{port}", token, parts)


def _await_ready(stack: TwoNodes) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError), stack.client() as client:
            if client.get("/readyz").is_success:
                return
        time.sleep(0.2)
    raise TimeoutError("the nodes are not ready\n" + stack.logs())


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to."""

    accounts: dict[str, int]
    observations: bytes
    seconds: float
    processes: int = 0  # that were killed
    held: int = 0  # documents that the dead node held
    left: int = 0  # documents that were unfinished at that moment
    resumed_seconds: float = 0.0  # until another document was done
    first_seconds: float = 0.0  # until the first of those was under its lease no more
    last_seconds: float = 0.0  # until none was


def run(
    stack: TwoNodes, reports: Sequence[tuple[str, str]], *, killed: str | None = None
) -> Outcome:
    """Submit the reports and wait until all are at rest; kill a node when a third is done."""
    began = time.monotonic()
    submit(stack, reports, key=f"{killed}-{len(reports)}")
    processes, held, left = 0, set[int](), 0
    resumed, first, last = 0.0, 0.0, 0.0
    if killed is not None:
        _await(stack, lambda: stack.done() > len(reports) // 3)
        _await(stack, lambda: stack.frozen_at_work(killed))
        processes = stack.kill(killed)
        dead_since = time.monotonic()
        held, done = stack.held_by(killed), stack.done()
        left = len(reports) - done
        _await(stack, lambda: stack.done() > done)
        resumed = time.monotonic() - dead_since
        _await(stack, lambda: not held <= stack.held_by(killed))
        first = time.monotonic() - dead_since
        _await(stack, lambda: not stack.held_by(killed))
        last = time.monotonic() - dead_since
    accounts = await_rest(stack, seconds=_PATIENCE_SECONDS)
    return Outcome(
        accounts=accounts,
        observations=observed(stack, {name for name, _ in reports}),
        seconds=time.monotonic() - began,
        processes=processes,
        held=len(held),
        left=left,
        resumed_seconds=resumed,
        first_seconds=first,
        last_seconds=last,
    )


def _await(stack: TwoNodes, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("nothing came of it\n" + stack.logs())
        time.sleep(0.02)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=600)
    parser.add_argument("--lease-seconds", type=float, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ended early, it ends its nodes
    reports = reports_of(options.reports, seed=1)
    with two_nodes(lease_seconds=options.lease_seconds) as stack:
        reference = run(stack, reports)
    print(f"both nodes {reference.seconds:.0f} s, {reference.accounts['done']} done", flush=True)
    lost = reference.accounts["done"] != len(reports)
    for number in range(options.rounds):
        node = NODES[number % len(NODES)]
        with two_nodes(lease_seconds=options.lease_seconds) as stack:
            outcome = run(stack, reports, killed=node)
        same = outcome.observations == reference.observations
        print(
            f"{node} killed ({outcome.processes} processes, {outcome.held} documents held, "
            f"{outcome.left} unfinished): the next one done after {outcome.resumed_seconds:.1f} s; "
            f"with a lease of {options.lease_seconds:g} s the first that it held taken over after "
            f"{outcome.first_seconds:.1f} s, the last after {outcome.last_seconds:.1f} s; "
            f"{outcome.accounts['done']} done after {outcome.seconds:.0f} s, "
            f"the same observations: {same}",
            flush=True,
        )
        lost = lost or not same or outcome.accounts["done"] != len(reports)
    if lost:
        sys.exit("something was lost, done twice or came out otherwise")


if __name__ == "__main__":
    main()
