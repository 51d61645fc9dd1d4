"""An OpenID provider on 127.0.0.1, as small as the specification allows. It signs real tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from local_server import Handler, serving

CLIENT, SECRET = "zhibiao", "the-secret-of-this-client"

Change = Callable[[dict[str, Any]], None]


@dataclass
class OpenIDProvider:
    """Whoever is sent to it has logged in as `claims` say."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"preferred_username": "li"})
    change: Change = lambda claims: None  # of a token, before it is signed
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None  # another than it publishes
    algorithm: str = "RS256"
    says_no: bool = False
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # by code: the request
    token_requests: list[dict[str, str]] = field(default_factory=list)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Where the person is sent back to."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        if self.says_no:
            told = {"error": "access_denied", "state": query["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self.asked[code] = query
            told = {"code": code, "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(told)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.token_requests.append(form)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        query = self.asked.pop(form["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            query is None
            or query["redirect_uri"] != form["redirect_uri"]
            or query["code_challenge"] != proof.decode().rstrip("=")
        ):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": "person-7",
            "aud": CLIENT,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": query["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
            **self.claims,
        }
        self.change(claims)
        header = {"alg": self.algorithm, "kid": str(self.key.kid)}
        if self.algorithm == "none":
            signed = f"{_base64(header)}.{_base64(claims)}."
        else:
            signed = jwt.encode(header, claims, self.signs_with or self.key, [self.algorithm])
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": signed}


@contextmanager
def openid_provider() -> Iterator[OpenIDProvider]:
    provider = OpenIDProvider()

    class Requests(Handler):
        def answer(self) -> None:
            _, _, path, query, _ = urlsplit(self.path)
            if path == "/authorize":
                self.say(302, headers={"Location": provider.authorize(_flat(query))})
            elif path == "/keys":
                self.tell(200, {"keys": [provider.key.as_dict(private=False)]})
            elif path == "/token":
                form = _flat(self.body().decode())
                self.tell(*provider.token(form, self.headers.get("authorization", "")))
            else:
                assert path == "/.well-known/openid-configuration"
                self.tell(200, provider.metadata())

        def tell(self, status: int, answer: dict[str, Any]) -> None:
            self.say(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    with serving(Requests) as provider.issuer:
        yield provider


def _base64(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _flat(written: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(written).items()}
