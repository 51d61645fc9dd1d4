"""Forms that change something: sent by a page of this session's, or by a program with the token."""

from __future__ import annotations

from fastapi import Request

from api.console.sessions import CSRF_FIELD, is_csrf
from api.errors import ForeignOrigin

_SAFE_METHODS = ("GET", "HEAD")


async def check_form(request: Request) -> None:
    """Raises ForeignOrigin where a form lacks its session's secret."""
    session = getattr(request.state, "session", None)
    if request.method in _SAFE_METHODS or session is None:
        return
    given = (await request.form()).get(CSRF_FIELD, "")
    if not isinstance(given, str) or not is_csrf(session, given):
        raise ForeignOrigin("The form is out of date: load the page again, then send it.")


def local_path(written: str) -> str:
    """A path of this service to go to; the first page where something else was written."""
    is_local = written.startswith("/") and not written.startswith(("//", "/\\"))
    return written if is_local and written.isprintable() else "/"
