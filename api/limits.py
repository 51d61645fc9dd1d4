"""How many requests and log-ins one caller or one address may make in a minute.

Counted by each API process for itself: several of them together let as many times as much pass.
"""

from __future__ import annotations

import math
import time
from ipaddress import IPv6Address, ip_address

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from zhibiao.errors import ZhibiaoError
from zhibiao.settings import Settings

_NAMES_TO_ADDRESSES = 3  # of wrong log-ins: so many times as many for one name, from anywhere


class TooManyRequests(ZhibiaoError):
    """Too many requests in a minute; send it again later."""

    code = "too_many_requests"
    retryable = True


class RateLimits:
    """The counters of one process. 0 in the settings: no bound."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._requests = _per_minute(settings.requests_per_minute, "requests")
        self._logins = _per_minute(settings.logins_per_minute, "logins")
        self._names = _per_minute(settings.logins_per_minute * _NAMES_TO_ADDRESSES, "names")

    def count_request(self, who: str) -> None:
        """`who`: a caller's name, or an address of one who has none. Raises TooManyRequests."""
        if self._requests is not None and not self._limiter.hit(self._requests, who):
            raise self._refusal(self._requests, who, "requests of one caller")

    def check_login(self, address: str, name: str) -> None:
        """Raises TooManyRequests where too many were wrong in this minute; the right one too."""
        for limit, who, what in self._bounds(address, name):
            if not self._limiter.test(limit, who):
                raise self._refusal(limit, who, what)

    def count_wrong_login(self, address: str, name: str) -> None:
        for limit, who, _ in self._bounds(address, name):
            self._limiter.hit(limit, who)

    def _bounds(self, address: str, name: str) -> list[tuple[RateLimitItemPerMinute, str, str]]:
        bounds = [(self._logins, address, "wrong log-ins from one address")]
        if name:
            bounds.append((self._names, name, "wrong log-ins of one user"))
        return [(limit, who, what) for limit, who, what in bounds if limit is not None]

    def _refusal(self, limit: RateLimitItemPerMinute, who: str, what: str) -> TooManyRequests:
        reset_at = self._limiter.get_window_stats(limit, who).reset_time
        seconds = max(1, math.ceil(reset_at - time.time()))
        return TooManyRequests(
            f"More than {limit.amount:,} {what} in a minute; send it again in {seconds} s.",
            limit=limit.amount,
            retry_after_seconds=seconds,
        )


def address_of(request: Request) -> str:
    """Where a request comes from; of IPv6 the network, since a host has many addresses there."""
    written = request.client.host if request.client is not None else ""
    try:
        found = ip_address(written)
    except ValueError:
        return written
    if isinstance(found, IPv6Address) and not found.is_loopback:
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found)


def _per_minute(amount: int, name: str) -> RateLimitItemPerMinute | None:
    return RateLimitItemPerMinute(amount, namespace=name) if amount else None
