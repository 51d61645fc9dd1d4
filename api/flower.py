"""Flower behind the console's log-in: what is asked under `/flower/` is passed on to it.

Only to the one address of the settings, and only what Flower needs of a request: neither a log-in's
cookie nor the token leaves this process. Flower's own password is added here.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

import httpx
from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

from tasks.ringing import shown_run
from zhibiao.errors import ZhibiaoError
from zhibiao.settings import Settings
from zhibiao.tokens import ensure_flower_credential

log = logging.getLogger(__name__)

PATH = "/flower"
_SECONDS = 30.0  # Flower itself waits for its workers' answers
_CONNECT_SECONDS = 3.0

# Of a request and of an answer: everything else stays behind, cookies and passwords among it.
_PASSED_ON = (
    *("accept", "accept-encoding", "accept-language", "content-type", "if-modified-since"),
    *("if-none-match", "sec-fetch-site", "x-requested-with"),
)
_PASSED_BACK = (
    *("allow", "content-disposition", "content-encoding", "content-length", "content-type"),
    *("etag", "last-modified", "vary"),
)
# Flower's pages have one script of their own within them: its text is known.
_INLINE = tuple(f"\nvar autorefresh = {refreshed};\n" for refreshed in (0, 1))
_DIGESTS = " ".join(
    f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
    for script in _INLINE
)
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; script-src 'self' {_DIGESTS}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}


class FlowerUnavailable(ZhibiaoError):
    """Flower does not answer; work goes on without it."""

    code = "flower_unavailable"
    retryable = True


def tasks_of(run: int) -> str:
    """The address of Flower's list of the run's tasks."""
    # Flower takes a name, or a worker, from the address and puts it into its search field as it is.
    searched = f'zhibiao. kwargs:"{shown_run(run)}"'
    return f"{PATH}/tasks?name={quote(searched, safe='')}"


def client_of(settings: Settings) -> httpx.AsyncClient:
    """A client for Flower alone; whoever opens it closes it. It asks past any proxy."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS),
        trust_env=False,
        verify=is_verified(settings.flower_origin),
    )


async def pass_on(request: Request, flower: httpx.AsyncClient, settings: Settings) -> Response:
    """Flower's answer to what was asked. Raises FlowerUnavailable."""
    target = request.scope["raw_path"]
    if request.scope["query_string"]:
        target += b"?" + request.scope["query_string"]
    user, _, password = ensure_flower_credential(settings).partition(":")
    headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
    # Not built by the client, which would add the cookies that Flower gave to another browser.
    asked = httpx.Request(
        request.method,
        httpx.URL(settings.flower_origin).copy_with(raw_path=target),
        headers={"accept-encoding": "identity", **headers},
        content=await request.body(),
    )
    try:
        answer = await flower.send(asked, auth=httpx.BasicAuth(user, password), stream=True)
    except httpx.TransportError as error:
        log.warning("Flower does not answer at %s: %r", settings.flower_origin, error)
        raise FlowerUnavailable(
            f"Flower does not answer at {settings.flower_origin}; work goes on without it."
        ) from error
    if answer.status_code == 401:
        await answer.aclose()
        raise FlowerUnavailable(
            f"Flower at {settings.flower_origin} has another password. It and the API need the "
            "same ZHIBIAO_FLOWER_BASIC_AUTH, or the same data dir."
        )
    headers = {name: answer.headers[name] for name in _PASSED_BACK if name in answer.headers}
    if "location" in answer.headers:
        headers["Location"] = _path_of(answer.headers["location"])
    headers["Cache-Control"] = answer.headers.get("cache-control", "no-store")
    return StreamingResponse(
        answer.aiter_raw(),
        answer.status_code,
        {**headers, **_HEADERS},
        background=BackgroundTask(answer.aclose),
    )


def _path_of(location: str) -> str:
    """Where Flower leads to, on this service; to its first page in place of any other."""
    found = urlsplit(location)
    path = found.path + (f"?{found.query}" if found.query else "")
    return path if path.startswith(f"{PATH}/") else f"{PATH}/"


def is_verified(origin: str) -> bool:
    """Whether the certificate is looked at.

    This machine's own Flower may have one that is for the name that others know the machine by.
    """
    found = urlsplit(origin)
    try:
        here = ip_address(found.hostname or "").is_loopback
    except ValueError:
        here = found.hostname == "localhost"
    return found.scheme == "https" and not here
