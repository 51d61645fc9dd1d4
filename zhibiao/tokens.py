"""The admin token and Flower's password: made at the first start, kept in the data dir, readable by
its owner only."""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from zhibiao.errors import ZhibiaoError
from zhibiao.folders import own_folder
from zhibiao.settings import Settings

log = logging.getLogger(__name__)

_SHORTEST_EXPOSED = 24  # characters


class NoToken(ZhibiaoError):
    """There is no token: neither ZHIBIAO_TOKEN nor a token file in the data dir."""

    code = "no_token"


class WeakToken(ZhibiaoError):
    """The token is too short for a service that can be reached from elsewhere."""

    code = "weak_token"


def ensure_token(settings: Settings) -> str:
    """The token that the API asks for; made and stored if there is none yet.

    Several processes may start at once: all of them return the one that was stored first.
    """
    if settings.token:
        return _sendable(settings.token, "ZHIBIAO_TOKEN")
    return _ensure(settings.token_file)


class CurrentToken:
    """The admin token as it is now: another one in its file counts without a restart."""

    def __init__(self, settings: Settings) -> None:
        """Makes and stores the token if there is none yet."""
        self._token = ensure_token(settings)
        self._path = None if settings.token else settings.token_file
        self._seen = self._mark()

    def __call__(self) -> str:
        mark = self._mark()
        if mark is not None and mark != self._seen and self._path is not None:
            try:
                self._token, self._seen = _read(self._path), mark
            except (NoToken, OSError) as error:  # half written, or gone: the last one counts
                log.warning("the token file is not read: %s", error)
        return self._token

    def _mark(self) -> tuple[int, int] | None:
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino


def check_exposed(settings: Settings) -> None:
    """Raises WeakToken where the service would be reached from elsewhere by a token to be guessed.

    There is no way to have it without a token.
    """
    token = ensure_token(settings)
    if not is_loopback(settings.host) and len(token) < _SHORTEST_EXPOSED:
        raise WeakToken(
            f"ZHIBIAO_HOST={settings.host} can be reached from elsewhere, and the token has "
            f"{len(token)} characters; at least {_SHORTEST_EXPOSED} random ones are needed "
            "(`openssl rand -hex 32`). Without ZHIBIAO_TOKEN one is made.",
            shortest=_SHORTEST_EXPOSED,
        )


def is_loopback(host: str) -> bool:
    """Does nothing but this machine reach an address, or a name of it?"""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def renew_token(settings: Settings) -> str:
    """Another token in place of the one in the data dir's file; a running service takes it at once.

    Raises NoToken where the token is a setting.
    """
    if settings.token:
        raise NoToken("The token is ZHIBIAO_TOKEN: change it there, and start the service again.")
    path = settings.token_file
    own_folder(path.parent)
    _written(path.parent).replace(path)
    return _read(path)


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
        _store(path)
    return _read(path)


def _store(path: Path) -> None:
    # Linked, not renamed: a link fails where another process was first.
    written = _written(path.parent)
    try:
        with suppress(FileExistsError):
            os.link(written, path)
    finally:
        written.unlink()


def _written(folder: Path) -> Path:
    """A file with a new token, under a name of its own: no reader ever sees half a token."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".token-")  # O_EXCL, mode 0600
    written = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        written.unlink()
        raise
    return written


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
