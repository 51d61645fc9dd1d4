"""What every route needs, opened once a process."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import Unauthorised
from zhibiao.settings import Settings
from zhibiao.store import Store


@dataclass(frozen=True, kw_only=True)
class Service:
    settings: Settings
    store: Store
    token: str


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


CurrentService = Annotated[Service, Depends(service_of)]

_bearer = HTTPBearer(auto_error=False, description="The token in the data dir's file `token`.")


def authorised(
    service: CurrentService,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """Raises Unauthorised unless the request carries the token."""
    if given is None:
        raise Unauthorised
    if not hmac.compare_digest(given.credentials.encode(), service.token.encode()):
        raise Unauthorised("The bearer token is not the right one.")
