"""`python -m workers alive`: does the worker in this container do its work?"""

from __future__ import annotations

import sys
import time

from sqlalchemy.exc import SQLAlchemyError

from tasks.broker_backlog import waiting_messages
from tasks.queues import UPKEEP
from workers.pulse import DEAF_SECONDS, diagnose, signs
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.work import canaries


def check_alive(settings: Settings) -> int:
    """Say how the workers of this machine are; 0 when all are well, 1 when one is not or none is.

    A worker that waits for a broker which does not answer is well: to start it again would not
    help.
    """
    found = signs()
    if not found:
        sys.stdout.write("no worker of this user runs here\n")
        return 1
    waiting = waiting_messages(settings, [UPKEEP])
    others_hear = bool(waiting) or _somebody_hears(settings)
    now = time.monotonic()
    ill = 0
    for node, sign in found.items():
        problem = diagnose(
            sign, now=now, others_hear=others_hear, broker_answers=waiting is not None
        )
        ill += problem is not None
        sys.stdout.write(f"{node}: {problem or 'well'}\n")
    return 1 if ill else 0


def _somebody_hears(settings: Settings) -> bool:
    """Whether messages come: upkeep was sent or answered lately.

    When the store cannot tell, nobody is blamed.
    """
    store = Store(settings.store_url, patience_seconds=2)
    try:
        with store.read() as connection:
            now = store.now(connection)
            upkeep = [c for c in canaries.all_of(connection) if c.queue == UPKEEP]
    except SQLAlchemyError:
        return False
    finally:
        store.close()
    return any(
        now - canary.sent_at < DEAF_SECONDS or canary.silent_seconds(now) > 0 for canary in upkeep
    )
