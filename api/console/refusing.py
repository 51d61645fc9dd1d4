"""What a person sees in place of an answer of the API's that is no success."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

API_PREFIX = "/v1/"
_FOR_PROGRAMS = (API_PREFIX, "/metrics", "/healthz", "/readyz", "/openapi.json")


def is_page(request: Request) -> bool:
    """Does a browser ask for a page, rather than a program for an answer?"""
    path = request.url.path
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and not path.startswith(_FOR_PROGRAMS)


def to_login(request: Request) -> Response:
    """To the log-in, and from there to where the person wanted to go."""
    wanted = request.url.path if request.method in ("GET", "HEAD") else "/"
    if request.url.query and wanted != "/":
        wanted += f"?{request.url.query}"
    return RedirectResponse(f"/login?to={quote(wanted, safe='/')}", 303)
