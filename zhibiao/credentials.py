"""Secrets that people and programs log in with, and what is stored of them."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

KEY_MARK = "zb_"  # by which scanners of repositories and logs know a key
_PREFIX_LETTERS = len(KEY_MARK) + 8
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256


def new_key() -> str:
    """An API key: 8 hexadecimal digits to know it by, then 256 random bits."""
    return f"{KEY_MARK}{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


def new_password() -> str:
    return secrets.token_urlsafe(15)


def prefix_of(key: str) -> str:
    """The part of a key that may be shown."""
    return key[:_PREFIX_LETTERS]


def digest_of(secret: str) -> str:
    """SHA-256 of a long random secret, in hexadecimal. Not for passwords, which can be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def hash_password(password: str) -> str:
    """Argon2id with the library's parameters (RFC 9106, low memory: 64 MiB)."""
    return _hasher().hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Does the password belong to this hash? As slow where there is no hash, so that the time does
    not tell which users there are."""
    try:
        return _hasher().verify(_nobody() if stored is None else stored, password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return hash_password(secrets.token_urlsafe(32))
