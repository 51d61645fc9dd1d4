"""What every route needs, opened once a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.export_jobs import ExportJobs
from api.limits import RateLimits
from api.oidc import Provider
from api.readiness import FlowerWatch
from zhibiao.sandbox.zygote import Zygote
from zhibiao.settings import Settings
from zhibiao.store import Store


@dataclass(frozen=True, kw_only=True)
class Service:
    settings: Settings
    store: Store
    token: Callable[[], str]  # the admin token as it is now
    limits: RateLimits
    exports: ExportJobs
    flower: FlowerWatch
    provider: Provider | None  # of OpenID, by which people log in
    zygote: Zygote  # which begins the processes that open archives and lists


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


CurrentService = Annotated[Service, Depends(service_of)]
