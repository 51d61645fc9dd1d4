"""The tables of users, keys, log-ins and the audit log. Of secrets only hashes are stored.

See `zhibiao.store.database.schema` for the others.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, ForeignKey, Index, Integer, String, Text

from zhibiao.store.database.columns import Key
from zhibiao.store.database.schema import numbered

users = numbered(
    "users",
    Column("name", String(64), nullable=False, unique=True),  # of a revoked one too, for ever
    Column("password_hash", Text, nullable=False),  # Argon2id
    Column("scopes", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double),
    Column("revoked_at", Double),
)

api_keys = numbered(
    "api_keys",
    Column("name", String(64), nullable=False, unique=True),
    # Whose it is; it does no more than that user may, and ends with them.
    Column("user_id", Key, ForeignKey("users.id"), index=True),
    Column("prefix", String(16), nullable=False),  # to know it by
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the whole key
    # The key before the last rotation, while it still counts.
    Column("previous_digest", String(64), unique=True),
    Column("previous_until", Double),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double),
    Column("revoked_at", Double),
)

# A person's log-in to the console. Without user and key it was made with the admin token.
logins = numbered(
    "logins",
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the cookie
    # HMAC of what was logged in with (token, password hash, key digest), by the cookie.
    Column("proof", String(64), nullable=False),
    Column("user_id", Key, ForeignKey("users.id"), index=True),
    Column("key_id", Key, ForeignKey("api_keys.id"), index=True),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
)

# Log-ins at an OpenID provider that people have begun, for ten minutes.
sign_ins = numbered(
    "sign_ins",
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the state
    Column("browser", String(64), nullable=False),  # SHA-256 of the cookie of whoever began it
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),  # of PKCE
    Column("path", Text, nullable=False),  # where they go then
    Column("expires_at", Double, nullable=False),
)

audit = numbered(
    "audit",
    Column("at", Double, nullable=False),
    Column("caller", String(80), nullable=False),  # as in `domain.access.Caller.name`
    Column("action", String(40), nullable=False),  # submit, delete, export, …
    Column("path", Text, nullable=False),  # what was asked for
    Column("status", Integer, nullable=False),  # of the answer; 403: it was refused
    Column("facts", JSON, nullable=False),  # the run that it became, the query of an export
    Column("address", Text, nullable=False),  # where it came from
    Column("request_id", String(64), nullable=False),
    Index(None, "at"),
)
