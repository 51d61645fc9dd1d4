"""Flower is never open: however it is started, it has an address and a password from the settings.

By itself it listens on all addresses and lets everybody in, and it splits a password at commas.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import click
from tornado.options import options

from zhibiao.errors import ZhibiaoError
from zhibiao.settings import Settings
from zhibiao.tokens import ensure_flower_credential

# What the embedded stack decides by itself, by settings of its own.
STACK_VARIABLES = (
    "FLOWER_ADDRESS",
    "FLOWER_PORT",
    "FLOWER_UNIX_SOCKET",
    "FLOWER_BASIC_AUTH",
    "FLOWER_AUTH",
)


def address(settings: Settings, environment: Mapping[str, str]) -> str:
    """Where the embedded stack's Flower is found, with its prefix behind a proxy."""
    scheme = "https" if environment.get("FLOWER_CERTFILE") else "http"
    prefix = environment.get("FLOWER_URL_PREFIX", "").strip("/")
    return f"{scheme}://{settings.host}:{settings.flower_port}" + (f"/{prefix}" if prefix else "")


def protect(settings: Settings) -> None:
    """Have Flower take its address and credentials from the settings, unless it is given others.

    Called before Flower reads its options, which it does from the environment, the command line
    and a file, in this order.
    """
    os.environ.setdefault("FLOWER_PORT", str(settings.flower_port))
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
