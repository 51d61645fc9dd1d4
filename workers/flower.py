"""Flower is never open: however it is started, it has an address and a password from the settings.

By itself it listens on all addresses and lets everybody in, and it splits a password at commas. It
forgets everything when it ends, and remembers 100,000 tasks until then.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping

import click
from tornado.options import options

from zhibiao.errors import ZhibiaoError
from zhibiao.settings import Settings
from zhibiao.tokens import ensure_flower_credential

SAVE_SECONDS = 1.0  # between two looks at whether Flower has something new to keep

# What the embedded stack decides by itself, by settings of its own.
STACK_VARIABLES = (
    "FLOWER_ADDRESS",
    "FLOWER_PORT",
    "FLOWER_UNIX_SOCKET",
    "FLOWER_BASIC_AUTH",
    "FLOWER_AUTH",
    "FLOWER_URL_PREFIX",
)
PREFIX = "flower"  # the API serves it under the same one, so that its links fit both


def _defaults(settings: Settings) -> dict[str, str]:
    """Flower's options where nobody has chosen others."""
    return {
        "FLOWER_PORT": str(settings.flower_port),
        "FLOWER_URL_PREFIX": PREFIX,
        # Its own columns leave the arguments out, and ours are made to be read: "run 3, 16
        # documents, bulk". The worker's does not fit a laptop's screen beside the others; the
        # last one leads to it and to the rest.
        "FLOWER_TASKS_COLUMNS": "name,kwargs,state,received,runtime,uuid",
        "FLOWER_MAX_TASKS": "5000",  # some 10 kB each with their events
        "FLOWER_PERSISTENT": "true",
        "FLOWER_DB": str(settings.data_dir.absolute() / "flower" / "history"),
        "FLOWER_STATE_SAVE_INTERVAL": f"{SAVE_SECONDS * 1000:.0f}",
        # Workers in containers have a new name with each start, and the history keeps them all.
        "FLOWER_PURGE_OFFLINE_WORKERS": "86400",
    }


def origin(settings: Settings, environment: Mapping[str, str]) -> str:
    """Where the embedded stack's Flower listens."""
    scheme = "https" if environment.get("FLOWER_CERTFILE") else "http"
    return f"{scheme}://{settings.host}:{settings.flower_port}"


def address(settings: Settings, environment: Mapping[str, str]) -> str:
    """Where its pages are, for whoever does not come through the API."""
    return f"{origin(settings, environment)}/{PREFIX}"


def protect(settings: Settings) -> None:
    """Have Flower take its address and credentials from the settings, unless it is given others.

    Called before Flower reads its options, which it does from the environment, the command line
    and a file, in this order.
    """
    for name, value in _defaults(settings).items():
        os.environ.setdefault(name, value)
    options.add_parse_callback(lambda: _close(settings))


def _close(settings: Settings) -> None:
    """Close what the options leave open. Raises ClickException where that cannot be done."""
    if not options.address:
        options.address = settings.host
    given = [each for each in options.basic_auth or () if each]
    own = _own_credential(settings) if not given and not options.auth else None
    if own is None:
        for each in given:
            _check(each)
    options.basic_auth = given if own is None else [own]
    # Here, for Flower alone: workers and beat call `protect` too, and do without its modules.
    from workers.flower_history import keep_history
    from workers.flower_paths import lead_to_prefix

    keep_history()
    lead_to_prefix()
    logging.getLogger("flower.command").addFilter(_is_no_list_of_tasks)


def _is_no_list_of_tasks(record: logging.LogRecord) -> bool:
    """Flower begins with all tasks' names, a line each."""
    return not str(record.msg).startswith("Registered tasks")


def _own_credential(settings: Settings) -> str:
    try:
        return ensure_flower_credential(settings)
    except (ZhibiaoError, OSError) as error:
        raise click.ClickException(
            f"Flower has no password, and does not start without one: {error}"
        ) from error


def _check(given: str) -> None:
    """Raises ClickException for what is no credential, such as a piece of a split password."""
    user, colon, password = given.partition(":")
    if not user or not colon or not password or not given.isascii():
        raise click.ClickException(
            "Flower takes user:password in ASCII for its basic_auth, several of them joined by "
            "commas, and what was given is not that. For a password with a comma set "
            "ZHIBIAO_FLOWER_BASIC_AUTH instead of FLOWER_BASIC_AUTH or --basic_auth."
        )
