"""The admin token and Flower's password: made at the first start, kept in the data dir, readable by
its owner only."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from zhibiao.errors import ZhibiaoError
from zhibiao.folders import own_folder
from zhibiao.settings import Settings


class NoToken(ZhibiaoError):
    """There is no token: neither ZHIBIAO_TOKEN nor a token file in the data dir."""

    code = "no_token"


def ensure_token(settings: Settings) -> str:
    """The token that the API asks for; made and stored if there is none yet.

    Several processes may start at once: all of them return the one that was stored first.
    """
    if settings.token:
        return _sendable(settings.token, "ZHIBIAO_TOKEN")
    return _ensure(settings.token_file)


def ensure_flower_credential(settings: Settings) -> str:
    """`user:password` that Flower asks for; the password is made and stored as the token is."""
    if settings.flower_basic_auth:
        return settings.flower_basic_auth
    return f"zhibiao:{_ensure(settings.flower_password_file)}"


def find_token(settings: Settings) -> str:
    """The token that a client sends. Raises NoToken."""
    if settings.token:
        return _sendable(settings.token, "ZHIBIAO_TOKEN")
    try:
        return _read(settings.token_file)
    except OSError as error:
        raise NoToken(
            f"There is no token: set ZHIBIAO_TOKEN, or start `zhibiao up`, which makes "
            f"{settings.token_file} ({error.strerror}).",
            file=str(settings.token_file),
        ) from error


def _ensure(path: Path) -> str:
    if not path.exists():
        own_folder(path.parent)
        _store(path, secrets.token_urlsafe(32))
    return _read(path)


def _store(path: Path, token: str) -> None:
    # Written whole under another name, then linked: no reader ever sees half a token, and the
    # link fails (instead of replacing) where another process was first.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".token-")  # O_EXCL, mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(token + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()


def _read(path: Path) -> str:
    token = path.read_text(encoding="utf-8", errors="replace").strip()
    if not token:
        raise NoToken(f"The file {path} is empty; remove it and start again.", file=str(path))
    return _sendable(token, f"The file {path}")


def _sendable(token: str, where: str) -> str:
    """Raises NoToken where no HTTP header can carry it."""
    if not token.isascii() or not token.isprintable() or token != token.strip():
        raise NoToken(f"{where} holds no token: one is of printable ASCII characters only.")
    return token
