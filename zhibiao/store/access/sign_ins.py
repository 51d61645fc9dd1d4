"""Log-ins at an OpenID provider that people have begun and not come back from. Each counts once."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert

from zhibiao.credentials import digest_of
from zhibiao.store.database.access_tables import sign_ins

SECONDS = 600.0  # to log in at the provider


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """What was agreed when the person was sent to the provider."""

    nonce: str  # in the provider's token
    verifier: str  # of PKCE
    path: str  # where the person wanted to go


def begin(connection: Connection, sign_in: SignIn, *, state: str, browser: str, now: float) -> None:
    """`state` comes back by the address, `browser` by a cookie: both are random secrets."""
    connection.execute(delete(sign_ins).where(sign_ins.c.expires_at <= now))
    connection.execute(
        insert(sign_ins).values(
            digest=digest_of(state),
            browser=digest_of(browser),
            nonce=sign_in.nonce,
            verifier=sign_in.verifier,
            path=sign_in.path,
            expires_at=now + SECONDS,
        )
    )


def take(connection: Connection, *, state: str, browser: str, now: float) -> SignIn | None:
    """The one that this browser has begun, which ends with it; None: there is none any more."""
    row = connection.execute(
        delete(sign_ins)
        .where(sign_ins.c.digest == digest_of(state))
        .returning(
            sign_ins.c.browser,
            sign_ins.c.nonce,
            sign_ins.c.verifier,
            sign_ins.c.path,
            sign_ins.c.expires_at,
        )
    ).one_or_none()
    if row is None or row.expires_at <= now:
        return None
    if not hmac.compare_digest(row.browser, digest_of(browser)):
        return None
    return SignIn(nonce=row.nonce, verifier=row.verifier, path=row.path)
