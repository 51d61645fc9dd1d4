"""An OpenID provider, by which people log in: authorization code with PKCE, tokens checked here.

The extra `oidc` (Authlib) is loaded when somebody first logs in so, or when the API starts with a
provider in its settings.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import httpx

from zhibiao.domain.access import AccessScope
from zhibiao.errors import ZhibiaoError
from zhibiao.settings import Settings
from zhibiao.tokens import is_loopback

log = logging.getLogger(__name__)

Found = TypeVar("Found")

EXTRA = "zhibiao[oidc]"
_SCOPE = "openid profile email"
_SECONDS = 10.0  # for an answer of the provider's
_KNOWN_SECONDS = 3600.0  # what it says of itself; also how long a key of its that is gone counts
_AGAIN_SECONDS = 30.0  # before its keys are asked for again because of one that is not among them
_LEEWAY_SECONDS = 60  # its clock may be off
# Signatures by a key of the provider's; none by a secret that we know too, and not none at all.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
               "EdDSA", "Ed25519")  # fmt: skip


class NoAuthlib(ZhibiaoError):
    """A provider is set, and what speaks with it is not installed."""

    code = "no_authlib"


class ProviderUnavailable(Exception):
    """The OpenID provider does not answer, or not as one does. Only the log says why."""


class InvalidToken(Exception):
    """What the OpenID provider says of a person is not to be believed. Only the log says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who has logged in at the provider."""

    name: str | None  # as the claim of ZHIBIAO_OIDC_USER_CLAIM says it; None: it does not
    subject: str  # never another person's, at this provider
    scopes: frozenset[AccessScope]  # by the person's groups


class _Said(Generic[Found]):
    """Something that the provider says, asked for anew where it is too old."""

    def __init__(self, ask: Callable[[], Found]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._last: tuple[float, Found] | None = None  # when, on the monotonic clock, and what

    def get(self, seconds: float) -> Found:
        """As it was said no longer ago than that. Raises what asking raises."""
        with self._lock:
            if self._last is None or time.monotonic() - self._last[0] >= seconds:
                found = self._ask()
                self._last = time.monotonic(), found
            return self._last[1]


class Provider:
    """Of one process. What it says of itself is kept for an hour."""

    def __init__(self, settings: Settings) -> None:
        """Raises NoAuthlib."""
        if find_spec("authlib") is None:
            raise NoAuthlib(
                f"ZHIBIAO_OIDC_ISSUER is set, and Authlib is not installed: pip install "
                f"'{EXTRA}', or unset it."
            )
        self._settings = settings
        self._metadata = _Said(self._discovered)
        self._keys = _Said(self._fetched_keys)

    def address(self, *, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where the person logs in; `back`: where the provider sends them then.

        Raises ProviderUnavailable.
        """
        endpoint = self._endpoint("authorization_endpoint")
        with self._session(back) as session:
            url, _ = session.create_authorization_url(
                endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    def identity(self, *, back: str, code: str, nonce: str, verifier: str) -> Identity:
        """Whom the code is of. Raises ProviderUnavailable and InvalidToken."""
        from authlib.common.errors import AuthlibBaseError
        from requests import RequestException

        endpoint = self._endpoint("token_endpoint")
        try:
            with self._session(back) as session:
                answer = session.fetch_token(endpoint, code=code, code_verifier=verifier)
        except AuthlibBaseError as error:
            raise InvalidToken(f"The provider refuses the code: {error.error}.") from error
        except (RequestException, ValueError) as error:
            raise ProviderUnavailable(f"{endpoint}: {type(error).__name__}.") from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise InvalidToken("The provider's answer has no ID token.")
        return self._believed(token, nonce=nonce, access_token=answer.get("access_token"))

    def _believed(self, token: str, *, nonce: str, access_token: object) -> Identity:
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        settings = self._settings
        try:
            found = self._verified(token)
            claims = CodeIDToken(
                found.claims,
                found.header,
                options={
                    "iss": {"essential": True, "value": settings.oidc_issuer},
                    "aud": {"essential": True, "value": settings.oidc_client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": settings.oidc_client_id,
                    "access_token": access_token,
                },
            )
            claims.validate(leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise InvalidToken(
                f"The ID token is not valid: {type(error).__name__}: {error}"
            ) from error
        return Identity(
            name=_name(claims, settings.oidc_user_claim),
            subject=f"{settings.oidc_issuer} {claims['sub']}",
            scopes=_scopes(claims, settings),
        )

    def _verified(self, token: str) -> Any:
        """With the provider's keys; with new ones where it has changed them."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        known = self._keys.get(_KNOWN_SECONDS)
        try:
            return jwt.decode(token, known, algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            newer = self._keys.get(_AGAIN_SECONDS)
            if newer is known:
                raise
            return jwt.decode(token, newer, algorithms=_ALGORITHMS)

    def _session(self, back: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._settings.oidc_client_id,
            self._settings.oidc_client_secret or None,
            scope=_SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=_SECONDS,
        )

    def _endpoint(self, name: str) -> str:
        return _checked(self._metadata.get(_KNOWN_SECONDS).get(name), name)

    def _discovered(self) -> Mapping[str, Any]:
        issuer = self._settings.oidc_issuer
        found = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise ProviderUnavailable(
                f"The provider calls itself {found.get('issuer')!r}, and ZHIBIAO_OIDC_ISSUER is "
                f"{issuer!r}."
            )
        return found

    def _fetched_keys(self) -> Any:
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        address = self._endpoint("jwks_uri")
        found: Any = _fetched(address)
        try:
            return KeySet.import_key_set(found)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderUnavailable(f"{address}: these are no keys.") from error


def _fetched(address: str) -> dict[str, Any]:
    try:
        found = httpx.get(address, timeout=_SECONDS).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderUnavailable(f"{address}: {type(error).__name__}.") from error
    if not isinstance(found, dict):
        raise ProviderUnavailable(f"{address}: no JSON object.")
    return found


def _checked(address: object, name: str) -> str:
    """An address that nobody on the way can read or change."""
    parts = urlsplit(address if isinstance(address, str) else "")
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return str(address)
    raise ProviderUnavailable(f"The provider's {name} is no https address.")


def _name(claims: Mapping[str, Any], claim: str) -> str | None:
    if claim == "email" and claims.get("email_verified") is not True:
        return None  # anybody could have written it there
    written = claims.get(claim)
    return written if isinstance(written, str) and written else None


def _scopes(claims: Mapping[str, Any], settings: Settings) -> frozenset[AccessScope]:
    groups = claims.get(settings.oidc_groups_claim)
    if isinstance(groups, str):
        groups = [groups]
    if not isinstance(groups, list):
        return frozenset()
    known = settings.oidc_scopes_of_groups
    opened = (known[group] for group in groups if isinstance(group, str) and group in known)
    return frozenset().union(*opened)
